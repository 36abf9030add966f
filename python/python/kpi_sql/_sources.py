"""What can be a table besides a path: anything that has an Arrow stream, or can be turned into something that has one."""

from __future__ import annotations

import weakref
from typing import Any

from . import _native
from .errors import TableError

#: Readers that were read to their end. PyArrow would give no rows the second time, and say nothing.
_read: weakref.WeakSet[Any] = weakref.WeakSet()


def is_a_table(value: Any) -> bool:
    """Whether `table_of` would try to make a table of a value; some of them it refuses in words of their own."""
    if isinstance(value, type):
        return False
    package = type(value).__module__.partition(".")[0]
    if package in ("pandas", "polars") and type(value).__name__ in ("DataFrame", "Series", "LazyFrame"):
        return True
    if isinstance(value, dict):
        # Of columns, and not of anything else.
        return bool(value) and all(isinstance(column, (list, tuple)) or hasattr(column, "__array__") for column in value.values())
    ways = ["__arrow_c_stream__", "__datafusion_table_provider__", "fetch_arrow", "fetch_record_batch"]
    if package == "pyarrow":
        ways += ["to_reader", "scanner"]
    return any(hasattr(type(value), way) for way in ways)


def table_of(session: _native.Session, what: str, name: str, table: Any) -> _native.Table:
    """The rows of `table`, which messages call `what`; `name` is what it would be registered as."""
    package = type(table).__module__.partition(".")[0]
    if package in ("pandas", "polars") and type(table).__name__ == "Series":
        table = table.to_frame()
    if package == "pandas" and hasattr(table, "columns"):
        pyarrow = need("pyarrow", "a pandas frame is read through it", "pandas")
        return session.stream(what, pyarrow.Table.from_pandas(table, preserve_index=False))
    if package == "polars" and hasattr(table, "collect"):
        # Its columns are not looked at: that would already plan it.
        raise TypeError(f'{what} is a lazy frame of Polars, which has no rows yet; register("{name}", frame.collect())')
    if package == "polars" and hasattr(table, "schema"):
        # Polars hands out columns without any type in a way that Arrow does not allow.
        untyped = [column for column, kind in table.schema.items() if str(kind) == "Null"]
        return session.stream(what, table.cast(dict.fromkeys(untyped, str)) if untyped else table)
    if package == "pyarrow" and hasattr(table, "scanner"):
        return session.dataset(what, table)
    if package == "pyarrow" and hasattr(table, "read_next_batch"):
        if table in _read:
            raise TableError(
                f"{what} is a reader that was read to its end already, and can be read once; "
                f'register("{name}", reader) keeps the rows for all queries'
            )
        _read.add(table)
    if hasattr(table, "__datafusion_table_provider__"):
        from ._interface import other_table

        return other_table(session, what, name, table)
    if hasattr(table, "__arrow_c_stream__"):
        return session.stream(what, table)
    if package == "pyarrow" and hasattr(table, "to_reader"):
        return session.stream(what, table.to_reader())
    # Cursors of ADBC, whose rows can be read once.
    for fetch in ("fetch_arrow", "fetch_record_batch"):
        if hasattr(table, fetch):
            return session.stream(what, getattr(table, fetch)())
    if isinstance(table, dict):
        return session.stream(what, _columns(what, table))
    kind = type(table)
    raise TypeError(
        f"{what} can be a path, a frame of pandas or Polars, a table, reader or dataset of PyArrow, a dictionary of columns, "
        f"a cursor of ADBC, or anything with __arrow_c_stream__; got {kind.__module__}.{kind.__qualname__}. "
        f'Example: register("{name}", "exports/{name}.csv")'
    )


def _columns(what: str, columns: dict[Any, Any]) -> Any:
    plain = _native.columns(what, columns)
    if plain is not None:
        return plain
    pyarrow = need("pyarrow", f"{what} has columns of other values than Python's own, which are read through it", "arrow")
    try:
        return pyarrow.table(columns)
    except pyarrow.ArrowException as refused:
        raise TypeError(f"{what}: {refused}") from refused


def need(package: str, why: str, extra: str) -> Any:
    """A package that not everybody needs."""
    import importlib

    try:
        return importlib.import_module(package)
    except ImportError as missing:
        raise ImportError(f'{package} is not installed, and {why}: pip install "kpi-sql[{extra}]"') from missing
