"""Tables of Delta Lake, and others by DataFusion's interface."""

import re
from importlib import metadata
from pathlib import Path

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kpi_sql
from kpi_sql import _interface, _native

TOTAL = "SELECT count(*) AS n, sum(amount) AS total FROM orders"


@pytest.fixture
def lake(tmp_path):
    """A table that was overwritten, added to, and had rows deleted: a folder of five files, of which two count."""
    path = str(tmp_path / "orders")
    first = pa.table({"customer": ["c1", "c1", "c2"], "product": ["CRM", "Chat", "CRM"], "amount": [100, 100, 100], "month": ["2026-07"] * 3})
    deltalake.write_deltalake(path, first, partition_by=["month"])
    deltalake.write_deltalake(path, first.set_column(2, "amount", pa.array([1, 2, 4])), mode="overwrite")
    more = pa.table({"customer": ["c3", "c4"], "product": ["CRM", "Bot"], "amount": [8, 16], "month": ["2026-08"] * 2})
    deltalake.write_deltalake(path, more, mode="append")
    deltalake.DeltaTable(path).delete("customer = 'c4'")
    assert pq.read_table(path).num_rows > 4
    return path


def test_a_table_of_delta(session, lake):
    session.register("orders", deltalake.DeltaTable(lake))
    for _ in range(2):
        assert session.sql(TOTAL).to_pylist() == [{"n": 4, "total": 15}]
    assert session.sql("SELECT cross_sell_rate(customer, product) FROM orders").value() == pytest.approx(100 / 3)
    by_month = session.sql("SELECT month, sum(amount) AS total FROM orders WHERE month >= '2026-01' GROUP BY month ORDER BY month")
    assert by_month.to_pylist() == [{"month": "2026-07", "total": 7}, {"month": "2026-08", "total": 8}]
    assert session.sql("SELECT count(*) FROM orders WHERE customer = 'c1' AND amount > 1").value() == 1


def test_a_version_of_it_and_a_variable(lake):
    orders = deltalake.DeltaTable(lake, version=0)
    assert kpi_sql.sql(TOTAL).to_pylist() == [{"n": 3, "total": 300}]
    orders = deltalake.DeltaTable(lake).to_pyarrow_dataset()
    assert kpi_sql.sql(TOTAL).to_pylist() == [{"n": 4, "total": 15}]
    assert orders is not None


def test_columns_that_came_later(session, lake):
    later = pa.table({"customer": ["c5"], "product": ["CRM"], "amount": [32], "month": ["2026-08"], "channel": ["Web"]})
    deltalake.write_deltalake(lake, later, mode="append", schema_mode="merge")
    session.register("orders", deltalake.DeltaTable(lake))
    assert session.sql("SELECT sum(amount) AS total, count(channel) AS web FROM orders").to_pylist() == [{"total": 47, "web": 1}]


def test_a_result_outlives_its_session(lake):
    session = kpi_sql.Session()
    session.register("orders", deltalake.DeltaTable(lake))
    result = session.sql(TOTAL)
    del session
    assert result.to_pylist() == [{"n": 4, "total": 15}]


def test_a_file_that_has_gone_is_named(session, lake):
    session.register("orders", deltalake.DeltaTable(lake))
    for file in Path(lake).glob("month=2026-08/*.parquet"):
        file.unlink()
    with pytest.raises(kpi_sql.DataError, match=r"query:1: (?!FFI)(.|\n)*month=2026-08"):
        session.sql(TOTAL).value()


def test_nothing_is_written_into_it(session, lake):
    session.register("orders", deltalake.DeltaTable(lake))
    with pytest.raises(kpi_sql.Error, match="(?i)insert"):
        session.sql("INSERT INTO orders SELECT * FROM orders")
    assert session.sql(TOTAL).to_pylist() == [{"n": 4, "total": 15}]


def test_the_folder_is_refused_with_the_way(session, lake):
    with pytest.raises(kpi_sql.TableError, match="Delta Lake") as refused:
        session.sql(f"SELECT * FROM '{lake}'")
    advised = re.search(r"session\.register\(.*?\)\)", str(refused.value)).group()
    exec(advised, {"session": session, "deltalake": deltalake})
    assert session.sql(TOTAL).to_pylist() == [{"n": 4, "total": 15}]


def test_a_table_of_another_version_is_refused_before_it_is_looked_at(session, lake, monkeypatch):
    monkeypatch.setattr(_native, "datafusion_major", 54)
    with pytest.raises(kpi_sql.TableError) as refused:
        session.register("orders", deltalake.DeltaTable(lake))
    words = str(refused.value)
    assert f"register: orders is a table of deltalake {deltalake.__version__}, which goes with DataFusion 55." in words
    assert "takes those of DataFusion 54" in words
    monkeypatch.undo()
    advised = re.search(r"register\(.*\)", words.partition("; ")[2]).group()
    exec(f"session.{advised}", {"session": session, "table": deltalake.DeltaTable(lake)})
    assert session.sql(TOTAL).to_pylist() == [{"n": 4, "total": 15}]


def test_what_it_asks_for_is_said(session, lake, monkeypatch):
    version = metadata.version

    def without_datafusion(package):
        if package == "datafusion":
            raise metadata.PackageNotFoundError(package)
        return version(package)

    monkeypatch.setattr(metadata, "version", without_datafusion)
    with pytest.raises(kpi_sql.TableError, match=r'pip install "datafusion==55\.\*" brings what it asks for; register\("orders", table.to_pyarrow_dataset'):
        session.register("orders", deltalake.DeltaTable(lake))


class OfNobody:
    def __datafusion_table_provider__(self, session):
        raise AssertionError("whoever it is of is looked at first")


class NoCapsule:
    def __datafusion_table_provider__(self, session):
        return session.__datafusion_logical_extension_codec__()


class OwnDeltaTable(deltalake.DeltaTable):
    """A class of somebody's own, made of one of the package."""


def test_other_objects(session, lake, monkeypatch):
    with pytest.raises(kpi_sql.TableError, match="register: t has __datafusion_table_provider__, and .* does not say for which version"):
        session.register("t", OfNobody())
    session.register("orders", OwnDeltaTable(lake))
    assert session.sql(TOTAL).to_pylist() == [{"n": 4, "total": 15}]
    monkeypatch.setattr(_interface, "_built_with", lambda package: "55.0.0")
    with pytest.raises(ValueError, match="PyCapsule"):
        session.register("t", NoCapsule())
