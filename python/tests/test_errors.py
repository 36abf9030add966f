"""Errors are exceptions of sensible classes, with the engine's words."""

import builtins

import pytest

import kpi_sql


@pytest.mark.parametrize(
    ("query", "error", "is_also", "words"),
    [
        ("SELEC 1", kpi_sql.SqlSyntaxError, ValueError, "query:1: expected an SQL statement"),
        ("SELECT 1;\n\nSELEC 2", kpi_sql.SqlSyntaxError, ValueError, "query:3: "),
        ("", kpi_sql.SqlSyntaxError, ValueError, "no statement in it"),
        ("-- nothing", kpi_sql.SqlSyntaxError, ValueError, "no statement in it"),
        ("SELECT b FROM t", kpi_sql.QueryError, ValueError, "there is no column b"),
        ("SELECT cross_sel_rate(a, a) FROM t", kpi_sql.QueryError, ValueError, "there is no function cross_sel_rate; did you mean cross_sell_rate?"),
        ("SELECT upsell_rate(a, a) FROM t", kpi_sql.QueryError, ValueError, "upsell_rate: argument 2 must be a BOOLEAN flag"),
        ("SELECT * FROM order_line", kpi_sql.TableError, LookupError, "there is no table order_line; did you mean order_lines?"),
        ("SELECT * FROM 'no/such.csv'", kpi_sql.TableError, LookupError, "no/such.csv"),
        ("SELECT CAST(a || 'x' AS INT) FROM t", kpi_sql.DataError, ValueError, "1x"),
        ("SELECT penetration(a, a, 0) FROM t", kpi_sql.Error, ValueError, "penetration"),
    ],
)
def test_every_kind_of_error(session, query, error, is_also, words):
    session.register("t", {"a": [1]})
    session.register("order_lines", {"a": [1]})
    with pytest.raises(error) as failed:
        session.sql(query).collect()
    assert isinstance(failed.value, is_also) and isinstance(failed.value, kpi_sql.Error)
    assert words in str(failed.value)
    for noise in ("Error during planning", "External", "caused by", "panicked"):
        assert noise not in str(failed.value)


def test_a_query_is_a_text(session):
    with pytest.raises(TypeError, match=r'sql: the query is a text; got int. Example: sql\("SELECT'):
        session.sql(5)


def test_the_statement_stands_below_the_message(session):
    with pytest.raises(kpi_sql.QueryError, match=r"(?s)^query:2: there is no column b.*in: SELECT b FROM \(SELECT 1 AS a\)"):
        session.sql("SELECT 1;\nSELECT b FROM (SELECT 1 AS a)")


def test_a_lack_of_memory_says_what_helps():
    session = kpi_sql.Session(memory_limit="1MB", threads=1)
    # A join that cannot spill.
    query = "SELECT count(*) FROM generate_series(1, 3000000) a JOIN generate_series(1, 3000000) b ON a.value = b.value"
    with pytest.raises(kpi_sql.ResourcesError) as failed:
        session.sql(query).collect()
    assert isinstance(failed.value, builtins.MemoryError)
    assert "out of memory" in str(failed.value) and "a memory_limit of more than 1024.0 KB" in str(failed.value)
    assert "--" not in str(failed.value)
    # The session goes on.
    assert session.sql("SELECT 1").value() == 1


def test_types_that_were_guessed(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n" + "1\n" * 2000 + "x\n")
    session = kpi_sql.Session(infer_rows=1)
    with pytest.raises(kpi_sql.DataError, match=r"Session\(infer_rows=N\) looks at more of them"):
        session.sql(f"SELECT sum(a) FROM '{path}'").collect()


def test_an_error_goes_through_a_stream(session):
    import pyarrow as pa

    result = session.sql("SELECT CAST(value || 'x' AS INT) AS a FROM generate_series(1, 10)")
    with pytest.raises(Exception, match="1x"):
        pa.table(result)
