"""Variables of whoever asks, as tables: `FROM df`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FrameType
from typing import Any

from . import _native
from ._sources import is_a_table, table_of

#: Gives the table that a name in FROM stands for, words about something else of that name, or nothing.
Find = Callable[[str], "_native.Table | str | None"]


def of_caller(session: _native.Session, frame: FrameType) -> Find:
    """Those that a line of code sees: its own come first."""
    return lambda name: _find(session, name, [frame.f_locals, frame.f_globals])


def of_names(session: _native.Session, variables: Mapping[str, Any]) -> Find:
    """Those of a notebook."""
    return lambda name: _find(session, name, [variables])


def _find(session: _native.Session, name: str, scopes: list[Mapping[str, Any]]) -> _native.Table | str | None:
    for variables in scopes:
        if name in variables:
            value = variables[name]
            if is_a_table(value):
                return table_of(session, f"the variable {name}", name, value)
            # The value itself is not shown: it may be a secret, and messages go into logs.
            way = "; a path is written in quotes, FROM 'exports/orders.csv'" if isinstance(value, str) else ""
            return f"there is a variable {name}, but it is not a table; its type is {type(value).__name__}{way}"
    for variables in scopes:
        for other, value in variables.items():
            if other.lower() == name.lower() and is_a_table(value):
                return f'there is a variable {other}: write FROM "{other}", SQL reads names without double quotes in lower case'
    return None
