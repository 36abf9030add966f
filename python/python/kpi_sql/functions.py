"""The KPIs for the DataFrame API of the PyPI package `datafusion`.

>>> from datafusion import SessionContext, col
>>> from kpi_sql.functions import cross_sell_rate
>>> orders = SessionContext().read_parquet("sample_data/orders")
>>> rates = orders.aggregate([col("channel")], [cross_sell_rate(col("customer_id"), col("product_id"))])

There is a function here for each of the engine, under its name and its aliases. Keyword `filter` keeps the rows that a
condition holds for, as FILTER (WHERE …) does in SQL.
"""

from __future__ import annotations

from typing import Any

from . import _native
from ._stock import datafusion

_AGGREGATES = {name: function for function in _native.aggregate_functions() for name in [function.name, *function.aliases]}
_SCALARS = {name: function for function in _native.scalar_functions() for name in [function.name, *function.aliases]}

__all__ = sorted([*_AGGREGATES, *_SCALARS])


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    if name in _AGGREGATES:
        made = _aggregate(name)
    elif name in _SCALARS:
        made = _scalar(name)
    else:
        from difflib import get_close_matches

        near = get_close_matches(name, __all__, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise AttributeError(f"module {__name__!r} has no function {name!r}{hint}")
    globals()[name] = made
    return made


def _aggregate(name: str) -> Any:
    package = datafusion()
    native = _AGGREGATES[name]
    call = package.udaf(native)

    def function(*arguments: Any, filter: Any = None) -> Any:
        expr = call(*_exprs(package, native, arguments))
        return expr if filter is None else expr.filter(filter).build()

    return _named(function, name, native)


def _scalar(name: str) -> Any:
    package = datafusion()
    native = _SCALARS[name]
    call = package.udf(native)

    def function(*arguments: Any) -> Any:
        return call(*_exprs(package, native, arguments, texts=True))

    return _named(function, name, native)


def _named(function: Any, name: str, native: Any) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    function.__doc__ = native.documentation
    return function


def _exprs(package: Any, native: Any, arguments: tuple[Any, ...], *, texts: bool = False) -> list[Any]:
    """Numbers stand for themselves, and so do texts where a function takes the name of a KPI. Of an aggregate a text could
    be meant as the name of a column, or not."""
    exprs = []
    for position, argument in enumerate(arguments, 1):
        if isinstance(argument, package.Expr):
            exprs.append(argument)
        elif isinstance(argument, (bool, int, float)) or (texts and isinstance(argument, str)):
            exprs.append(package.lit(argument))
        else:
            raise TypeError(
                f"{native.name}: argument {position} must be an expression of datafusion such as col({argument!r}) or "
                f"lit({argument!r}), or a number; got {type(argument).__name__}"
            )
    return exprs
