"""`%%kpi` in a shell of IPython."""

import pandas as pd
import pytest
from IPython.testing.globalipapp import start_ipython

import kpi_sql
from conftest import SAMPLE


@pytest.fixture(scope="module")
def started():
    shell = start_ipython()
    shell.run_line_magic("load_ext", "kpi_sql")
    return shell


@pytest.fixture
def shell(started):
    started.user_ns.clear()
    started.user_ns["sample"] = kpi_sql.Session(SAMPLE)
    return started


def cell(shell, line, sql):
    shell.run_cell_magic("kpi", line, sql)


def test_a_result_in_a_variable(shell, capsys):
    cell(shell, "answer", "SELECT 1 AS a")
    assert shell.user_ns["answer"].to_pylist() == [{"a": 1}]
    assert "kpi_sql.Result 1 rows: a Int64" in capsys.readouterr().out
    cell(shell, "", "SELECT 2 AS a")
    assert shell.user_ns["_kpi"].value() == 2


def test_quiet(shell, capsys):
    cell(shell, "--quiet answer", "SELECT 1 AS a")
    assert shell.user_ns["answer"].value() == 1
    assert capsys.readouterr().out == ""


def test_a_session_of_ones_own(shell):
    cell(shell, "rate --session sample", "SELECT count(*) FROM orders")
    assert shell.user_ns["rate"].value() == 3940
    cell(shell, "rate --session=sample", "SELECT count(*) FROM customers")
    assert shell.user_ns["rate"].value() == 400
    with pytest.raises(ValueError, match=r"nobody is no kpi_sql.Session; nobody = kpi_sql.Session\(...\) makes one"):
        cell(shell, "--session nobody", "SELECT 1")


def test_the_variables_of_a_notebook_are_tables(shell):
    shell.user_ns["frame"] = pd.DataFrame({"a": [1, 2]})
    cell(shell, "double", "SELECT 2 * a AS a FROM frame")
    cell(shell, "answer --session sample", "SELECT sum(a) AS total FROM double")
    assert shell.user_ns["answer"].value() == 6
    with pytest.raises(kpi_sql.TableError, match="there is no table cell"):
        # It is a variable of this file, and not of the notebook.
        cell(shell, "answer", "SELECT * FROM cell")


@pytest.mark.parametrize(
    ("typed", "value", "type_name"),
    [
        ("p=5", 5, "Int64"),
        ("p=2.5", 2.5, "Float64"),
        ("p=True", True, "Boolean"),
        ("p=2026-08", "2026-08", "Utf8"),
        ("p='5'", "5", "Utf8"),
        ('p="a b"', "a b", "Utf8"),
        ("p=Mid-Market", "Mid-Market", "Utf8"),
        ("p=1,2", "1,2", "Utf8"),
        ("p=", "", "Utf8"),
        ("p=a=b", "a=b", "Utf8"),
    ],
)
def test_parameters(shell, typed, value, type_name):
    cell(shell, f"answer --param {typed}", "SELECT $p AS p, arrow_typeof($p) AS t")
    assert shell.user_ns["answer"].to_pylist() == [{"p": value, "t": type_name}]


def test_parameters_have_the_type_of_what_they_are_compared_with(shell):
    query = "SELECT count(*) AS n, arrow_typeof($p) AS t FROM (VALUES ('5'), ('6')) AS v(code) WHERE code = $p"
    cell(shell, "answer --param p:TEXT=5", query)
    assert shell.user_ns["answer"].to_pylist() == [{"n": 1, "t": "Utf8"}]
    cell(shell, "answer --param p=5", "SELECT count(*) FROM (VALUES ('5'), ('6')) AS v(code) WHERE code = $p")
    assert shell.user_ns["answer"].value() == 1
    cell(shell, "answer --param p=None", "SELECT $p IS NULL")
    assert shell.user_ns["answer"].value() is True
    with pytest.raises(ValueError, match=r"%%kpi: --param \$p=5: the name has no \$ here"):
        cell(shell, "--param $p=5", "SELECT $p")


def test_parameters_that_are_variables(shell):
    shell.user_ns["day"] = pd.Timestamp("2026-08-01")
    cell(shell, "answer --param day --param n=1", "SELECT $day AS day, $n AS n")
    assert shell.user_ns["answer"].to_pylist() == [{"day": pd.Timestamp("2026-08-01"), "n": 1}]
    with pytest.raises(ValueError, match="--param dya is the variable dya, and there is none"):
        cell(shell, "--param dya", "SELECT $dya")


@pytest.mark.parametrize("line", ["--parm a=1", "one two", "--param"])
def test_what_cannot_be_read(shell, line):
    with pytest.raises(ValueError, match=r"(?s)%%kpi: .*%%kpi \[NAME\]"):
        cell(shell, line, "SELECT 1")


def test_help_and_a_line(shell, capsys):
    shell.run_line_magic("kpi", "--help")
    assert "--param NAME=VALUE" in capsys.readouterr().out
    shell.run_line_magic("kpi", "SELECT 7 AS seven")
    assert shell.user_ns["_kpi"].value() == 7


def test_errors_are_exceptions(shell):
    with pytest.raises(kpi_sql.QueryError, match="no column b"):
        cell(shell, "", "SELECT b FROM (SELECT 1 AS a)")


def test_a_bar_while_a_query_runs(shell, monkeypatch):
    shown = []

    class Handle:
        def update(self, html):
            shown.append(html.data)

    def display(html, display_id=None):
        shown.append(html.data)
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    cell(shell, "--quiet", "SELECT count(DISTINCT value % 1000003) FROM generate_series(1, 30000000)")
    assert len(shown) > 2, "the query was too fast for a bar"
    assert "<progress" in shown[0] and "rows read" in shown[0]
    assert shown[-1] == ""
