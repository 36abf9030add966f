"""The tables of a folder, and nothing that lies outside of it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from ..errors import SettingError

#: As the folder of `--data` has them.
ENDINGS = (".parquet", ".csv", ".tsv", ".ndjson", ".jsonl", ".json")
PACKED = ("", ".gz", ".zst", ".bz2", ".xz")


class Folder:
    """A folder of tables: each is a folder in it, or a file that is called as the table is.

    Links are not followed, wherever they lead: a table with one in it is none. So no name, and no file that somebody put there,
    leads out of the folder.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.root = Path(os.path.realpath(path))
        if not self.root.is_dir():
            raise SettingError(f"data: there is no folder {os.fspath(path)}")

    def tables(self) -> dict[str, Path]:
        """The tables by their names."""
        found: dict[str, Path] = {}
        for path in self._entries():
            name = _name(path)
            if name is not None and not _left_out(path):
                # A folder goes before a file, and endings in their order.
                found.setdefault(name, path)
        return dict(sorted(found.items()))

    def left_out(self) -> dict[str, str]:
        """What looks like a table and is none, with the reason."""
        reasons = {path.name: _left_out(path) for path in self._entries() if _name(path) is not None}
        return {name: reason for name, reason in reasons.items() if reason}

    def _entries(self) -> Iterator[Path]:
        def rank(path: Path) -> tuple[int, str]:
            if path.is_dir():
                return (-1, path.name)
            ending = _ending(path.name)
            return (ENDINGS.index(ending[1]) if ending else 0, path.name)

        entries = [path for path in self.root.iterdir() if not path.name.startswith((".", "_"))]
        yield from sorted(entries, key=rank)


def _ending(name: str) -> tuple[str, str] | None:
    """The name of a table and the ending of its file."""
    for packed in PACKED:
        for ending in ENDINGS:
            whole = ending + packed
            if name.endswith(whole) and len(name) > len(whole):
                return name[: -len(whole)], ending
    return None


def _name(path: Path) -> str | None:
    """What a table is called that this would be."""
    if path.is_dir():
        # Where a link leads is nobody's business.
        inside = [] if path.is_symlink() else (name for _, _, names in os.walk(path) for name in names)
        return path.name if path.is_symlink() or any(_ending(name) for name in inside) else None
    ending = _ending(path.name)
    return ending[0] if ending else None


def _left_out(path: Path) -> str | None:
    """Why this is no table."""
    if path.is_symlink():
        return "it is a link"
    if not path.is_dir():
        return None if path.is_file() else "it is no file"
    for folder, folders, files in os.walk(path):
        for name in folders + files:
            inner = Path(folder, name)
            if inner.is_symlink():
                return f"{inner.relative_to(path)} in it is a link"
            if not (inner.is_dir() or inner.is_file()):
                return f"{inner.relative_to(path)} in it is no file"
    return None
