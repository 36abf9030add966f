"""How files are to be read: the values of `header`, `null`, `types` and such, or an error with a call that works.

`call` writes the call that they were given to, with other options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import SettingError

Call = Callable[[str], str]


def delimiter(given: Any, call: Call) -> int | None:
    """A byte."""
    if given is None:
        return None
    if given == "tab":
        given = "\t"
    if not isinstance(given, str) or len(given) != 1 or not given.isascii() or given.isalnum() or given in '"\n\r':
        example = call('delimiter=";"')
        raise SettingError(f'delimiter: one character such as ";" or "\\t"; got {given!r}. Example: {example}')
    return ord(given)


def header(given: Any, call: Call) -> bool | None:
    """Whether there are names in the first line, if that was said."""
    if given is None or isinstance(given, bool):
        return given
    raise SettingError(
        "header: True if the first line of CSV files has the names of the columns, False if it is a row, None if the "
        f"lines are to tell; got {given!r}. Example: {call('header=False')}"
    )


def null(given: Any, call: Call) -> list[str]:
    """Texts."""
    if given is None:
        return []
    if isinstance(given, str):
        return [given]
    texts = list(given) if isinstance(given, Iterable) and not isinstance(given, (bytes, Mapping)) else [given]
    for text in texts:
        if not isinstance(text, str):
            example = call('null=["N/A", "-"]')
            raise SettingError(f"null: a text that means NULL, or a list of such texts; got {text!r}. Example: {example}")
    return texts


def types(given: Any, call: Call) -> list[tuple[str, str]]:
    """Columns with their types."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise _no_types(repr(given), call)
    for column, name in given.items():
        if not (isinstance(column, str) and column and isinstance(name, str)):
            raise _no_types(f"{name!r} for the column {column!r}", call)
    return list(given.items())


def _no_types(got: str, call: Call) -> SettingError:
    example = call('types={"customer_id": "TEXT", "amount": "DECIMAL(12, 2)"}')
    return SettingError(f"types: a dictionary of columns and their SQL types; got {got}. Example: {example}")


def texts(**options: Any) -> list[tuple[str, str]]:
    """The options that were given, each as a text, which is read where all faces have theirs read."""
    return [(option, str(given)) for option, given in options.items() if given is not None]


def yes_or_no(option: str, given: Any) -> bool:
    """True or False."""
    if isinstance(given, bool):
        return given
    raise SettingError(f"{option}: True or False; got {given!r}. Example: Session({option}=True)")


def refuse_for_rows(name: str, **options: Any) -> None:
    """What is in memory has its types and its NULLs."""
    for option, given in options.items():
        if given is not None:
            raise TypeError(
                f'register: {option} is for files, and {name} is a table in memory, which has its types and names. '
                f'Example: register("{name}", "exports/{name}.csv", {option}={given!r})'
            )
