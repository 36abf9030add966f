"""Charts: what is drawn is what the columns hold, and every chart is valid for Vega."""

import pytest

BY_SEGMENT = """
SELECT segment, p['value'] AS ratio, p['ci_low'] AS low, p['ci_high'] AS high
FROM (SELECT segment, cross_sell_ratio_parts(order_id, is_cross_sell) AS p FROM orders JOIN customers USING (customer_id) GROUP BY segment)
ORDER BY segment
"""
BY_MONTH = """
SELECT month, channel, cross_sell_rate(customer_id, product_id) AS rate FROM orders GROUP BY month, channel ORDER BY month, channel
"""


def layers(chart):
    """The specification, checked against the schema of Vega-Lite, and its layers by mark."""
    spec = chart.to_dict(validate=True)
    marks = {}
    for layer in spec.get("layer", [spec]):
        mark = layer["mark"]
        marks[mark["type"] if isinstance(mark, dict) else mark] = layer
    return spec, marks


def values(spec, layer):
    data = layer.get("data") or spec["data"]
    return data.get("values") or spec["datasets"][data["name"]]


def test_segments_with_intervals_and_benchmarks(sample):
    result = sample.sql(BY_SEGMENT)
    spec, marks = layers(result.chart())
    assert set(marks) == {"rect", "bar", "rule"}
    assert [row["ratio"] for row in values(spec, marks["bar"])] == [row["ratio"] for row in result.to_pylist()]
    assert marks["bar"]["encoding"]["y"]["field"] == "segment"
    assert marks["bar"]["encoding"]["x"] == {"field": "ratio", "type": "quantitative", "title": "ratio (%)"}
    assert marks["rule"]["encoding"]["x"]["field"] == "low" and marks["rule"]["encoding"]["x2"]["field"] == "high"
    bands = values(spec, marks["rect"])
    assert [band["band"] for band in bands] == ["weak", "moderate", "strong"]
    published = sample.sql("SELECT low FROM kpi_benchmarks() WHERE kpi = 'cross_sell_ratio' AND band = 'moderate' AND industry IS NULL").value()
    assert bands[1]["from"] == published
    assert spec["title"] == "cross_sell_ratio"


def test_without_benchmarks(sample):
    assert set(layers(sample.sql(BY_SEGMENT).chart(benchmarks=False))[1]) == {"bar", "rule"}


def test_over_time(sample):
    spec, marks = layers(sample.sql(BY_MONTH).chart(benchmarks=False))
    line = marks["line"]["encoding"]
    assert line["x"]["field"] == "month" and line["x"]["type"] == "ordinal"
    assert line["y"]["field"] == "rate" and line["color"]["field"] == "channel"
    days = sample.sql("SELECT date_trunc('month', ordered_at) AS at, arpa(customer_id, amount) AS arpa FROM orders GROUP BY 1 ORDER BY 1")
    spec, marks = layers(days.chart())
    assert marks["line"]["encoding"]["x"]["type"] == "temporal"
    assert values(spec, marks["line"])[0]["at"] == "2025-01-01T00:00:00"
    assert isinstance(values(spec, marks["line"])[0]["arpa"], float)


def test_intervals_over_time(sample):
    result = sample.sql(
        "SELECT month, p['value'] AS rate, p['ci_low'] AS ci_low, p['ci_high'] AS ci_high FROM "
        "(SELECT month, cross_sell_rate_parts(customer_id, product_id) AS p FROM orders GROUP BY month) ORDER BY month"
    )
    assert {"area", "line"} <= set(layers(result.chart())[1])


def test_a_product_mix(sample):
    mix = sample.sql("SELECT product_mix(customer_id, product_id) AS mix FROM orders")
    spec, marks = layers(mix.chart())
    rows = values(spec, marks["bar"])
    assert rows[0]["product"] == "INV-1" and rows[0]["customers"] == 153
    assert "row" not in spec["encoding"]
    by_channel = sample.sql("SELECT channel, product_mix(customer_id, product_id) AS mix FROM orders GROUP BY channel")
    spec, _ = layers(by_channel.chart())
    assert spec["encoding"]["row"]["field"] == "segment"


def test_columns_with_any_name(session):
    session.register("t", {"a.b[0]:x": ["one", "two"], "c": ["a", "b"]})
    result = session.sql('SELECT "a.b[0]:x", repeat_purchase_rate(c, c) AS "r: % [a.b]" FROM t GROUP BY 1')
    _, marks = layers(result.chart(benchmarks=False))
    assert marks["bar"]["encoding"]["y"]["field"].replace("\\", "") == "a.b[0]:x"


def test_columns_that_are_chosen(sample):
    result = sample.sql("SELECT channel, count(*) AS n FROM orders GROUP BY channel")
    with pytest.raises(ValueError, match=r'no column is known to be a KPI; say which one: chart\(y="n"\)'):
        result.chart()
    assert layers(result.chart(y="n"))[1]["bar"]["encoding"]["x"]["field"] == "n"
    with pytest.raises(ValueError, match="there is no column m for y; columns: channel, n"):
        result.chart(y="m")
    with pytest.raises(ValueError, match='kind is "segments", "time" or "mix"'):
        result.chart(kind="pie", y="n")
    with pytest.raises(ValueError, match=r'no column has times; say which one'):
        result.chart(kind="time", y="n")
    with pytest.raises(ValueError, match="no rows to draw"):
        sample.sql(f"SELECT * FROM ({BY_SEGMENT}) WHERE false").chart()
