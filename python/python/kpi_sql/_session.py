"""Sessions: tables by name, limits of memory and disk, and SQL."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from . import _files, _native, _variables
from ._parameters import plain
from ._result import Result
from ._sources import table_of
from .errors import SettingError


class Session:
    """A session with tables and settings of its own.

    data: a folder in which tables are looked for that nobody has registered: `FROM orders` is the folder
        `data/orders` or the file `data/orders.parquet`, `.csv` and so on.
    memory_limit: how much memory queries may fill: a number of bytes, a size such as "4GB", a share of the machine's
        memory such as "50%", or "unlimited". The usual one is "60%".
    threads: how many threads work on a query; the usual number is one for every core.
    spill_dir: where queries write what does not fit into memory; usually the folder for temporary files.
    spill_limit: how much they may write there at a time, as for memory_limit; the usual one is "100GB".
    infer_rows: how many rows of a CSV table are looked at to find the types of its columns; the usual number is 100,000.
        JSON is looked at as a whole.
    delimiter: what separates the values of CSV files: one character, or "tab"; usually what splits their first lines.
    header: whether the first line of CSV files has names; usually the lines below it tell. Without names the columns are
        `column_1`, `column_2` and so on.
    null: a text, or a list of texts, to be read as NULL, such as "N/A". In Parquet and JSON files they are for columns of
        text.
    types: SQL types of columns, {"customer_id": "TEXT", "amount": "DECIMAL(12, 2)"}; every value is checked. A column is
        that of every table that has it; "orders.id" is that of one.
    time_zone: times that are written with an offset are read as those of this zone, such as "Europe/Berlin".
    date_format: the format of dates and times in CSV files, "%d/%m/%Y"; only needed where nothing says whether the day or the
        month comes first, and for formats that are not found by themselves.
    decimal_separator: what stands before the decimals of numbers in CSV files, "." or ","; only needed where nothing says
        whether 1,200 is 1200 or 1.2.
    newlines_in_values: whether lines within a quoted CSV value are a part of it also where they look like rows.
    quote, escape, comment: what CSV values are put in, what stands before a quote in one, and what lines begin with that
        are left out: a character each.
    skip: how many lines stand above the header line of CSV files.
    encoding: that of CSV files, such as "windows-1252".
    lenient: whether damaged lines of CSV files are left out, counted in a warning and saved in `rejects`.
    max_rejects: more damaged lines than these are an error: a number, or a share of the lines such as "0.5%".
    rejects: the file in which they are saved; without it `rejects.csv`.
    raw_files: whether the files of Delta, Hudi, Iceberg and Paimon tables are read as they are, removed rows too.
    storage: how object stores are reached, {"aws_region": "eu-central-1"}; what is not said comes from the environment.
    config: options of the engine by their names in SET, such as {"datafusion.execution.batch_size": 4096}.
    read_only: whether statements are refused that write, open files of their own or change limits: for SQL that somebody else
        wrote. The tables are those of `data` and of `register`.

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
        header: bool | None = None,
        null: str | Iterable[str] | None = None,
        types: Mapping[str, str] | None = None,
        time_zone: str | None = None,
        date_format: str | None = None,
        decimal_separator: str | None = None,
        newlines_in_values: bool = False,
        quote: str | None = None,
        escape: str | None = None,
        comment: str | None = None,
        skip: int | None = None,
        encoding: str | None = None,
        lenient: bool | None = None,
        max_rejects: int | str | None = None,
        rejects: str | os.PathLike[str] | None = None,
        raw_files: bool = False,
        storage: Mapping[str, str | int] | None = None,
        config: Mapping[str, Any] | None = None,
        read_only: bool = False,
    ) -> None:
        if threads is not None and not (isinstance(threads, int) and 1 <= threads <= 1024):
            raise SettingError(f"threads: a whole number from 1 to 1024; got {threads!r}. Example: Session(threads=2)")
        if infer_rows is not None and (isinstance(infer_rows, bool) or not isinstance(infer_rows, int) or infer_rows < 0):
            raise SettingError(f"infer_rows: a number of rows; got {infer_rows!r}. Example: Session(infer_rows=1_000_000)")
        if time_zone is not None and not isinstance(time_zone, str):
            raise SettingError(
                f"time_zone: the name of a zone or an offset; got {time_zone!r}. "
                'Example: Session(time_zone="Europe/Berlin")'
            )
        self._native = _native.Session(
            data=data,
            memory_limit=_size(memory_limit),
            threads=threads,
            spill_dir=spill_dir,
            spill_limit=_size(spill_limit),
            infer_rows=infer_rows,
            delimiter=_files.delimiter(delimiter, _call),
            header=_files.header(header, _call),
            null=_files.null(null, _call),
            types=_files.types(types, _call),
            time_zone=time_zone,
            newlines_in_values=_files.yes_or_no("newlines_in_values", newlines_in_values),
            files=_files.texts(
                quote=quote,
                escape=escape,
                comment=comment,
                skip=skip,
                encoding=encoding,
                lenient=lenient,
                max_rejects=max_rejects,
                date_format=date_format,
                decimal_separator=decimal_separator,
            ),
            rejects=rejects,
            raw_files=_files.yes_or_no("raw_files", raw_files),
            storage=[(str(name), str(value)) for name, value in (storage or {}).items()],
            config=[(str(option), _set(value)) for option, value in (config or {}).items()],
        )
        if _files.yes_or_no("read_only", read_only):
            self._native.only_read()

    def register(
        self,
        name: str,
        table: Any,
        /,
        *,
        header: bool | None = None,
        null: str | Iterable[str] | None = None,
        types: Mapping[str, str] | None = None,
        delimiter: str | None = None,
        quote: str | None = None,
        escape: str | None = None,
        comment: str | None = None,
        skip: int | None = None,
        encoding: str | None = None,
        lenient: bool | None = None,
        max_rejects: int | str | None = None,
        date_format: str | None = None,
        decimal_separator: str | None = None,
    ) -> None:
        """Names a table; one that has the name gives it up.

        A path is a file, a folder or a glob of Parquet, CSV or JSON files, and is read by each query anew. Frames of
        pandas and Polars, tables of PyArrow, and anything else with `__arrow_c_stream__` stay where they are in memory,
        where Arrow allows it: nothing is copied of numbers, times and Arrow texts. A stream that can be read once, such as a
        cursor of ADBC, is read now, to its end, and so are dictionaries of columns. Datasets of PyArrow, and tables of other
        packages with `__datafusion_table_provider__`, such as those of Delta, are read by each query, as far as it needs them.
        The index of a pandas frame is no column; `frame.reset_index()` makes one of it.

        `header`, `null`, `types`, `delimiter` and those after them are for the files of a path, as in `Session`, and take
        precedence over its own; texts that mean NULL are added to those of the session. Each column of `types` must be there.
        """
        if not isinstance(name, str) or not name:
            raise TypeError(f'register: the name of the table comes first, register("orders", table); got {name!r}')
        further = {
            "quote": quote,
            "escape": escape,
            "comment": comment,
            "skip": skip,
            "encoding": encoding,
            "lenient": lenient,
            "max_rejects": max_rejects,
            "date_format": date_format,
            "decimal_separator": decimal_separator,
        }
        if isinstance(table, (str, os.PathLike)):

            def call(options: str) -> str:
                return f'register("{name}", "{os.fspath(table)}", {options})'

            self._native.register_path(
                name,
                os.fspath(table),
                delimiter=_files.delimiter(delimiter, call),
                header=_files.header(header, call),
                null=_files.null(null, call),
                types=_files.types(types, call),
                files=_files.texts(**further),
            )
        else:
            _files.refuse_for_rows(name, header=header, null=null, types=types, delimiter=delimiter, **further)
            self._native.register_table(name, table_of(self._native, f"register: {name}", name, table))

    def deregister(self, name: str, /) -> bool:
        """Forgets a table; says whether there was one."""
        return self._native.deregister(name)

    def check_options(self) -> None:
        """Refuses `types` that were for no table and no column, of all tables that were read so far.

        A session does not know which tables are still to come, so nobody else says that; call it where all are read. A
        name that is close to one of a table's columns is refused when that table is read.
        """
        self._native.check_options()

    def sql(self, query: str, /, **parameters: Any) -> Result:
        """Begins a query, whose rows are read when somebody asks for them.

        A path can stand in FROM, in single quotes: `FROM 'exports/*.csv'`. So can a variable of the caller that `register` would
        take, where there is no table of its name: `FROM df`. Each of `parameters` is the value of a
        `$name` in the query: `sql("… WHERE month = $month", month="2026-08")`. It is bound, never pasted into the text.
        Several statements, with `;` between them, run one after the other; the result is that of the last one. A parameter
        is for all of them, and a line `-- param: month=2026-08` above the first one is its value where none is given. SET,
        CREATE, INSERT and COPY have happened when this returns.
        """
        return self._sql(query, parameters, _variables.of_caller(self._native, sys._getframe(1)))

    def _sql(self, query: str, parameters: Mapping[str, Any], find: _variables.Find | None) -> Result:
        if not isinstance(query, str):
            raise TypeError(f'sql: the query is a text; got {type(query).__name__}. Example: sql("SELECT count(*) FROM orders")')
        values = {name: plain(value) for name, value in parameters.items()}
        return Result(self._native.sql(query, values, find=find))

    def table(self, name: str, /) -> Result:
        """All rows of a table."""
        quoted = name.replace('"', '""')
        return self._sql(f'SELECT * FROM "{quoted}"', {}, None)

    def catalog(self) -> Result:
        """All that is known about the KPIs, a row for each."""
        return self._sql("SELECT * FROM kpi_catalog()", {}, None)


def _call(options: str) -> str:
    return f"Session({options})"


def _size(limit: str | int | None) -> str | None:
    """A number is one of bytes."""
    if isinstance(limit, int):
        return "0" if limit == 0 else f"{limit / 1024}K"
    return limit


def _set(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

