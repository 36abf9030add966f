"""Tables from memory: frames, Arrow tables, streams, datasets, and what is none of these."""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import kpi_sql

ROWS = [{"customer": "c1", "product": "A"}, {"customer": "c1", "product": "B"}, {"customer": "c2", "product": None}]
RATE = "SELECT cross_sell_rate(customer, product) FROM t"


def sources(tmp_path):
    table = pa.Table.from_pylist(ROWS)
    pq.write_table(table, tmp_path / "t.parquet")
    return {
        "pandas": pd.DataFrame(ROWS),
        "pandas with categories": pd.DataFrame(ROWS).astype("category"),
        "pandas with Arrow columns": pd.DataFrame(ROWS).convert_dtypes(dtype_backend="pyarrow"),
        "polars": pl.DataFrame(ROWS),
        "pyarrow table": table,
        "pyarrow batch": table.to_batches()[0],
        "pyarrow reader": table.to_reader(),
        "pyarrow dataset": ds.dataset(tmp_path / "t.parquet"),
        "dictionary": {"customer": ["c1", "c1", "c2"], "product": ["A", "B", None]},
        "duckdb": duckdb.from_arrow(table),
        "result": kpi_sql.sql(f"SELECT * FROM '{tmp_path}/t.parquet'"),
    }


@pytest.mark.parametrize("kind", [
    "pandas", "pandas with categories", "pandas with Arrow columns", "polars", "pyarrow table", "pyarrow batch",
    "pyarrow reader", "pyarrow dataset", "dictionary", "duckdb", "result",
])
def test_every_kind_of_table(session, tmp_path, kind):
    session.register("t", sources(tmp_path)[kind])
    for _ in range(2):
        # What can be read once was read when it was registered.
        assert session.sql(RATE).value() == 50


def test_every_kind_is_tested(tmp_path):
    marked = test_every_kind_of_table.pytestmark[0].args[1]
    assert list(sources(tmp_path)) == marked


def test_a_stream_that_fails_says_so(session):
    def batches():
        yield pa.record_batch({"a": [1]})
        raise RuntimeError("the tape ran out")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), batches())
    with pytest.raises(kpi_sql.TableError, match="register: t could not be read(.|\n)*the tape ran out"):
        session.register("t", reader)
    with pytest.raises(kpi_sql.TableError, match="no table t"):
        session.table("t")


def test_empty_tables_have_their_columns(session):
    session.register("t", pa.table({"customer": pa.array([], pa.string()), "product": pa.array([], pa.string())}))
    assert session.sql(RATE).value() is None
    assert session.table("t").to_arrow().column_names == ["customer", "product"]
    session.register("t", pd.DataFrame({"customer": [], "product": []}))
    assert len(session.table("t")) == 0


def test_names_of_columns(session):
    session.register("t", pd.DataFrame({"customerID": ["a"], 0: [1], "b c": [2]}))
    assert session.sql('SELECT "customerID", "0", "b c" FROM t').to_pylist() == [{"customerID": "a", "0": 1, "b c": 2}]
    with pytest.raises(kpi_sql.QueryError, match='there is "customerID": write it in double quotes'):
        session.sql("SELECT customerid FROM t")
    doubled = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    with pytest.raises(kpi_sql.TableError, match="t has two columns named a"):
        session.register("t", doubled)


def test_a_series_is_a_table_of_one_column(session):
    for series in (pd.Series([1, 2], name="a"), pl.Series("a", [1, 2])):
        session.register("t", series)
        assert session.sql("SELECT a FROM t ORDER BY a").to_pylist() == [{"a": 1}, {"a": 2}]
    with pytest.raises(kpi_sql.TableError, match="register: t has an Arrow stream, but not one of rows"):
        session.register("t", pa.chunked_array([[1, 2]]))


def test_nan_of_pandas_is_null(session):
    session.register("t", pd.DataFrame({"amount": [1.0, float("nan")]}))
    assert session.sql("SELECT count(amount) FROM t").value() == 1
    # To Polars and Arrow it is a number like others.
    session.register("t", pl.DataFrame({"amount": [1.0, float("nan"), None]}))
    assert session.sql("SELECT count(amount) FROM t").value() == 2


def test_an_index_is_no_column(session):
    frame = pd.DataFrame({"a": [1, 2]}, index=pd.Index([7, 8], name="key"))
    session.register("t", frame)
    assert session.table("t").columns == ["a"]
    session.register("t", frame.reset_index())
    assert session.table("t").columns == ["key", "a"]


def test_order_and_number_of_rows(session):
    numbers = np.arange(200_003)
    session.register("t", pd.DataFrame({"a": numbers}))
    assert session.sql("SELECT count(*), min(a), max(a), sum(a) FROM t").to_arrow().to_pydict() == {
        "count(*)": [200_003], "min(t.a)": [0], "max(t.a)": [200_002], "sum(t.a)": [int(numbers.sum())],
    }
    assert (session.sql("SELECT a FROM t ORDER BY a").to_pandas()["a"].to_numpy() == numbers).all()


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (5, r"got builtins.int. Example: register\(\"t\", \"exports/t.csv\"\)"),
        (["a.csv", "b.csv"], "got builtins.list"),
        (pl.LazyFrame({"a": [1]}), r"frame.collect\(\)"),
        (None, "got builtins.NoneType"),
    ],
)
def test_what_is_no_table(session, table, words):
    with pytest.raises(TypeError, match=words):
        session.register("t", table)


def test_the_name_comes_first(session):
    with pytest.raises(TypeError, match="the name of the table comes first"):
        session.register(pd.DataFrame({"a": [1]}), "t")
    with pytest.raises(TypeError, match="register takes a name and a table"):
        kpi_sql.register("t")


def test_a_path_that_is_not_there(session):
    with pytest.raises(kpi_sql.TableError, match=r'register\("t", "no/such/file.csv"\): '):
        session.register("t", "no/such/file.csv")
