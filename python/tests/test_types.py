"""Every Arrow type goes in and comes out as it was, from Arrow, pandas and Polars."""

import datetime as dt
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kpi_sql

UTC = dt.timezone.utc
INSTANT = dt.datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

ARRAYS = {
    **{f"int{bits}": pa.array([1, None, -(2 ** (bits - 1))], getattr(pa, f"int{bits}")()) for bits in (8, 16, 32, 64)},
    **{f"uint{bits}": pa.array([1, None, 2**bits - 1], getattr(pa, f"uint{bits}")()) for bits in (8, 16, 32, 64)},
    "float16": pa.array([1.5, None, -0.5], pa.float16()),
    "float32": pa.array([1.5, None, float("inf")], pa.float32()),
    "float64": pa.array([1.5, None, -0.1], pa.float64()),
    "bool": pa.array([True, None, False]),
    "string": pa.array(["a", None, "ü €"], pa.string()),
    "large_string": pa.array(["a", None, ""], pa.large_string()),
    "string_view": pa.array(["a", None, "longer than twelve bytes"], pa.string_view()),
    "binary": pa.array([b"a", None, b"\x00\xff"], pa.binary()),
    "large_binary": pa.array([b"a", None, b""], pa.large_binary()),
    "binary_view": pa.array([b"a", None, b"longer than twelve bytes"], pa.binary_view()),
    "fixed_binary": pa.array([b"abc", None, b"\x00\x01\x02"], pa.binary(3)),
    "decimal32": pa.array([Decimal("1.50"), None, Decimal("-99.99")], pa.decimal32(4, 2)),
    "decimal64": pa.array([Decimal("1.50"), None, Decimal("-99.99")], pa.decimal64(12, 2)),
    "decimal128": pa.array([Decimal("1.50"), None, Decimal("-99.99")], pa.decimal128(38, 2)),
    "decimal256": pa.array([Decimal("1.50"), None, Decimal("9" * 50 + ".01")], pa.decimal256(76, 2)),
    "date32": pa.array([dt.date(2026, 8, 1), None, dt.date(1900, 1, 1)], pa.date32()),
    "date64": pa.array([dt.date(2026, 8, 1), None, dt.date(1900, 1, 1)], pa.date64()),
    "time32": pa.array([dt.time(12, 30), None, dt.time(0)], pa.time32("s")),
    "time64": pa.array([dt.time(12, 30, 0, 5), None, dt.time(0)], pa.time64("us")),
    **{f"timestamp_{unit}": pa.array([dt.datetime(2026, 8, 1, 12), None, dt.datetime(1950, 1, 1)], pa.timestamp(unit)) for unit in ("s", "ms", "us", "ns")},
    "timestamp_utc": pa.array([INSTANT, None, INSTANT], pa.timestamp("us", "UTC")),
    "timestamp_berlin": pa.array([INSTANT, None, INSTANT], pa.timestamp("ns", "Europe/Berlin")),
    "timestamp_offset": pa.array([INSTANT, None, INSTANT], pa.timestamp("ms", "+05:30")),
    **{f"duration_{unit}": pa.array([dt.timedelta(days=1), None, dt.timedelta(seconds=-5)], pa.duration(unit)) for unit in ("s", "ms", "us", "ns")},
    "interval": pa.array([pa.MonthDayNano([1, 2, 3]), None, pa.MonthDayNano([0, -1, 0])], pa.month_day_nano_interval()),
    "dictionary": pa.array(["a", None, "b"]).dictionary_encode(),
    "dictionary_int8": pa.array(["a", None, "b"]).cast(pa.dictionary(pa.int8(), pa.large_string())),
    "dictionary_of_numbers": pa.array([5, None, 7]).dictionary_encode(),
    "list": pa.array([[1, 2], None, []], pa.list_(pa.int64())),
    "large_list": pa.array([["a"], None, ["b", None]], pa.large_list(pa.string())),
    "list_view": pa.array([[1], None, [2, 3]], pa.list_view(pa.int64())),
    "fixed_list": pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int32(), 2)),
    "struct": pa.array([{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}], pa.struct([("a", pa.int64()), ("b", pa.string())])),
    "list_of_structs": pa.array([[{"a": Decimal("1.5")}], None, []], pa.list_(pa.struct([("a", pa.decimal128(10, 1))]))),
    "map": pa.array([[("a", 1)], None, []], pa.map_(pa.string(), pa.int64())),
    "null": pa.nulls(3),
}


@pytest.mark.parametrize("kind", ARRAYS)
def test_arrow_to_arrow(session, kind):
    array = ARRAYS[kind]
    session.register("t", pa.table({"v": array, "n": [0, 1, 2]}))
    table = session.sql("SELECT v, n FROM t ORDER BY n").to_arrow()
    assert table.schema.field("v").type == array.type
    assert table["v"].to_pylist() == array.to_pylist()
    # And as a slice that does not begin at the first value.
    session.register("t", pa.table({"v": array}).slice(1))
    assert session.table("t").to_arrow()["v"].to_pylist() == array.to_pylist()[1:]
    session.register("t", pa.table({"v": array}).slice(0, 0))
    assert session.table("t").to_arrow().schema.field("v").type == array.type


@pytest.mark.parametrize("kind", ARRAYS)
def test_values_are_those_of_python(session, kind):
    session.register("t", pa.table({"v": ARRAYS[kind], "n": [0, 1, 2]}))
    expected = ARRAYS[kind].to_pylist()
    if kind == "interval":
        # One without months is a span.
        expected[2] = dt.timedelta(days=-1)
    assert [row["v"] for row in session.sql("SELECT v, n FROM t ORDER BY n").to_pylist()] == expected
    assert session.sql("SELECT v FROM t WHERE n = 0").value() == expected[0]


def test_values_that_python_cannot_hold_are_refused(session):
    times = pa.table({"v": pa.array([1], pa.timestamp("ns")), "far": pa.array([2**62], pa.timestamp("s"))})
    session.register("t", times)
    with pytest.raises(ValueError, match=r"has nanoseconds, which Python's own have not; to_arrow\(\) keeps them"):
        session.sql("SELECT v FROM t").value()
    with pytest.raises(OverflowError):
        session.sql("SELECT far FROM t").value()
    with pytest.raises(ValueError, match="two columns have one name"):
        session.sql("SELECT x.a, y.a FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y").to_pylist()


def test_money_is_numbers_in_pandas_where_it_is_exact():
    money = kpi_sql.sql(
        "SELECT CAST(0.1 AS DECIMAL(12, 2)) AS small, CAST('99999999999999.99' AS DECIMAL(18, 2)) AS large, CAST(NULL AS DECIMAL(9, 2)) AS none"
    ).to_pandas()
    assert [str(money[column].dtype) for column in money] == ["float64", "object", "float64"]
    assert money["small"].mean() == 0.1 and money["large"][0] == Decimal("99999999999999.99") and pd.isna(money["none"][0])
    # A float would show another number at 16 digits.
    for digits in ("9999999999999.99", "-9999999999999.99"):
        value = kpi_sql.sql(f"SELECT CAST('{digits}' AS DECIMAL(38, 2)) AS v").to_pandas()["v"][0]
        assert isinstance(value, float) and repr(float(value)) == digits
    empty = kpi_sql.sql("SELECT CAST(1 AS DECIMAL(9, 2)) AS v WHERE false").to_pandas()
    assert str(empty["v"].dtype) == "float64"


#: Those that frames of pandas cannot hold as such; a map is a list of pairs there.
NOT_IN_PANDAS = {"interval", "list_view", "map"}


@pytest.mark.parametrize("kind", [kind for kind in ARRAYS if kind not in NOT_IN_PANDAS])
def test_pandas_to_pandas(session, kind):
    frame = pa.table({"v": ARRAYS[kind], "n": [0, 1, 2]}).to_pandas()
    session.register("t", frame)
    back = session.sql("SELECT v, n FROM t ORDER BY n").to_pandas()
    assert len(back) == 3
    for before, after in zip(frame["v"], back["v"]):
        if isinstance(before, (list, dict)) or hasattr(before, "__len__") and not isinstance(before, (str, bytes)):
            assert _plain(before) == _plain(after)
        elif pd.isna(before):
            assert pd.isna(after)
        elif isinstance(before, Decimal) and isinstance(after, float):
            assert Decimal(repr(after)) == before
        else:
            assert before == after


def _plain(value):
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


#: Polars has no such types, and says so.
NOT_IN_POLARS = {"interval", "list_view", "map", "decimal256", "timestamp_offset"}


@pytest.mark.parametrize("kind", [kind for kind in ARRAYS if kind not in NOT_IN_POLARS])
def test_polars_to_polars(session, kind):
    try:
        frame = pl.DataFrame(pa.table({"v": ARRAYS[kind], "n": [0, 1, 2]}))
    except (pl.exceptions.PolarsError, NotImplementedError) as refused:
        pytest.fail(f"Polars does not take {kind}: {refused}; it belongs to NOT_IN_POLARS")
    session.register("t", frame)
    back = session.sql("SELECT v, n FROM t ORDER BY n").to_polars()
    assert back["v"].to_list() == frame["v"].to_list()


def test_types_that_the_engine_makes():
    made = kpi_sql.sql(
        """
        SELECT cross_sell_rate_parts(c, p) AS parts, product_mix(c, p) AS mix, cross_sell_rate_state(c, p) AS state,
               arpa(c, CAST(1.5 AS DECIMAL(10, 2))) AS money, 'text' AS text, INTERVAL '1 day' AS span
        FROM (VALUES ('c1', 'A'), ('c1', 'B'), ('c2', 'A')) AS t(c, p)
        """
    )
    row = made.to_pylist()[0]
    assert row["parts"]["value"] == 50 and row["parts"]["denominator"] == 2
    assert row["mix"][0]["product"] == "A" and row["mix"][0]["share"] == 100
    assert isinstance(row["state"], bytes)
    assert row["money"] == Decimal("2.25")
    assert row["text"] == "text"
    assert made.to_pandas().shape == (1, 6)
    # A state goes back in.
    session = kpi_sql.Session()
    session.register("states", made.to_arrow())
    assert session.sql("SELECT kpi_finish(kpi_merge(state)) FROM states").value() == 50
