"""Dictionaries of columns: the types that lists of Python's own values become."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

BERLIN, UTC = ZoneInfo("Europe/Berlin"), dt.timezone.utc


@pytest.mark.parametrize(
    ("values", "type_name", "back"),
    [
        ([1, None, 3], pa.int64(), None),
        (range(3), pa.int64(), [0, 1, 2]),
        ((1, 2.5), pa.float64(), [1.0, 2.5]),
        ([True, None], pa.bool_(), None),
        (["a", None, "ü"], pa.string(), None),
        ([b"a", b"\0"], pa.binary(), None),
        ([Decimal("1.5"), Decimal("10.25"), None], pa.decimal128(4, 2), None),
        ([Decimal("1.5"), 2], pa.decimal128(20, 1), [Decimal("1.5"), Decimal("2.0")]),
        ([Decimal("1E+3"), Decimal("0.001")], pa.decimal128(7, 3), [Decimal("1000.000"), Decimal("0.001")]),
        ([dt.date(2026, 8, 1), dt.date(1, 1, 1)], pa.date32(), None),
        ([dt.datetime(2026, 8, 1, 12, 0, 0, 5)], pa.timestamp("us"), None),
        ([dt.datetime(2026, 8, 1, tzinfo=BERLIN)], pa.timestamp("us", "Europe/Berlin"), None),
        ([dt.datetime(2026, 8, 1, tzinfo=BERLIN), dt.datetime(2026, 8, 1, tzinfo=UTC)], pa.timestamp("us", "UTC"), None),
        ([dt.time(1, 2, 3, 4)], pa.time64("us"), None),
        ([dt.timedelta(days=-1, microseconds=1)], pa.duration("us"), None),
        ([None, None], pa.null(), None),
        ([], pa.null(), None),
        # PyArrow reads what is not Python's own.
        ([[1], [2, 3]], pa.list_(pa.int64()), None),
        (np.arange(2), pa.int64(), [0, 1]),
        ([pd.Timestamp("2026-08-01"), None], None, [dt.datetime(2026, 8, 1), None]),
    ],
)
def test_types(session, values, type_name, back):
    session.register("t", {"n": list(range(len(values))), "v": values})
    result = session.sql("SELECT v FROM t ORDER BY n")
    assert type_name is None or result.to_arrow().schema.field("v").type == type_name
    assert [row["v"] for row in result.to_pylist()] == (list(values) if back is None else back)


@pytest.mark.parametrize(
    ("columns", "error", "words"),
    [
        ({"a": [1, 2], "b": [1]}, ValueError, "register: t: the columns of a table have the same number of values, and a has 2, b has 1"),
        ({"a": [1, None, "x"]}, TypeError, r"register: t: column a has values of two types, and a column of a table has one: 1 in row 0 is a int, 'x' in row 2 is a str"),
        ({"a": [True, 1]}, TypeError, "True in row 0 is a bool, 1 in row 1 is a int"),
        ({"a": [dt.date(2026, 1, 1), dt.datetime(2026, 1, 1)]}, TypeError, "row 0 is a date, .* in row 1 is a datetime"),
        ({"a": [dt.datetime(2026, 1, 1), dt.datetime(2026, 1, 1, tzinfo=UTC)]}, TypeError, "two types"),
        ({"a": [2**63]}, OverflowError, r"register: t: column a\[0\]: 9223372036854775808 is not a whole number of 64 bits"),
        ({"a": [2**53 + 1, 0.5]}, ValueError, r"column a\[0\]: 9007199254740993 stands among floats"),
        ({"a": [Decimal("NaN")]}, ValueError, "NaN is no finite number"),
        ({"a": "text"}, TypeError, r'register: t: column a is a str, and a column is a list of values: {"a": \[...\]}'),
        ({"a": {"b": 1}}, TypeError, "column a is a dict"),
        ({"a": {1, 2}}, TypeError, "column a is a set"),
        ({"a": 5}, TypeError, "column a is a int"),
        ({"a": [object()]}, TypeError, "register: t: Could not convert <object object"),
        ({1: [1]}, TypeError, "the names of columns are texts; got 1, a int"),
        ({}, ValueError, "a table has columns"),
    ],
)
def test_what_is_no_table(session, columns, error, words):
    with pytest.raises(error, match=words):
        session.register("t", columns)
