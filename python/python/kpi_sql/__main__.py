"""The command `kpi-sql`, which `pip` installs, and `python -m kpi_sql`."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

from ._native import program


def main() -> NoReturn:
    """Runs the program with the words of this process, and ends it."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # The program listens for Ctrl-C itself.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    code = program(["kpi-sql", *sys.argv[1:]])
    # Its threads may still be in the middle of something, and are not waited for.
    os._exit(code)


if __name__ == "__main__":
    main()
