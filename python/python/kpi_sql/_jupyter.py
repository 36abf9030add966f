"""`%%kpi` in Jupyter and IPython: SQL in a cell, its result in a variable and below the cell."""

from __future__ import annotations

import html
import re
import time
from typing import Any

from ._default import default_session
from ._native import TypedParameter
from ._result import Result
from ._session import Session
from ._variables import of_names

_USAGE = """%%kpi [NAME] [--param NAME[=VALUE]]... [--session NAME] [--quiet]
SELECT ...

NAME: the variable that gets the result; _kpi where none is named.
--param NAME=VALUE: the value of $NAME in the SQL. Its type is that of what it is compared with; without one, it is a number,
    True, False or a text, as it looks. NAME:TYPE=VALUE says the type, None and NULL are no value, and quotes make any
    text a text. --param NAME is the variable of this name.
--session NAME: the variable that holds a kpi_sql.Session; without it, the default session is asked.
--quiet: the result is kept and not shown."""


#: A quoted text is part of its word, with its quotes: they say that it is a text.
_WORD = re.compile(r"""(?:[^\s"']|"[^"]*"|'[^']*')+""")


def load(ipython: Any) -> None:
    """Adds the magic to a shell."""

    def kpi(line: str, cell: str | None = None) -> None:
        """Runs SQL with KPIs; `%%kpi --help` says how."""
        _run(ipython, line, cell)

    ipython.register_magic_function(kpi, magic_kind="line_cell", magic_name="kpi")


def _run(ipython: Any, line: str, cell: str | None) -> None:
    if cell is None and line.strip() not in ("--help", "-h", ""):
        # %kpi SELECT 1
        line, cell = "", line
    options = _Options(line, ipython.user_ns)
    if options.help or cell is None or not cell.strip():
        print(_USAGE)
        return
    session = options.session
    result = session._sql(cell, options.parameters, of_names(session._native, ipython.user_ns))
    with _Progress() as progress:
        result.collect(progress)
    ipython.user_ns[options.name] = result
    if not options.quiet:
        show(result)


def show(result: Result) -> None:
    """Displays a result as a table, if it has any columns."""
    from IPython.display import display

    if result.columns:
        display(result)


class _Options:
    """What stands behind %%kpi."""

    def __init__(self, line: str, variables: dict[str, Any]) -> None:
        self.name = "_kpi"
        self.session: Session = default_session()
        self.parameters: dict[str, Any] = {}
        self.help = self.quiet = False
        words = _WORD.findall(line)
        named = False
        while words:
            word = words.pop(0)
            option, equals, value = word.partition("=")
            if option in ("--param", "--session") and not equals:
                if not words:
                    raise ValueError(f"%%kpi: {option} needs a name after it\n\n{_USAGE}")
                value = words.pop(0)
            if option == "--param":
                name, value = _parameter(value, variables)
                self.parameters[name] = value
            elif option == "--session":
                self.session = _session(value, variables)
            elif word in ("--help", "-h"):
                self.help = True
            elif word == "--quiet":
                self.quiet = True
            elif word.isidentifier() and not named:
                self.name, named = word, True
            else:
                raise ValueError(f"%%kpi: {word} is no option, and no name for the result\n\n{_USAGE}")


def _parameter(text: str, variables: dict[str, Any]) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if equals:
        try:
            # As in the program, but for Python's word for NULL.
            typed = TypedParameter(f"{name}=NULL" if value == "None" else text)
        except ValueError as error:
            raise ValueError(f"%%kpi: --param {text}: {error}") from None
        return typed.name, typed
    if name not in variables:
        raise ValueError(f"%%kpi: --param {name} is the variable {name}, and there is none; --param {name}=VALUE gives a value")
    return name, variables[name]


def _session(name: str, variables: dict[str, Any]) -> Session:
    session = variables.get(name)
    if not isinstance(session, Session):
        raise ValueError(f"%%kpi: --session {name}: the variable {name} is no kpi_sql.Session; {name} = kpi_sql.Session(...) makes one")
    return session


class _Progress:
    """A bar below the cell that says how far a query is, and goes when it has ended.

    It is filled where it is known how much there is to read, and says how many rows were read.
    """

    #: Queries that are faster show none.
    AFTER_SECONDS = 0.5

    def __init__(self) -> None:
        self.shown: Any = None
        self.last = 0.0

    def __enter__(self) -> _Progress:
        return self

    def __call__(self, rows: int, seconds: float, share: float | None) -> None:
        from IPython.display import HTML, display

        now = time.monotonic()
        if seconds < self.AFTER_SECONDS or now - self.last < 0.2:
            return
        self.last = now
        # The last rows are read before their values are put together.
        read = None if share is None else min(share, 0.99)
        value = "" if read is None else f' value="{read:.2f}"'
        text = ("" if read is None else f"{read:.0%}, ") + f"{rows:,} rows read, {seconds:.1f} s"
        bar = HTML(f'<progress{value} style="vertical-align: middle"></progress> <small>{html.escape(text)}</small>')
        if self.shown is None:
            self.shown = display(bar, display_id=True)
        else:
            self.shown.update(bar)

    def __exit__(self, *_: object) -> None:
        from IPython.display import HTML

        if self.shown is not None:
            self.shown.update(HTML(""))
