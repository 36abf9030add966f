"""Answers for an assistant: within limits, and with all that has to be said beside the rows."""

from __future__ import annotations

import json
import os
import re
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .._result import Result
from .._session import Session
from ..errors import KpiWarning, QueryError, TableError
from ._folder import Folder

#: An answer has no more rows than these, takes no longer, and is no longer.
ROWS = 500
SECONDS = 60
CHARACTERS = 200_000

FIND = """
SELECT name, aliases, family, signatures, unit, direction, summary
FROM kpi_catalog()
"""


class Desk:
    """One session that only reads, over the tables of one folder. One question is answered at a time."""

    def __init__(self, data: str | os.PathLike[str]) -> None:
        self._folder = Folder(data)
        self._session = Session(read_only=True)
        self._registered: dict[str, Path] = {}
        self._lock = threading.Lock()

    def find_kpis(self, words: str) -> dict[str, Any]:
        """The KPIs that have all of these words in what is said of them in short."""
        wanted = words.lower().replace("_", " ").split()
        answer = self._answer(FIND)
        texts = [(row, json.dumps(row).lower().replace("_", " ")) for row in answer["rows"]]
        found = [row for row, text in texts if all(word in text for word in wanted)]
        return {"kpis": found, "of": len(texts)}

    def describe_kpi(self, name: str) -> dict[str, Any]:
        """All that the catalog knows of a KPI, by any of its names."""
        called = name.strip().lower()
        rows = self._answer("SELECT * FROM kpi_catalog() WHERE name = $called OR array_has(aliases, $called)", called=called)["rows"]
        if not rows:
            raise QueryError(f"there is no KPI {name}; find_kpis lists them")
        benchmarks = self._answer("SELECT * FROM kpi_benchmarks() WHERE kpi = $kpi", kpi=rows[0]["name"])
        return {**rows[0], "benchmarks": benchmarks["rows"]}

    def list_tables(self) -> dict[str, Any]:
        """The tables there are, and what looks like one and is none."""
        return {"tables": list(self._folder.tables()), "left_out": self._folder.left_out()}

    def describe_table(self, name: str) -> dict[str, Any]:
        """Columns, number of rows and first rows of a table."""
        if name not in self._folder.tables():
            raise TableError(f"there is no table {name}; list_tables lists them")
        quoted = '"' + name.replace('"', '""') + '"'
        first = self._answer(f"SELECT * FROM {quoted} LIMIT 3")
        count = self._answer(f"SELECT count(*) AS n FROM {quoted}")
        notes = list(dict.fromkeys(first["notes"] + count["notes"]))
        columns = [{"name": column["name"], "type": column["type"]} for column in first["columns"]]
        return {"table": name, "columns": columns, "n_rows": count["rows"][0]["n"], "first_rows": first["rows"], "notes": notes}

    def query(self, sql: str) -> dict[str, Any]:
        """Rows of one SELECT."""
        try:
            return self._answer(sql)
        except TableError as error:
            # How somebody else names a table is of no use here.
            words = [line for line in str(error).splitlines() if "session.register(" not in line]
            tables = ", ".join(self._folder.tables()) or "none"
            raise TableError("\n".join([*words, f"  the tables are: {tables}"])) from error

    def _answer(self, sql: str, **values: object) -> dict[str, Any]:
        with self._lock, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self._open_tables(sql)
            answer = self._session._native.sql(sql, values, one_query=True)
            columns = Result(answer).schema
            batches = answer.head(ROWS + 1).collect(_within(SECONDS))
            # The format leaves NULL out.
            rows = [{c.name: row.get(c.name) for c in columns} for row in json.loads(batches.text(ROWS, "json"))]
            notes = [str(warning.message) for warning in caught if issubclass(warning.category, KpiWarning)]
        shown = _fitting(rows)
        if len(shown) < len(batches):
            limit = f"{ROWS} rows" if len(shown) == ROWS else f"{CHARACTERS} characters"
            notes.append(
                f"these are the first {len(shown)} rows: an answer has at most {limit}, and there are more; aggregate in the query, "
                "or add a condition"
            )
        return {
            "columns": [{"name": c.name, "type": c.type, "kpi": c.kpi, "unit": c.unit} for c in columns],
            "rows": shown,
            "is_truncated": len(shown) < len(batches),
            "notes": notes,
        }

    def _open_tables(self, sql: str) -> None:
        """Names the tables that may occur in a statement, as they are now."""
        tables = self._folder.tables()
        for name in [name for name, path in self._registered.items() if tables.get(name) != path]:
            self._session.deregister(name)
            del self._registered[name]
        for name, path in tables.items():
            if name not in self._registered and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", sql, re.IGNORECASE):
                self._session.register(name, path)
                self._registered[name] = path


def _within(seconds: float) -> Callable[[int, float, float | None], None]:
    """Called while a query runs; what it raises ends the query."""

    def check(_rows_read: int, passed: float, _share: float | None) -> None:
        if passed > seconds:
            raise TimeoutError(f"the query had not ended after {seconds:g} seconds; ask for less: fewer rows, a shorter time, no join that multiplies")

    return check


def _fitting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first rows that an assistant can still read."""
    length = 0
    for n, row in enumerate(rows):
        length += len(json.dumps(row, ensure_ascii=False))
        if length > CHARACTERS:
            return rows[:n]
    return rows
