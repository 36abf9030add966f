"""Sessions that only read."""

import pytest

import kpi_sql
from conftest import SAMPLE


def test_a_session_that_only_reads_refuses_what_writes_opens_files_or_changes_limits(tmp_path):
    session = kpi_sql.Session(SAMPLE, read_only=True)
    target = tmp_path / "orders.csv"
    for sql in (
        f"COPY orders TO '{target}'",
        f"SELECT * FROM '{SAMPLE}/customers.parquet'",
        f"SELECT * FROM read_csv('{SAMPLE}/csv/customers.csv')",
        f"CREATE EXTERNAL TABLE t STORED AS PARQUET LOCATION '{SAMPLE}/customers.parquet'",
        "SET datafusion.runtime.memory_limit = '900G'",
    ):
        with pytest.raises(kpi_sql.QueryError, match=r"this session only reads \(read_only=True\)"):
            session.sql(sql)
    assert not target.exists()
    assert session.sql("SELECT count(*) FROM orders").value() == 3940
    # Whoever has the session may name tables.
    session.register("people", SAMPLE / "customers.parquet")
    assert session.sql("SELECT count(*) FROM people").value() == 400


def test_read_only_is_true_or_false():
    with pytest.raises(kpi_sql.SettingError, match="read_only: True or False"):
        kpi_sql.Session(read_only="yes")
