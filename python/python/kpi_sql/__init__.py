"""KPIs of cross-selling, upselling and customer value as SQL aggregates.

>>> import kpi_sql
>>> kpi_sql.sql("SELECT nps(score) AS nps FROM (VALUES (10), (9), (8), (3)) AS surveys(score)").value()
25.0

`Session` has settings and tables of its own; `sql` and `register` here use one that is there for all.
`functions` has the KPIs for the DataFrame API of the package `datafusion`, and `register(ctx)` gives them to one of
its sessions. In Jupyter, `%load_ext kpi_sql` brings `%%kpi`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._default import default_session, register, sql
from ._native import __version__
from ._result import Result
from ._session import Session
from .errors import (
    DataError,
    Error,
    KpiWarning,
    OutputError,
    QueryError,
    ResourcesError,
    SettingError,
    SqlSyntaxError,
    TableError,
)

if TYPE_CHECKING:
    from . import functions

__all__ = [
    "DataError",
    "Error",
    "KpiWarning",
    "OutputError",
    "QueryError",
    "ResourcesError",
    "Result",
    "Session",
    "SettingError",
    "SqlSyntaxError",
    "TableError",
    "__version__",
    "default_session",
    "functions",
    "register",
    "sql",
]


def __getattr__(name: str) -> Any:
    # Not everybody needs them, and everybody waits for an import.
    if name == "functions":
        return importlib.import_module(".functions", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """What `%load_ext kpi_sql` does."""
    from ._jupyter import load

    load(ipython)
