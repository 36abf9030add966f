"""A thousand queries leave nothing behind."""

import gc

import pyarrow as pa

import kpi_sql
import memory

#: What a thousand queries may leave: allocators keep some of what they got.
MEGABYTES = 10


def grown(work, times):
    for _ in range(100):
        work()
    quarters = [_grown(work, times // 4) for _ in range(4)]
    # An allocator takes more now and then, after what other tests gave back; what leaks does so each time.
    return 4 * min(quarters)


def _grown(work, times):
    gc.collect()
    before = memory.resident()
    for _ in range(times):
        work()
    gc.collect()
    return (memory.resident() - before) / 2**20


def test_queries_and_tables(session):
    table = pa.table({"c": ["c1", "c2"] * 5000, "p": ["A", "B", "C", "D"] * 2500})

    def work():
        session.register("t", table)
        session.sql("SELECT cross_sell_rate(c, p) AS rate, product_mix(c, p) AS mix FROM t WHERE c <> $c", c="x").to_arrow()

    assert grown(work, 1000) < MEGABYTES


def test_results_that_are_not_read_and_errors(session):
    session.register("t", {"a": [1]})

    def work():
        session.sql("SELECT a FROM t")
        # Begun, and given up.
        pa.RecordBatchReader.from_stream(session.sql("SELECT value FROM generate_series(1, 1000000000)")).close()
        try:
            session.sql("SELECT b FROM t")
        except kpi_sql.QueryError:
            pass

    assert grown(work, 1000) < MEGABYTES


def test_sessions():
    assert grown(lambda: kpi_sql.Session(threads=2).sql("SELECT 1").collect(), 200) < MEGABYTES
