"""Nothing but the wheel: what the first pages show works without any other package."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import kpi_sql
from conftest import REPOSITORY


@pytest.fixture
def bare(tmp_path):
    """Runs code with the standard library and kpi_sql alone."""
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone/kpi_sql").symlink_to(Path(kpi_sql.__file__).parent)

    def run(code):
        begin = f"import sys; sys.path.insert(0, {str(tmp_path / 'alone')!r})\n"
        words = [sys.executable, "-I", "-S", "-W", "error", "-c", begin + code]
        return subprocess.run(words, capture_output=True, text=True, cwd=REPOSITORY)

    return run


def test_there_is_nothing_else(bare):
    for package in ("pyarrow", "pandas", "numpy", "polars"):
        assert f"No module named '{package}'" in bare(f"import {package}").stderr


@pytest.mark.parametrize("page", ["python/README.md", "docs/python.md", "README.md"])
def test_the_first_example_of_a_page(bare, page):
    code, shown = re.search(r"```python\n(.*?)```\n\n```text\n(.*?)```\n", (REPOSITORY / page).read_text(), re.DOTALL).groups()
    ran = bare(code)
    assert (ran.stdout, ran.stderr) == (shown, "")


def test_the_example_of_the_package(bare):
    code, shown = re.search(r">>> (kpi_sql.sql.*)\n(.*)\n", kpi_sql.__doc__).groups()
    assert bare(f"import kpi_sql\nprint(repr({code}))").stdout == f"{shown}\n"


def test_columns_values_rows_and_files(bare, tmp_path):
    ran = bare(f"""
import datetime as dt, kpi_sql
from decimal import Decimal
orders = {{"customer": ["c1", "c1", "c2"], "amount": [Decimal("1.50"), 2, None], "at": [dt.date(2026, 8, 1)] * 3}}
print(kpi_sql.sql("SELECT sum(amount) AS money FROM orders").value())
print(kpi_sql.sql("SELECT customer, max(at) AS last FROM orders GROUP BY 1 ORDER BY 1").to_pylist())
kpi_sql.sql("SELECT * FROM orders").write_csv({str(tmp_path / 'orders.csv')!r})
print(kpi_sql.sql("SELECT count(*) FROM '{tmp_path}/orders.csv'").value())
""")
    assert ran.stdout.splitlines() == [
        "3.50", "[{'customer': 'c1', 'last': datetime.date(2026, 8, 1)}, {'customer': 'c2', 'last': datetime.date(2026, 8, 1)}]", "3",
    ], ran.stderr


def test_what_needs_a_package_says_which(bare):
    for call, words in [
        ("kpi_sql.sql('SELECT 1').to_arrow()", 'pip install "kpi-sql[arrow]"'),
        ("kpi_sql.sql('SELECT 1').to_pandas()", 'pip install "kpi-sql[pandas]"'),
        ("kpi_sql.register('t', {'a': [[1], [2]]})", 'pip install "kpi-sql[arrow]"'),
    ]:
        assert words in bare(f"import kpi_sql\n{call}").stderr
