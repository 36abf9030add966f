"""What the pages about Python show is what happens.

A block of `python` is run, with the names of those before it; a block of `text` behind it is what it prints. With
KPI_SQL_WRITE_DOCS=1 the pages are written anew instead.
"""

import contextlib
import io
import os
import re

import pytest

from conftest import REPOSITORY

PAGES = ["README.md", "docs/python.md", "python/README.md"]
BLOCK = re.compile(r"```python\n(.*?)```\n(?:\n```text\n(.*?)```\n)?", re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_prints_what_is_shown(page, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    path = REPOSITORY / page
    text = path.read_text()
    names: dict = {}

    def run(block):
        code, shown = block.groups()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, f"{page}: {code.splitlines()[0]}", "exec"), names)
        if shown is None:
            assert printed.getvalue() == "", f"{page} does not show what this prints:\n{code}"
            return block[0]
        return f"```python\n{code}```\n\n```text\n{printed.getvalue()}```\n"

    made, blocks = BLOCK.subn(run, text)
    assert blocks
    if os.environ.get("KPI_SQL_WRITE_DOCS") == "1":
        path.write_text(made)
    assert made == path.read_text(), f"{page} is stale: KPI_SQL_WRITE_DOCS=1 cargo test --test it python:: writes it anew"
