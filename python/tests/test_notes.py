"""Notes come once, at the line that asked, whatever way the rows are read in."""

import gc
import warnings

import duckdb
import polars as pl
import pyarrow as pa
import pytest

import kpi_sql

UNNESTED = "SELECT customer, unnest(products) AS product FROM orders"
LEAVES_OUT = "unnest(products) leaves out 1 row whose list is empty or NULL"
RATE = "SELECT cross_sell_rate(customer, product) AS rate FROM lines"
COUNTS = "product has 'N/A' in 1 row, which counts as a product"


def told(work):
    """What is said while something is done."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", kpi_sql.KpiWarning)
        work()
        gc.collect()
    assert all(warning.category is kpi_sql.KpiWarning for warning in said), said
    return [str(warning.message) for warning in said]


def is_said_once(notes, words):
    return len(notes) == 1 and words in notes[0]


@pytest.fixture
def tables(session):
    # b has an empty list.
    session.register("orders", pa.table({"customer": ["a", "b"], "products": [["CRM", "Chat"], []]}))
    session.register("lines", pa.table({"customer": ["a", "a", "b"], "product": ["CRM", "N/A", "CRM"]}))
    return session


def from_duckdb(result, _):
    rows = result  # noqa: F841, DuckDB finds it by its name
    duckdb.sql("SELECT count(*) FROM rows").fetchall()


WAYS = {
    "collect": lambda result, _: result.collect(),
    "len": lambda result, _: len(result),
    "str": lambda result, _: str(result),
    "html": lambda result, _: result._repr_html_(),
    "to_pandas": lambda result, _: result.to_pandas(),
    "to_polars": lambda result, _: result.to_polars(),
    "to_arrow": lambda result, _: result.to_arrow(),
    "to_pylist": lambda result, _: result.to_pylist(),
    "write_parquet": lambda result, folder: result.write_parquet(folder / "t.parquet"),
    "write_csv": lambda result, folder: result.write_csv(folder / "t.csv"),
    "write_json": lambda result, folder: result.write_json(folder / "t.json"),
    "explain": lambda result, _: result.explain(analyze=True),
    "stream to pyarrow": lambda result, _: pa.table(result),
    "stream to polars": lambda result, _: pl.DataFrame(result),
    "stream to duckdb": from_duckdb,
    "stream to a session": lambda result, _: kpi_sql.Session().register("t", result),
}


@pytest.mark.parametrize(("query", "words"), [(UNNESTED, LEAVES_OUT), (RATE, COUNTS)])
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_read(tables, tmp_path, way, query, words):
    result = tables.sql(query)
    notes = told(lambda: WAYS[way](result, tmp_path))
    assert is_said_once(notes, words), notes
    # The rows are the same when they are read again.
    assert told(lambda: WAYS[way](result, tmp_path)) == []
    # Another query has notes of its own.
    assert is_said_once(told(lambda: tables.sql(query).collect()), words)


def test_the_line_that_asked(tables):
    with pytest.warns(kpi_sql.KpiWarning) as said:
        tables.sql(UNNESTED).to_pylist()
    assert [warning.filename for warning in said] == [__file__]


@pytest.mark.parametrize("query", [UNNESTED, "SELECT * FROM orders"])
def test_a_stream_that_is_left_early(tables, query):
    def read_one():
        reader = pa.RecordBatchReader.from_stream(tables.sql(query))
        assert reader.read_next_batch().num_rows == 2
        del reader

    notes = told(read_one)
    assert notes == [] if "unnest" not in query else is_said_once(notes, LEAVES_OUT), notes
    assert told(lambda: tables.sql("SELECT 1").collect()) == []


STATEMENTS = {
    "COPY": "COPY ({query}) TO '{folder}/t.parquet'",
    "INSERT": "CREATE TABLE t (a TEXT, b TEXT); INSERT INTO t {query}",
    "CREATE TABLE": "CREATE TABLE t AS {query}",
}


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("after", ["", "; SELECT 1"])
@pytest.mark.parametrize(("query", "words"), [(UNNESTED, LEAVES_OUT), (f"{RATE} UNION ALL SELECT 1", COUNTS)])
def test_statements_that_read_rows(tables, tmp_path, statement, after, query, words):
    if statement == "INSERT" and "rate" in query:
        query = f"SELECT 'a', CAST(rate AS TEXT) FROM ({RATE})"
    text = STATEMENTS[statement].format(query=query, folder=tmp_path) + after
    notes = told(lambda: tables.sql(text))
    assert is_said_once(notes, words), notes
    assert told(lambda: tables.sql("SELECT 1").collect()) == []


def test_a_table_that_is_created_over_files(session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("amount\n5\n6\n7\n8\nabc\n")
    notes = told(lambda: session.sql(f"CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{path}' OPTIONS ('format.has_header' 'true')"))
    later = told(lambda: session.sql("SELECT 1"))
    assert is_said_once(notes + later, "column amount is text because of") and later == [], (notes, later)


def test_a_statement_that_fails_has_its_notes(session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("amount\n5\n6\n7\n8\nabc\n")

    def fails():
        with pytest.raises(kpi_sql.QueryError):
            session.sql(f"SELECT nps(amount) FROM '{path}'")

    # It says why the statement fails.
    assert is_said_once(told(fails), "column amount is text because of")
    assert told(lambda: session.sql("SELECT 1")) == []


def test_rows_that_fail_have_their_notes(tables):
    def fails():
        with pytest.raises(kpi_sql.DataError):
            tables.sql("SELECT CAST(product AS INT) FROM (SELECT unnest(products) AS product FROM orders)").collect()

    assert is_said_once(told(fails), LEAVES_OUT)
    assert told(lambda: tables.sql("SELECT 1").collect()) == []


def test_notes_as_errors(tables, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error", kpi_sql.KpiWarning)
        with pytest.raises(kpi_sql.KpiWarning, match="leaves out 1 row"):
            tables.sql(UNNESTED).to_pylist()
        with pytest.raises(kpi_sql.KpiWarning, match="leaves out 1 row"):
            tables.sql(f"COPY ({UNNESTED}) TO '{tmp_path}/t.parquet'; SELECT 1")


def test_a_path_that_is_registered_anew_has_its_notes(session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("1,A\n2,B\n")
    for _ in range(2):
        assert is_said_once(told(lambda: session.register("t", path)), "has no header line")
    assert told(lambda: session.register("t", path, header=False)) == []
    # What nobody has asked for is said of the last one alone.
    path.write_text("amount\n5\n6\n7\n8\nabc\n")
    session.register("t", path)
    session.register("t", path)
    assert is_said_once(told(lambda: session.sql("SELECT max(amount) FROM t")), "column amount is text because of")
    session.register("t", path)
    session.register("t", path, null="abc")
    assert told(lambda: session.sql("SELECT max(amount) FROM t")) == []
