"""Values of parameters that other packages made, as those of Python."""

from __future__ import annotations

from typing import Any


def plain(value: Any) -> Any:
    """The same value as Python's own type, for scalars of NumPy and pandas."""
    package = type(value).__module__.partition(".")[0]
    if package == "pandas":
        return _of_pandas(value)
    if package == "numpy" and hasattr(value, "dtype"):
        return _of_numpy(value)
    return value


def _of_pandas(value: Any) -> Any:
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if getattr(value, "nanosecond", 0) or getattr(value, "nanoseconds", 0):
        raise ValueError(f"{value!r} has nanoseconds, and a parameter microseconds; round it: value.floor('us')")
    for turn in ("to_pydatetime", "to_pytimedelta"):
        if hasattr(value, turn):
            return getattr(value, turn)()
    return value


def _of_numpy(value: Any) -> Any:
    # NumPy turns times with nanoseconds into bare integers.
    if value.dtype.kind in "mM":
        unit = "D" if str(value.dtype).endswith("[D]") else "us"
        return value.astype(f"{value.dtype.kind}8[{unit}]").item()
    return value.item() if getattr(value, "ndim", 0) == 0 else value
