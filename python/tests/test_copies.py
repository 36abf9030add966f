"""What is registered stays where it is in memory, where its columns allow it."""

import numpy as np
import pandas as pd
import polars as pl
import memory
import pyarrow as pa

MILLION = 1_000_000


def addresses(table: pa.Table, column: str) -> set[range]:
    """Where the values of a column lie, for each of its chunks."""
    ranges = set()
    for chunk in table[column].chunks:
        buffer = chunk.buffers()[1]
        ranges.add(range(buffer.address, buffer.address + buffer.size))
    return ranges


def within(inner: range, outer: range) -> bool:
    return outer.start <= inner.start and inner.stop <= outer.stop


def test_ten_million_rows_of_pandas_are_not_copied(session):
    rows = 10 * MILLION
    frame = pd.DataFrame({
        "customer": np.arange(rows) % 1_000_003,
        "amount": np.arange(rows, dtype="float64"),
        "at": np.datetime64("2026-01-01", "ns") + np.arange(rows).astype("timedelta64[s]"),
    })
    before = memory.resident()
    session.register("orders", frame)
    grown = memory.resident() - before
    # 240 MB of values; what is new are the views of them.
    assert grown < 40 * 2**20, f"{grown / 2**20:.0f} MB more"
    counted = session.sql("SELECT count(*) AS n, sum(amount) AS total, max(at) AS last FROM orders").to_pylist()[0]
    assert counted["n"] == rows
    assert counted["total"] == float(frame["amount"].sum())
    assert counted["last"] == frame["at"].max()


def test_the_values_of_a_frame_are_at_their_old_address(session):
    frame = pd.DataFrame({"a": np.arange(MILLION), "b": np.arange(MILLION, dtype="float32")})
    session.register("t", frame)
    out = session.table("t").to_arrow()
    for column in frame:
        values = frame[column].to_numpy()
        start = values.__array_interface__["data"][0]
        there = range(start, start + values.nbytes)
        assert all(within(chunk, there) for chunk in addresses(out, column)), column


def test_polars_and_arrow_are_not_copied(session):
    numbers = pa.table({"a": pa.array(np.arange(MILLION)), "text": pa.array(["abc"] * MILLION)})
    for source in (numbers, pl.DataFrame({"a": np.arange(MILLION)})):
        arrow = source if isinstance(source, pa.Table) else source.to_arrow()
        session.register("t", source)
        there = addresses(arrow, "a")
        for chunk in addresses(session.table("t").to_arrow(), "a"):
            assert any(within(chunk, other) for other in there)


def test_a_result_is_handed_on_without_a_copy(session):
    result = session.sql("SELECT value FROM generate_series(1, 100000)").collect()
    one, other = result.to_arrow(), result.to_arrow()
    assert addresses(one, "value") == addresses(other, "value")
