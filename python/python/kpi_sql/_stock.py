"""The functions in sessions of the PyPI package `datafusion`, and in its DataFrame API."""

from __future__ import annotations

from importlib import metadata
from typing import Any

from . import _native


def datafusion() -> Any:
    """The package, if its binary interface is the one that the functions here are made for.

    Their capsules carry no version that the package would check: with another major version the process would break
    in the middle of a query.
    """
    wanted = int(_native.datafusion_major)
    try:
        package = __import__("datafusion")
    except ImportError as missing:
        raise ImportError(
            f'the package datafusion is not installed: pip install "kpi-sql[datafusion]"; it must be of version {wanted}'
        ) from missing
    found = getattr(package, "__version__", None) or metadata.version("datafusion")
    if found.partition(".")[0] != str(wanted):
        raise ImportError(
            f"kpi_sql {_native.__version__} works with version {wanted} of the package datafusion, and {found} is "
            f'installed: pip install "datafusion=={wanted}.*"'
        )
    return package


def register_functions(context: Any) -> None:
    """Gives every function, and the tables `kpi_catalog()` and `kpi_benchmarks()`, to a `datafusion.SessionContext`."""
    package = datafusion()
    if not isinstance(context, package.SessionContext):
        kind = type(context)
        raise TypeError(
            f"register(ctx) takes a datafusion.SessionContext; got {kind.__module__}.{kind.__qualname__}. "
            "Example: ctx = datafusion.SessionContext(); kpi_sql.register(ctx)"
        )
    for aggregate in _native.aggregate_functions():
        context.register_udaf(package.udaf(aggregate))
    for scalar in _native.scalar_functions():
        context.register_udf(package.udf(scalar))
    for name in ("kpi_catalog", "kpi_benchmarks"):
        context.register_udtf(package.udtf(_table_function(package, name), name))


def _table_function(package: Any, name: str) -> Any:
    from ._default import default_session

    # Made now: in the middle of planning a query, the package cannot make a table.
    table = default_session().sql(f"SELECT * FROM {name}()").to_arrow()
    view = package.SessionContext().from_arrow(table).into_view()
    return lambda: view
