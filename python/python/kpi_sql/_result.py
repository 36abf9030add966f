"""Results: rows that are read when somebody asks for them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import _native
from ._sources import need

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

#: How many rows are shown where nobody says how many.
SHOWN = 40


@dataclass(frozen=True)
class Column:
    """A column of a result."""

    name: str
    #: The Arrow type, as the engine writes it.
    type: str
    #: The KPI whose values it holds, if it does.
    kpi: str | None
    #: "percent", "points", "days", "years", "money", "number" or "mix", where it is of a KPI.
    unit: str | None


class Result:
    """The answer to a query, none of which has been read.

    The rows are read by the first method that needs them, and kept for the next ones; those that pass them on,
    `__arrow_c_stream__` and `write_…`, keep nothing. Anything that reads Arrow streams can read a result: DuckDB, Polars,
    PyArrow, `Session.register`.
    """

    def __init__(self, answer: _native.Answer) -> None:
        self._answer = answer
        self._columns = [Column(*column) for column in answer.columns]
        self._rows: _native.Batches | None = None
        if answer.what == "written":
            # COPY and INSERT do their work when they are read.
            self._rows = answer.collect()

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self._columns]

    @property
    def schema(self) -> list[Column]:
        """The columns, each with its type, and with its KPI and unit if it has one."""
        return list(self._columns)

    def collect(self, progress: Callable[[int, float, float | None], Any] | None = None) -> Result:
        """Reads the rows, if that has not happened. Meanwhile `progress` is called some ten times a second with the
        number of rows that were read from tables so far, the seconds that have passed, and how much of the tables was read,
        from 0 to 1, or None where nobody knows how much there is."""
        self._collected(progress)
        return self

    def _collected(self, progress: Callable[[int, float, float | None], Any] | None = None) -> _native.Batches:
        if self._rows is None:
            self._rows = self._answer.collect(progress)
        return self._rows

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._collected())

    def __bool__(self) -> bool:
        return True

    def __arrow_c_schema__(self) -> object:
        return (self._rows or self._answer).__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as an Arrow stream, as the query finds them; the types are those of the engine."""
        rows = self._answer if self._rows is None else self._rows
        return rows.__arrow_c_stream__(requested_schema)

    def to_arrow(self) -> pyarrow.Table:
        """A table of PyArrow."""
        pyarrow = need("pyarrow", "to_arrow() makes one of its tables", "arrow")
        return pyarrow.table(self._collected())

    def to_pandas(self, **options: Any) -> pandas.DataFrame:
        """A frame of pandas. `options` are those of `pyarrow.Table.to_pandas`.

        A column of DECIMAL has floats, with which pandas can calculate, where each of its values has at most 15 digits and so is
        the same number; otherwise it has Python's Decimals. `to_arrow().to_pandas()` has them always, and so has `types_mapper`. A
        column of whole numbers with NULL has floats, as everywhere in pandas, which are exact up to 2**53;
        `types_mapper=pandas.ArrowDtype` keeps all of them.
        """
        need("pandas", "to_pandas() makes one of its frames", "pandas")
        pyarrow = need("pyarrow", "to_pandas() goes through it", "pandas")
        rows = self._collected()
        # Whoever chooses the types may choose one that calculates with decimals.
        return pyarrow.table(rows if "types_mapper" in options else rows.with_floats()).to_pandas(**options)

    def to_polars(self) -> polars.DataFrame:
        """A frame of Polars."""
        polars = need("polars", "to_polars() makes one of its frames", "polars")
        return polars.DataFrame(self._collected())

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as dictionaries of Python's own values: a DECIMAL is a Decimal, a STRUCT a dictionary."""
        return self._collected().rows()

    def value(self) -> Any:
        """The one value of a result that has one row and one column."""
        rows = len(self)
        if rows != 1 or len(self._columns) != 1:
            raise ValueError(f"value() is for one row and one column; this result has {rows} and {len(self._columns)}")
        return self._collected().value(0)

    def write_parquet(self, path: str | os.PathLike[str], /) -> int:
        """Writes a Parquet file, and gives the number of rows. It has its name when everything is in it."""
        return self._write(path, "parquet")

    def write_csv(self, path: str | os.PathLike[str], /) -> int:
        """Writes a CSV file, and gives the number of rows. It has its name when everything is in it."""
        return self._write(path, "csv")

    def write_json(self, path: str | os.PathLike[str], /) -> int:
        """Writes one object per row on a line of its own, and gives the number of rows."""
        return self._write(path, "ndjson")

    def _write(self, path: str | os.PathLike[str], format: str) -> int:
        self._may_run_again("write")
        return self._answer.write(os.fspath(path), format)

    def _may_run_again(self, what: str) -> None:
        if self._answer.what != "rows":
            raise ValueError(f"{what}: there is no query that could run: the statement has done its work already")

    def show(self, rows: int = SHOWN) -> None:
        """Prints the first rows, as the command line does."""
        print(self._text(rows), file=sys.stdout)

    def _text(self, rows: int) -> str:
        if not self._columns:
            return "(no result)"
        text = self._collected().text(rows, "table").rstrip("\n")
        more = len(self) - rows
        return f"{text}\n{more} more of {len(self)} rows" if more > 0 else text

    def explain(self, analyze: bool = False) -> str:
        """How the engine runs the query. With `analyze` it is run, and what each step took is said."""
        self._may_run_again("explain")
        return self._answer.explain(analyze)

    def chart(self, **options: Any) -> Any:
        """A chart of Altair: a KPI by segment with intervals and benchmark bands, a KPI over time, or a product mix.

        See `kpi_sql._charts.chart` for `options`; without any, the columns say what it shows.
        """
        from ._charts import chart

        return chart(self, **options)

    def __repr__(self) -> str:
        columns = ", ".join(f"{column.name} {column.type}" for column in self._columns)
        state = "not read" if self._rows is None else f"{len(self._rows)} rows"
        return f"<kpi_sql.Result {state}: {columns or 'no columns'}>"

    def __str__(self) -> str:
        return self._text(SHOWN)

    def _repr_html_(self) -> str:
        from ._html import table

        return table(self)
