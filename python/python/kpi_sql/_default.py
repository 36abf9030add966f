"""The session that is there for all who make none of their own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Mapping
from typing import Any, overload

from ._result import Result
from ._session import Session
from ._variables import of_caller

_session: Session | None = None
_making = threading.Lock()


def default_session() -> Session:
    """The session of `kpi_sql.sql` and `kpi_sql.register`, with the usual settings."""
    global _session
    with _making:
        if _session is None:
            _session = Session()
        return _session


def sql(query: str, /, **parameters: Any) -> Result:
    """Begins a query in the default session; see `Session.sql`."""
    session = default_session()
    return session._sql(query, parameters, of_caller(session._native, sys._getframe(1)))


@overload
def register(
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
) -> None: ...
@overload
def register(context: Any, /) -> None: ...
def register(first: Any, *rest: Any, **options: Any) -> None:
    """`register("orders", table)` names a table in the default session; see `Session.register` for it and its options.

    `register(ctx)` gives all functions to a `datafusion.SessionContext` of the package `datafusion`, whose major
    version must be the one that this package was made for.
    """
    if isinstance(first, str) and len(rest) == 1:
        default_session().register(first, rest[0], **options)
    elif rest or options or isinstance(first, str):
        raise TypeError(
            'register takes a name and a table, register("orders", "exports/orders"), '
            "or a session of the package datafusion, register(ctx)"
        )
    else:
        from ._stock import register_functions

        register_functions(first)
