"""What can be a table besides a path: anything that has an Arrow stream, or can be turned into something that has one."""

from __future__ import annotations

from typing import Any


def stream_of(name: str, table: Any) -> Any:
    """Something with `__arrow_c_stream__` that has the rows of `table`."""
    package = type(table).__module__.partition(".")[0]
    if package in ("pandas", "polars") and type(table).__name__ == "Series":
        table = table.to_frame()
    if package == "pandas" and hasattr(table, "columns"):
        pyarrow = need("pyarrow", "a pandas frame is read through it", "pandas")
        return pyarrow.Table.from_pandas(table, preserve_index=False)
    if package == "polars" and hasattr(table, "collect"):
        # Its columns are not looked at: that would already plan it.
        raise TypeError(f'register: {name} is a lazy frame of Polars, which has no rows yet; register("{name}", frame.collect())')
    if package == "polars" and hasattr(table, "schema"):
        # Polars hands out columns without any type in a way that Arrow does not allow.
        untyped = [column for column, kind in table.schema.items() if str(kind) == "Null"]
        return table.cast(dict.fromkeys(untyped, str)) if untyped else table
    if hasattr(table, "__arrow_c_stream__"):
        return table
    if package == "pyarrow" and hasattr(table, "to_reader"):
        return table.to_reader()
    if package == "pyarrow" and hasattr(table, "scanner"):
        return table.scanner().to_reader()
    if isinstance(table, dict):
        pyarrow = need("pyarrow", "a dictionary of columns is read through it", "arrow")
        return pyarrow.table(table)
    kind = type(table)
    raise TypeError(
        f"register: {name} can be a path, a frame of pandas or Polars, a table, reader or dataset of PyArrow, a "
        f"dictionary of columns, or anything with __arrow_c_stream__; got {kind.__module__}.{kind.__qualname__}. "
        f'Example: register("{name}", "exports/{name}.csv")'
    )


def need(package: str, why: str, extra: str) -> Any:
    """A package that not everybody needs."""
    import importlib

    try:
        return importlib.import_module(package)
    except ImportError as missing:
        raise ImportError(f'{package} is not installed, and {why}: pip install "kpi-sql[{extra}]"') from missing
