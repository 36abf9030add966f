"""Datasets of PyArrow are read by queries, and of them what a query needs."""

import datetime as dt

import memory
import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

import kpi_sql


@pytest.fixture
def folder(tmp_path):
    rows = pa.table({
        "customer": ["c1", "c1", "c2", "c3"], "product": ["A", "B", "A", None], "amount": [1, 2, 4, 8],
        "day": [dt.date(2026, 8, day) for day in (1, 2, 3, 4)], "a.b": [1.5, None, 2.5, 3.5], "month": ["2026-07", "2026-07", "2026-08", "2026-08"],
    })
    pq.write_to_dataset(rows, tmp_path / "orders", partition_cols=["month"])
    return tmp_path / "orders"


def dataset(folder, **options):
    return ds.dataset(folder, partitioning=ds.partitioning(pa.schema([("month", pa.string())]), flavor="hive"), **options)


def test_queries(session, folder):
    session.register("orders", dataset(folder))
    assert session.sql("SELECT count(*) FROM orders").value() == 4
    assert session.sql("SELECT cross_sell_rate(customer, product) FROM orders").value() == pytest.approx(100 / 3)
    assert session.sql('SELECT month, sum(amount) AS s, max("a.b") AS b FROM orders GROUP BY month ORDER BY month').to_pylist() == [
        {"month": "2026-07", "s": 3, "b": 1.5}, {"month": "2026-08", "s": 12, "b": 3.5},
    ]
    assert session.sql("SELECT * FROM orders ORDER BY amount LIMIT 1").to_pylist() == [
        {"customer": "c1", "product": "A", "amount": 1, "day": dt.date(2026, 8, 1), "a.b": 1.5, "month": "2026-07"},
    ]


@pytest.mark.parametrize(
    ("condition", "total"),
    [
        ("month = '2026-08'", 12), ("'2026-08' > month", 3), ("amount >= 2 AND amount < 8", 6), ("amount <= 2.5", 3),
        ("day > DATE '2026-08-02'", 12), ("customer <> 'c1'", 12), ("product IS NULL", 8), ("product = 'A' OR amount = 8", 13),
        ('"a.b" > 2', 12), ("customer IN ('c1', 'c3')", 11), ("amount = '4'", 4), ("amount > 9223372036854775807", None),
    ],
)
def test_conditions(session, folder, condition, total):
    session.register("orders", dataset(folder))
    assert session.sql(f"SELECT sum(amount) FROM orders WHERE {condition}").value() == total


def test_files_are_read_by_the_query_and_only_those_it_needs(session, folder):
    session.register("orders", dataset(folder))
    for file in (folder / "month=2026-07").iterdir():
        file.write_bytes(b"no longer a Parquet file")
    assert session.sql("SELECT sum(amount) FROM orders WHERE month = '2026-08'").value() == 12
    with pytest.raises(kpi_sql.DataError, match="register: orders could not be read: .*month=2026-07"):
        session.sql("SELECT sum(amount) FROM orders").value()


def test_a_dataset_is_not_in_memory_whole(session, tmp_path):
    schema = pa.schema([("a", pa.int64()), ("b", pa.float64())])
    n_files, n_rows = 40, 500_000
    for file in range(n_files):
        columns = [pa.array(np.arange(n_rows) + file * n_rows), pa.array(np.random.default_rng(file).random(n_rows))]
        pq.write_table(pa.Table.from_arrays(columns, schema=schema), tmp_path / f"{file:02}.parquet", row_group_size=50_000)
    before = memory.resident()
    session.register("t", ds.dataset(tmp_path))
    assert memory.resident() - before < 10 * 2**20
    most = 0

    def look(*_):
        nonlocal most
        most = max(most, memory.resident())

    total = session.sql("SELECT sum(a) AS s, max(b) AS b FROM t").collect(look).to_pylist()[0]
    assert total["s"] == sum(range(n_files * n_rows))
    # It is 320 MB.
    assert most - before < 160 * 2**20, f"{(most - before) / 2**20:.0f} MB more"


def test_whoever_wants_the_first_rows_does_not_wait_for_the_last(tmp_path):
    files = [tmp_path / f"{file}.parquet" for file in range(9)]
    for file in files:
        pq.write_table(pa.table({"a": [1, 2, 3]}), file)
    session = kpi_sql.Session(threads=1)
    session.register("t", ds.dataset(files))
    files[-1].write_bytes(b"no longer a Parquet file")
    assert len(session.sql("SELECT * FROM t LIMIT 2")) == 2
    with pytest.raises(kpi_sql.DataError, match="8.parquet"):
        session.sql("SELECT count(a) FROM t").value()


def test_a_dataset_twice_in_a_query(session, folder):
    session.register("orders", dataset(folder))
    assert session.sql("SELECT count(*) FROM orders x CROSS JOIN orders y").value() == 16


def test_one_with_a_filter_of_its_own_keeps_it(session, folder):
    session.register("orders", dataset(folder).filter(ds.field("amount") > 1))
    assert session.sql("SELECT sum(amount) FROM orders").value() == 14
    assert session.sql("SELECT sum(amount) FROM orders WHERE customer = 'c1'").value() == 2
    assert session.sql("SELECT count(*) FROM orders").value() == 3


@pytest.mark.parametrize(
    ("column", "condition", "rows"),
    [
        (pa.array(["x", "y", None], pa.string_view()), "c = 'x'", 1), (pa.array(["x", "y", None], pa.large_string()), "c >= 'x'", 2),
        (pa.array(["x", "y", None]).dictionary_encode(), "c = 'y'", 1), (pa.array([1, 2**63 + 1, None], pa.uint64()), "c > 1", 1),
        (pa.array([1, 2**63 + 1, None], pa.uint64()), "c = 9223372036854775809", 1), (pa.array([1, 200, None], pa.uint8()), "c > 100", 1),
        (pa.array([True, False, None]), "c = true", 1), (pa.array([b"x", b"y", None]), "c = X'78'", 1),
        (pa.array([dt.datetime(2026, 1, 1), None, dt.datetime(2026, 1, 3)]), "c > DATE '2026-01-01'", 1),
        (pa.array([1.5, float("nan"), None]), "c = 1.5", 1),
    ],
)
def test_conditions_on_other_types(session, tmp_path, column, condition, rows):
    pq.write_table(pa.table({"c": column}), tmp_path / "t.parquet")
    session.register("t", ds.dataset(tmp_path / "t.parquet"))
    assert session.sql(f"SELECT count(*) FROM t WHERE {condition}").value() == rows


def test_in_memory_and_united(session):
    both = ds.dataset([ds.dataset(pa.table({"a": [1, 2]})), ds.dataset(pa.table({"a": [3]}))])
    session.register("t", both)
    assert session.sql("SELECT sum(a) FROM t WHERE a > 1").value() == 5
