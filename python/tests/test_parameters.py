"""Values of `$name` are bound: they have a type, and no text of theirs is ever read as SQL."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

import kpi_sql

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        ("2026-08", "Utf8"),
        ("", "Utf8"),
        ("'; DROP TABLE t; -- ü", "Utf8"),
        (0, "Int64"),
        (-(2**63), "Int64"),
        (2**63 - 1, "Int64"),
        (2.5, "Float64"),
        (float("inf"), "Float64"),
        (True, "Boolean"),
        (False, "Boolean"),
        (b"\x00\xff", "Binary"),
        (dt.date(1969, 12, 31), "Date32"),
        (dt.date(9999, 12, 31), "Date32"),
        (dt.time(23, 59, 59, 999999), "Time64"),
        (dt.datetime(2026, 8, 1, 12, 30, 0, 123456), "Timestamp"),
        (dt.datetime(1900, 1, 1), "Timestamp"),
        (Decimal("12.50"), "Decimal128(4, 2)"),
        (Decimal("-0.001"), "Decimal128(4, 3)"),
        (Decimal("1E+3"), "Decimal128(4, 0)"),
        (Decimal("9" * 38), "Decimal128(38, 0)"),
        (Decimal("9" * 50 + ".5"), "Decimal256(51, 1)"),
    ],
)
def test_a_value_comes_back_as_it_went(session, value, type_name):
    result = session.sql("SELECT $v AS v, arrow_typeof($v) AS t", v=value)
    row = result.to_pylist()[0]
    assert row["v"] == value
    assert row["t"].startswith(type_name), row["t"]


def test_none_is_null(session):
    assert session.sql("SELECT $v IS NULL AS v", v=None).value() is True


def test_instants_keep_their_zone(session):
    value = dt.datetime(2026, 7, 1, 0, 30, tzinfo=BERLIN)
    row = session.sql("SELECT $at AS at, date_part('day', $at) AS day", at=value).to_pylist()[0]
    assert row["at"] == value
    assert row["day"] == 1
    offset = dt.datetime(2026, 7, 1, 0, 30, tzinfo=dt.timezone(dt.timedelta(hours=-5, minutes=-30)))
    assert session.sql("SELECT $at AS at", at=offset).value() == offset
    utc = dt.datetime(2026, 7, 1, tzinfo=dt.timezone.utc)
    assert session.sql("SELECT $at AS at", at=utc).value() == utc


def test_spans_are_added_to_times(session):
    ended = session.sql("SELECT $at + $span AS v", at=dt.datetime(2026, 1, 31), span=dt.timedelta(days=1, hours=2, microseconds=5))
    assert ended.value() == dt.datetime(2026, 2, 1, 2, 0, 0, 5)
    earlier = session.sql("SELECT $at + $span AS v", at=dt.datetime(2026, 1, 31), span=dt.timedelta(hours=-1))
    assert earlier.value() == dt.datetime(2026, 1, 30, 23)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (np.int32(5), 5),
        (np.float32(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.datetime64("2026-08-01"), dt.date(2026, 8, 1)),
        (np.datetime64("2026-08-01T12:00:00.5", "ns"), dt.datetime(2026, 8, 1, 12, 0, 0, 500000)),
        (pd.Timestamp("2026-08-01 12:00"), dt.datetime(2026, 8, 1, 12)),
        (pd.NaT, None),
        (pd.NA, None),
    ],
)
def test_scalars_of_numpy_and_pandas(session, value, expected):
    assert session.sql("SELECT $v AS v", v=value).value() == expected


def test_nanoseconds_are_not_dropped_in_silence(session):
    with pytest.raises(ValueError, match="nanoseconds"):
        session.sql("SELECT $v", v=pd.Timestamp("2026-08-01 12:00:00.000000001"))


def test_values_in_conditions_and_calls(sample):
    query = "SELECT count(*) FROM orders WHERE month = $month AND amount > $least"
    plain = sample.sql("SELECT count(*) FROM orders WHERE month = '2026-05' AND amount > 100.5").value()
    assert plain > 0
    assert sample.sql(query, month="2026-05", least=Decimal("100.5")).value() == plain
    assert sample.sql(query, month="2026-05", least=100.5).value() == plain
    bound = sample.sql("SELECT penetration(customer_id, product_id, $n) FROM orders", n=3).value()
    assert bound == sample.sql("SELECT penetration(customer_id, product_id, 3) FROM orders").value()
    again = sample.sql("SELECT cross_sell_rate(customer_id, product_id = $p) FROM orders", p="INV-1").value()
    assert again == sample.sql("SELECT cross_sell_rate(customer_id, product_id = 'INV-1') FROM orders").value()


def test_a_value_is_no_sql(session):
    session.register("t", {"name": ["a", "b' OR '1'='1"]})
    query = "SELECT count(*) FROM t WHERE name = $name"
    assert session.sql(query, name="a' OR '1'='1").value() == 0
    assert session.sql(query, name="b' OR '1'='1").value() == 1


def test_every_parameter_has_a_value_and_every_value_a_parameter(session):
    with pytest.raises(kpi_sql.QueryError, match=r"\$month has no value"):
        session.sql("SELECT 1 WHERE '2026-01' = $month")
    with pytest.raises(kpi_sql.QueryError, match=r"(?s)there is no \$monht in any statement.*the statements have \$month"):
        session.sql("SELECT 1 WHERE '2026-01' = $month", month="2026-01", monht="2026-02")
    with pytest.raises(kpi_sql.QueryError, match=r"(?s)\$a has no value; sql\(query, a=VALUE\).*there is no \$b in any statement"):
        session.sql("SELECT 1; SELECT $a", b=1)


def test_a_parameter_is_for_all_statements_and_may_have_a_default(session):
    text = "-- param: least=2\nCREATE VIEW v AS SELECT * FROM (VALUES (1), (2), (3)) AS t(n) WHERE n >= $least; SELECT count(*) FROM v WHERE n < $most"
    assert session.sql(text, most=3).value() == 1
    session.sql("DROP VIEW v")
    assert session.sql(text, most=9, least=1).value() == 3
    session.sql("DROP VIEW v")
    with pytest.raises(kpi_sql.QueryError, match=r"query:2: \$most has no value"):
        session.sql(text)


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        (2**63, OverflowError, "Decimal"),
        (Decimal("NaN"), ValueError, "no finite number"),
        (Decimal("9" * 77), OverflowError, "more than 76 digits"),
        ([1, 2], TypeError, r"got list. Register several values as a table: register"),
        (object(), TypeError, "a parameter is a str"),
    ],
)
def test_values_that_cannot_be(session, value, error, words):
    with pytest.raises(error, match=words):
        session.sql("SELECT $v", v=value)
