"""Sessions: tables by name, limits of memory and disk, and SQL."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from . import _native
from ._notes import warn
from ._parameters import plain
from ._result import Result
from ._sources import stream_of


class Session:
    """A session with tables and settings of its own.

    data: a folder in which tables are looked for that nobody has registered: `FROM orders` is the folder
        `data/orders` or the file `data/orders.parquet`, `.csv` and so on.
    memory_limit: how much memory queries may fill: a number of bytes, a size such as "4GB", a share of the machine's
        memory such as "50%", or "unlimited". The usual one is "60%".
    threads: how many threads work on a query; the usual number is one for every core.
    spill_dir: where queries write what does not fit into memory; usually the folder for temporary files.
    spill_limit: how much they may write there at a time, as for memory_limit; the usual one is "100GB".
    infer_rows: how many rows of a CSV or JSON table are looked at to find the types of its columns.
    delimiter: what separates the values of CSV files; usually it is taken from the header line.
    config: options of the engine by their names in SET, such as {"datafusion.execution.batch_size": 4096}.

    Sessions can be used by several threads at once.
    """

    def __init__(
        self,
        data: str | os.PathLike[str] | None = None,
        *,
        memory_limit: str | int | None = None,
        threads: int | None = None,
        spill_dir: str | os.PathLike[str] | None = None,
        spill_limit: str | int | None = None,
        infer_rows: int | None = None,
        delimiter: str | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        if threads is not None and not (isinstance(threads, int) and 1 <= threads <= 1024):
            raise ValueError(f"threads: a whole number from 1 to 1024; got {threads!r}. Example: Session(threads=2)")
        if delimiter is not None and (len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\n\r'):
            raise ValueError(f'delimiter: one character such as ";" or "\\t"; got {delimiter!r}')
        self._native = _native.Session(
            data=data,
            memory_limit=_size(memory_limit),
            threads=threads,
            spill_dir=spill_dir,
            spill_limit=_size(spill_limit),
            infer_rows=infer_rows,
            delimiter=None if delimiter is None else ord(delimiter),
            config=[(str(option), _set(value)) for option, value in (config or {}).items()],
        )

    def register(self, name: str, table: Any, /) -> None:
        """Names a table; one that has the name gives it up.

        A path is a file, a folder or a glob of Parquet, CSV or JSON files, and is read by each query anew. Frames of
        pandas and Polars, tables of PyArrow, and anything else with `__arrow_c_stream__` stay where they are in memory,
        where Arrow allows it: nothing is copied of numbers, times and Arrow texts. A stream that can be read once is
        read now, to its end, and so are datasets of PyArrow and dictionaries of columns. The index of a pandas frame is
        no column; `frame.reset_index()` makes one of it.
        """
        if not isinstance(name, str) or not name:
            raise TypeError(f'register: the name of the table comes first, register("orders", table); got {name!r}')
        if isinstance(table, (str, os.PathLike)):
            warn(self._native.register_path(name, os.fspath(table)))
        else:
            self._native.register_stream(name, stream_of(name, table))

    def deregister(self, name: str, /) -> bool:
        """Forgets a table; says whether there was one."""
        return self._native.deregister(name)

    def sql(self, query: str, /, **parameters: Any) -> Result:
        """Begins a query, whose rows are read when somebody asks for them.

        A path can stand in FROM, in single quotes: `FROM 'exports/*.csv'`. Each of `parameters` is the value of a
        `$name` in the query: `sql("… WHERE month = $month", month="2026-08")`. It is bound, never pasted into the text.
        Several statements, with `;` between them, run one after the other; the result is that of the last one. SET,
        CREATE, INSERT and COPY have happened when this returns.
        """
        if not isinstance(query, str):
            raise TypeError(f'sql: the query is a text; got {type(query).__name__}. Example: sql("SELECT count(*) FROM orders")')
        values = {name: plain(value) for name, value in parameters.items()}
        answer, notes = self._native.sql(query, values)
        warn(notes)
        return Result(answer)

    def table(self, name: str, /) -> Result:
        """All rows of a table."""
        quoted = name.replace('"', '""')
        return self.sql(f'SELECT * FROM "{quoted}"')

    def catalog(self) -> Result:
        """All that is known about the KPIs, a row for each."""
        return self.sql("SELECT * FROM kpi_catalog()")


def _size(limit: str | int | None) -> str | None:
    """A number is one of bytes."""
    if isinstance(limit, int):
        return "0" if limit == 0 else f"{limit / 1024}K"
    return limit


def _set(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

