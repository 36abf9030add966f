"""Databases: cursors of ADBC and relations of DuckDB are tables."""

import datetime as dt
from decimal import Decimal

import adbc_driver_postgresql.dbapi
import adbc_driver_sqlite.dbapi
import duckdb
import postgres
import pyarrow as pa
import pytest

import kpi_sql

RATE = "SELECT cross_sell_rate(customer, product) FROM orders"


@pytest.fixture
def sqlite(tmp_path):
    with adbc_driver_sqlite.dbapi.connect(str(tmp_path / "shop.db")) as connection:
        with connection.cursor() as cursor:
            cursor.adbc_ingest("orders", pa.table({"customer": ["c1", "c1", "c2"], "product": ["CRM", "Chat", None], "amount": [10.5, 2.0, 1.0]}))
        connection.commit()
        yield connection


def test_a_cursor_is_registered_with_its_rows(session, sqlite):
    with sqlite.cursor() as cursor:
        cursor.execute("SELECT * FROM orders WHERE amount > ?", (0.5,))
        session.register("orders", cursor)
    for _ in range(2):
        assert session.sql(RATE).value() == 50
    assert session.sql("SELECT sum(amount) FROM orders").value() == 13.5


def test_a_cursor_in_from(session, sqlite):
    with sqlite.cursor() as orders:
        orders.execute("SELECT * FROM orders")
        assert session.sql(RATE).value() == 50
        # Its rows have been read, and it says so.
        with pytest.raises(Exception, match="closed or consumed"):
            session.sql(RATE)
        orders.execute("SELECT * FROM orders WHERE product = 'CRM'")
        assert session.sql(RATE).value() == 0


def test_a_cursor_that_was_not_executed_says_so(session, sqlite):
    with sqlite.cursor() as cursor, pytest.raises(Exception, match="before execute"):
        session.register("orders", cursor)


def test_a_database_that_fails_while_it_is_read(session, sqlite):
    with sqlite.cursor() as cursor:
        # SQLite has no types for columns, and the driver takes those of the first rows.
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
        cursor.execute(f"{rows} SELECT CASE WHEN i < 4000 THEN i ELSE 'many' END AS a FROM n")
        with pytest.raises(kpi_sql.TableError, match="register: t could not be read: (.|\n)*expected INT64 but got STRING"):
            session.register("t", cursor)


def test_a_relation_of_duckdb(session):
    connection = duckdb.connect()
    connection.execute("CREATE TABLE shop AS SELECT * FROM (VALUES ('c1', 'CRM'), ('c1', 'Chat'), ('c2', 'CRM')) AS t(customer, product)")
    orders = connection.table("shop").filter("product IS NOT NULL")
    for _ in range(2):
        assert session.sql(RATE).value() == 50
    session.register("kept", orders)
    connection.execute("DELETE FROM shop")
    # One asks DuckDB anew, the other has its rows.
    assert session.sql("SELECT count(*) FROM orders").value() == 0
    assert session.sql("SELECT count(*) FROM kept").value() == 3


@pytest.fixture(scope="module")
def server():
    with postgres.server() as address:
        yield address


def test_postgresql(session, server):
    with adbc_driver_postgresql.dbapi.connect(server) as connection, connection.cursor() as orders:
        orders.execute(
            """
            CREATE TABLE shop AS
            SELECT * FROM (VALUES (1, 'c1', 'CRM', 10.50, DATE '2026-07-01'), (2, 'c1', 'Chat', 2.25, NULL), (3, 'c2', NULL, NULL, DATE '2026-08-01'))
                AS t(id, customer, product, amount, day)
            """
        )
        orders.execute("SELECT id, customer, product, amount, day, TIMESTAMPTZ '2026-08-01 12:00+02' AS at, true AS is_new FROM shop ORDER BY id")
        session.register("orders", orders)
    assert session.sql(RATE).value() == 50
    # PostgreSQL's numeric has no certain number of digits, and arrives as text.
    assert session.sql("SELECT sum(CAST(amount AS DECIMAL(12, 2))) FROM orders").value() == Decimal("12.75")
    assert session.sql("SELECT max(day) AS day, max(at) AS at, count(*) FILTER (WHERE is_new) AS n FROM orders").to_pylist() == [
        {"day": dt.date(2026, 8, 1), "at": dt.datetime(2026, 8, 1, 10, tzinfo=dt.timezone.utc), "n": 3},
    ]


def test_many_rows_of_postgresql(session, server):
    with adbc_driver_postgresql.dbapi.connect(server) as connection, connection.cursor() as numbers:
        numbers.execute("SELECT n, n % 1003 AS customer FROM generate_series(1::bigint, 300000) AS t(n)")
        assert session.sql("SELECT count(*) AS n, sum(n) AS total, count(DISTINCT customer) AS customers FROM numbers").to_pylist() == [
            {"n": 300_000, "total": 300_000 * 300_001 // 2, "customers": 1003},
        ]
