"""The notebook runs from its first cell to its last in any folder, and has the outputs that it gives.

With KPI_SQL_WRITE_DOCS=1 they are written anew.
"""

import json
import os
import re

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import REPOSITORY

NOTEBOOK = REPOSITORY / "python/examples/kpi_pack.ipynb"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    # It leaves nothing where it runs.
    assert list(folder.iterdir()) == []
    return notebook


def outputs(notebook, words):
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and words in cell.source)
    return [output["data"] for output in cell.outputs if "data" in output]


def test_the_pack_is_a_table_with_units(ran):
    html = outputs(ran, "%%kpi pack")[-1]["text/html"]
    rows = re.findall(r"<tr>(<td.*?)</tr>", html)
    assert len(rows) == 5 and "Total" in rows[-1]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", rows[-1])
    assert re.fullmatch(r"\d+", cells[1]) and all(re.fullmatch(r"\d+\.\d %", cell) for cell in cells[2:4])
    assert re.fullmatch(r"[\d,]+\.\d\d", cells[4])


@pytest.mark.parametrize(("words", "marks"), [("ratios.chart()", {"rect", "bar", "rule"}), ("months.chart()", {"rect", "area", "line"})])
def test_charts_are_there(ran, words, marks):
    # Where no front end says otherwise, Altair gives a page with the specification in it.
    html = outputs(ran, words)[-1]["text/html"]
    assert set(re.findall(r'"mark": {"type": "(\w+)"', html)) == marks


def test_the_file_is_written(ran):
    assert outputs(ran, "write_parquet")[-1]["text/plain"] == "5"


def shown(notebook):
    """What each cell gives, without the names that Altair gives to charts."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [[output.get("data", output.get("text")) for output in cell.outputs] for cell in cells]
    return re.sub(r"altair-viz-\w+", "altair-viz", json.dumps(found, sort_keys=True))


def test_the_committed_notebook_has_these_outputs(ran):
    committed = nbformat.read(NOTEBOOK, as_version=4)
    if os.environ.get("KPI_SQL_WRITE_DOCS") == "1" and shown(committed) != shown(ran):
        committed.cells = ran.cells
        for cell in committed.cells:
            # When it ran, and on which machine, is of no use.
            cell.metadata = {}
        nbformat.write(committed, NOTEBOOK)
    assert shown(committed) == shown(ran), "the notebook is stale: KPI_SQL_WRITE_DOCS=1 cargo test --test it python:: writes it anew"
    counts = [cell.execution_count for cell in committed.cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1))
    assert not [output for cell in committed.cells if cell.cell_type == "code" for output in cell.outputs if output.output_type == "stream"]
