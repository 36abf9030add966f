"""Notes: what was assumed of a file, or met in its rows, as warnings at the line that asked."""

from __future__ import annotations

import os
import sys
import warnings

from .errors import KpiWarning

_HERE = os.path.dirname(__file__)


def warn(notes: list[str]) -> None:
    """Warns of each of the notes."""
    for note in notes:
        warnings.warn(note, KpiWarning, stacklevel=_outside())


def _outside() -> int:
    """The stacklevel of the first line that is not in this package, as seen by warn."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and os.path.dirname(frame.f_code.co_filename) == _HERE:
        frame, level = frame.f_back, level + 1
    return level
