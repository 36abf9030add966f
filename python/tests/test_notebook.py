"""The notebook runs from its first cell to its last, and shows what it promises."""

import re
import shutil

import nbformat
import pyarrow.parquet as pq
import pytest
from nbclient import NotebookClient

from conftest import REPOSITORY, SAMPLE

NOTEBOOK = REPOSITORY / "python/examples/kpi_pack.ipynb"


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    # In a folder of its own, because it writes a file.
    folder = tmp_path_factory.mktemp("notebook")
    shutil.copytree(SAMPLE / "csv", folder / "sample_data/csv")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return notebook, folder


def outputs(notebook, words):
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code" and words in cell.source)
    return [output["data"] for output in cell.outputs if "data" in output]


def test_the_pack_is_a_table_with_units(ran):
    notebook, _ = ran
    html = outputs(notebook, "%%kpi pack")[-1]["text/html"]
    rows = re.findall(r"<tr>(<td.*?)</tr>", html)
    assert len(rows) == 5 and "Total" in rows[-1]
    # The README has the same figures of the same month.
    assert "209" in rows[-1] and "12.9 %" in rows[-1] and "3.8 %" in rows[-1] and "1,939.97" in rows[-1]


@pytest.mark.parametrize(("words", "marks"), [("ratios.chart()", {"rect", "bar", "rule"}), ("months.chart()", {"rect", "area", "line"})])
def test_charts_are_there(ran, words, marks):
    # Where no front end says otherwise, Altair gives a page with the specification in it.
    html = outputs(ran[0], words)[-1]["text/html"]
    assert set(re.findall(r'"mark": {"type": "(\w+)"', html)) == marks


def test_the_file_is_written(ran):
    assert pq.read_table(ran[1] / "kpi_pack.parquet").num_rows == 5


def test_the_committed_notebook_has_no_outputs():
    """They would be of one machine and one day."""
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None
