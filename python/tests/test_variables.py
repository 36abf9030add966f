"""`FROM df`: a variable of whoever asks is a table, where there is no table of its name."""

import signal
import sys

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import kpi_sql
from conftest import SAMPLE

ROWS = {"a": [1, 2, 3]}
SUM = "SELECT sum(a) FROM df"

everywhere = pd.DataFrame({"a": [100]})


def of(kind, tmp_path):
    pq.write_table(pa.table(ROWS), tmp_path / "t.parquet")
    return {
        "pandas": lambda: pd.DataFrame(ROWS),
        "polars": lambda: pl.DataFrame(ROWS),
        "pyarrow": lambda: pa.table(ROWS),
        "dataset": lambda: ds.dataset(tmp_path / "t.parquet"),
        "result": lambda: kpi_sql.sql(f"SELECT * FROM '{tmp_path}/t.parquet'"),
        "dictionary": lambda: ROWS,
        "series": lambda: pd.Series([1, 2, 3], name="a"),
    }[kind]()


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "dataset", "result", "dictionary", "series"])
def test_every_kind(session, tmp_path, kind):
    df = of(kind, tmp_path)
    assert session.sql(SUM).value() == 6
    assert kpi_sql.sql(SUM).value() == 6
    assert session.sql("SELECT max(x.a) FROM df x JOIN df y ON x.a = y.a").value() == 3
    del df
    # The name is not kept.
    with pytest.raises(kpi_sql.TableError, match="there is no table df"):
        session.sql(SUM)


def test_the_value_is_that_of_now(session):
    df = pd.DataFrame({"a": [1]})
    assert session.sql(SUM).value() == 1
    df = pd.DataFrame({"a": [2]})
    assert session.sql(SUM).value() == 2
    result = session.sql(SUM)
    df = pd.DataFrame({"a": [3]})
    assert result.value() == 2 and len(df) == 1


def test_local_ones_come_before_global_ones(session):
    assert session.sql("SELECT sum(a) FROM everywhere").value() == 100

    def inner(everywhere):
        return session.sql("SELECT sum(a) FROM everywhere").value()

    assert inner(pl.DataFrame(ROWS)) == 6


def test_tables_come_before_variables(tmp_path):
    session = kpi_sql.Session(SAMPLE)
    orders = pd.DataFrame({"a": [1]})
    assert session.sql("SELECT count(*) FROM orders").value() == 3940
    session.register("df", pd.DataFrame({"a": [50]}))
    df = orders
    assert session.sql(SUM).value() == 50 and len(df) == 1
    assert session.sql("WITH orders AS (SELECT 1 AS a) SELECT sum(a) FROM orders").value() == 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (5, "there is a variable df, but it is not a table; its type is int"),
        (sys, "its type is module"),
        (pd.DataFrame, "its type is type"),
        ({"a": 1}, "its type is dict"),
        ("exports/hunter2.csv", "its type is str; a path is written in quotes, FROM 'exports/orders.csv'"),
    ],
)
def test_what_is_no_table_says_so(session, value, words):
    df = value
    with pytest.raises(kpi_sql.TableError, match="there is no table df") as failed:
        session.sql(SUM)
    first, second = str(failed.value).splitlines()[:2]
    assert first == "query:1: there is no table df" and words in second and df is value
    assert "hunter2" not in str(failed.value)


def test_what_only_has_a_name_of_a_way_is_no_table(session):
    class Other:
        scanner = to_reader = 1

    df = Other()
    with pytest.raises(kpi_sql.TableError, match="there is a variable df, but it is not a table; its type is Other"):
        session.sql(SUM)
    assert df.scanner == 1


def test_an_exact_name_goes_before_one_in_capitals(session):
    Everywhere = pd.DataFrame({"a": [1]})
    assert session.sql("SELECT sum(a) FROM everywhere").value() == 100 and len(Everywhere) == 1


def test_capitals_are_written_in_quotes(session):
    Orders = pd.DataFrame({"a": [7]})
    assert session.sql('SELECT sum(a) FROM "Orders"').value() == 7
    with pytest.raises(kpi_sql.TableError, match='there is a variable Orders: write FROM "Orders"'):
        session.sql("SELECT sum(a) FROM Orders")
    assert len(Orders) == 1


def test_a_frame_that_cannot_be_read_says_why(session):
    df = pl.LazyFrame(ROWS)
    with pytest.raises(TypeError, match=r"the variable df is a lazy frame of Polars.*frame.collect\(\)"):
        session.sql(SUM)
    df = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(kpi_sql.TableError, match="the variable df has two columns named a"):
        session.sql(SUM)
    assert df.num_columns == 2


def test_a_reader_can_be_read_once(session):
    df = pa.table(ROWS).to_reader()
    assert session.sql(SUM).value() == 6
    with pytest.raises(kpi_sql.TableError, match="the variable df is a reader that was read to its end already"):
        session.sql(SUM)
    with pytest.raises(kpi_sql.TableError, match="register: t is a reader that was read to its end already"):
        session.register("t", df)


def test_statements_of_every_kind(session, tmp_path):
    df = pd.DataFrame(ROWS)
    assert "TableScan: df projection=[a]" in str(session.sql(f"EXPLAIN {SUM}").to_pylist())
    assert session.sql("DESCRIBE df").to_pylist()[0]["column_name"] == "a"
    session.sql(f"COPY df TO '{tmp_path}/out.parquet'")
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 3
    # Several statements, of which the first makes what the second reads.
    session.sql("CREATE TABLE kept AS SELECT * FROM df; CREATE VIEW seen AS SELECT a + 1 AS a FROM df; INSERT INTO kept SELECT a FROM df")
    df = None
    assert session.sql("SELECT count(*), sum(kept.a) FROM kept").to_pylist() == [{"count(*)": 6, "sum(kept.a)": 12}]
    assert session.sql("SELECT sum(a) FROM seen").value() == 9 and df is None


def test_nothing_is_written_into_a_variable(session):
    df = pd.DataFrame(ROWS)
    with pytest.raises(kpi_sql.Error, match="df"):
        session.sql("INSERT INTO df VALUES (4)")
    with pytest.raises(kpi_sql.Error, match="df"):
        session.sql("SHOW COLUMNS FROM df")
    assert len(df) == 3


def test_sql_of_somebody_else_sees_no_variables():
    session = kpi_sql.Session(read_only=True)
    df = pd.DataFrame(ROWS)
    with pytest.raises(kpi_sql.TableError, match="there is no table df") as failed:
        session.sql(SUM)
    assert "variable" not in str(failed.value) and len(df) == 3


def test_a_plan_that_is_given_up_leaves_no_table(session, tmp_path):
    # To find the types of its columns takes longer than anybody waits here.
    big = tmp_path / "big.csv"
    big.write_text("a,b,c\n" + "".join(f"{i},text {i},{i}.5\n" for i in range(400_000)))
    df = pd.DataFrame({"a": [1]})

    def give_up(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        with pytest.raises(KeyboardInterrupt):
            session.sql(f"SELECT sum(df.a) FROM df JOIN '{big}' AS big ON df.a = big.a")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    names = [row["table_name"] for row in session.sql("SHOW TABLES").to_pylist() if row["table_schema"] != "information_schema"]
    assert names == []
    df = pd.DataFrame({"a": [100]})
    assert session.sql(SUM).value() == 100 and len(df) == 1


def test_variables_are_no_tables_of_the_session(session):
    df = pd.DataFrame(ROWS)
    assert session.sql(SUM).value() == 6
    assert "df" not in [row["table_name"] for row in session.sql("SHOW TABLES").to_pylist()]
    with pytest.raises(kpi_sql.TableError):
        session.table("df")
    assert len(df) == 3
