"""Variables of whoever asks, as tables: `FROM df`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from . import _native
from ._sources import table_of

#: Gives the table that a name in FROM stands for, words about something else of that name, or nothing.
Find = Callable[[str], "_native.Table | str | None"]


def of_caller(session: _native.Session, frame: FrameType) -> Find:
    """Those that a line of code sees."""

    def find(name: str) -> _native.Table | str | None:
        return _find(session, name, frame.f_locals) or _find(session, name, frame.f_globals)

    return find


def of_names(session: _native.Session, variables: Mapping[str, Any]) -> Find:
    """Those of a notebook."""
    return lambda name: _find(session, name, variables)


def _find(session: _native.Session, name: str, variables: Mapping[str, Any]) -> _native.Table | str | None:
    if name in variables:
        value = variables[name]
        if _is_a_table(value):
            return table_of(session, f"the variable {name}", name, value)
        kind = type(value).__name__
        way = f'; a path is written FROM \'{value}\'' if isinstance(value, str) and "\n" not in value and len(value) < 200 else ""
        return f"there is a variable {name}, and its value is no table but of the type {kind}{way}"
    others = [other for other, value in variables.items() if other.lower() == name.lower() and _is_a_table(value)]
    if others:
        return f'there is a variable {others[0]}: write FROM "{others[0]}", SQL reads names without double quotes in lower case'
    return None


def _is_a_table(value: Any) -> bool:
    if isinstance(value, type):
        return False
    package = type(value).__module__.partition(".")[0]
    if package in ("pandas", "polars", "pyarrow") and type(value).__name__ in ("DataFrame", "Series", "LazyFrame"):
        return True
    if isinstance(value, dict):
        # Of columns, and not of anything else.
        return bool(value) and all(isinstance(column, (list, tuple)) or hasattr(column, "__array__") for column in value.values())
    ways = ("__arrow_c_stream__", "__datafusion_table_provider__", "fetch_arrow", "fetch_record_batch", "to_reader", "scanner")
    return any(hasattr(value, way) for way in ways)
