"""The functions in sessions of the package datafusion, and in its DataFrame API."""

import datafusion
import pyarrow as pa
import pytest
from datafusion import SessionContext, col, lit

import kpi_sql
from conftest import SAMPLE
from kpi_sql import _native, functions


@pytest.fixture
def context():
    context = SessionContext()
    kpi_sql.register(context)
    context.register_parquet("orders", str(SAMPLE / "orders"), table_partition_cols=[("month", pa.string())])
    context.register_parquet("customers", str(SAMPLE / "customers.parquet"))
    context.register_parquet("surveys", str(SAMPLE / "surveys.parquet"))
    return context


def value(context, sql):
    return context.sql(sql).to_arrow_table()[0][0].as_py()


def examples():
    native = [*_native.aggregate_functions(), *_native.scalar_functions()]
    return [(function.name, function.documentation.split("In SQL:")[1].strip().rstrip(";")) for function in native]


@pytest.mark.parametrize(("name", "sql"), examples())
def test_every_kpi_gives_what_it_gives_here(context, name, sql):
    here = kpi_sql.sql(sql).to_arrow()
    there = context.sql(sql).to_arrow_table()
    assert there.num_columns == here.num_columns
    assert [list(row.values()) for row in there.to_pylist()] == [list(row.values()) for row in here.to_pylist()]


QUERIES = [
    "SELECT segment, cross_sell_rate(customer_id, product_id) AS v, arpa(customer_id, amount) AS w FROM orders JOIN customers USING (customer_id) GROUP BY segment ORDER BY segment",
    "SELECT ccr(customer_id, product_id) FROM orders",
    "SELECT penetration(customer_id, product_id, 3) FROM orders",
    "SELECT csat(csat_score, 5) FROM surveys",
    "SELECT cross_sell_rate(customer_id, is_cross_sell) FILTER (WHERE channel = 'Web') FROM orders",
    "SELECT channel, median_time_to_cross_sell(customer_id, product_id, ordered_at) AS v FROM orders GROUP BY channel ORDER BY channel",
    "SELECT order_id, arpa(customer_id, amount) OVER (PARTITION BY channel ORDER BY order_id, line_no) AS v FROM orders ORDER BY order_id, line_no LIMIT 20",
    "SELECT product_mix(customer_id, product_id) FROM orders",
    "SELECT cross_sell_rate_parts(customer_id, product_id) FROM orders",
    "SELECT kpi_finish(kpi_merge(s)) FROM (SELECT channel, cross_sell_rate_state(customer_id, product_id) AS s FROM orders GROUP BY channel)",
    "SELECT kpi_band('cross_sell_ratio', cross_sell_ratio(order_id, is_cross_sell)) FROM orders",
    "SELECT kpi_change(nps_parts(nps_score) FILTER (WHERE nps_score > 3), nps_parts(nps_score)) FROM surveys",
    "SELECT kpi_vs_rest(channel, p) FROM (SELECT channel, cross_sell_rate_parts(customer_id, product_id) AS p FROM orders GROUP BY channel)",
    "SELECT channel, xmr_chart(month, v, DATE '2025-06-30') FROM (SELECT channel, date_trunc('month', ordered_at) AS month, sum(quantity) AS v FROM orders GROUP BY 1, 2) GROUP BY channel ORDER BY channel",
    "SELECT kpi_target(csat_parts(csat_score), 70, 50), kpi_guard(csat_parts(csat_score), 30) FROM surveys",
    "SELECT cross_sell_rate(customer_id, product_id) FROM orders WHERE false",
    "SELECT name, unit FROM kpi_catalog() ORDER BY name",
    "SELECT kpi, band, low FROM kpi_benchmarks() ORDER BY kpi, band, low, industry",
]


@pytest.mark.parametrize("sql", QUERIES)
def test_queries_give_what_they_give_here(context, sample, sql):
    here = sample.sql(sql).to_arrow().to_pylist()
    assert [list(row.values()) for row in context.sql(sql).to_arrow_table().to_pylist()] == [list(row.values()) for row in here]


def test_wrong_calls_are_said_in_the_same_words(context):
    with pytest.raises(Exception, match="upsell_rate: argument 2 must be a BOOLEAN flag"):
        context.sql("SELECT upsell_rate(customer_id, channel) FROM orders").collect()
    with pytest.raises(Exception, match="penetration: argument 3 must be a whole number of at least 1"):
        context.sql("SELECT penetration(customer_id, product_id, 0) FROM orders").collect()


def test_distinct_is_refused_and_never_ignored(context):
    with pytest.raises(Exception, match="arpa: DISTINCT inside the call is not supported"):
        context.sql("SELECT arpa(DISTINCT customer_id, amount) FROM orders").collect()


def test_every_function_is_there_with_its_help():
    names = {function.name for function in _native.aggregate_functions()}
    kpis = {row["name"] for row in kpi_sql.default_session().catalog().to_pylist()}
    aggregates = {"kpi_merge", "kpi_decompose", "kpi_vs_rest", "p_chart", "xmr_chart"}
    assert {f"{kpi}{form}" for kpi in kpis for form in ("", "_parts", "_state")} | aggregates == names
    stored = {"kpi_finish", "kpi_finish_parts", "kpi_finish_mix"}
    judging = {"kpi_change", "kpi_band", "kpi_target", "kpi_guard", "p_adjust", "customers_needed", "detectable_change"}
    assert {function.name for function in _native.scalar_functions()} == stored | judging
    for name in functions.__all__:
        function = getattr(functions, name)
        assert function.__name__ == name and "In SQL:" in function.__doc__, name
    assert functions.ccr.__doc__ == functions.cross_sell_rate.__doc__
    assert "cross_sell_rate(customer, product)" in functions.cross_sell_rate.__doc__
    assert set(dir(functions)) == set(functions.__all__)


def test_the_data_frame_api(context, sample):
    orders = context.table("orders")
    rates = orders.aggregate(
        [col("channel")],
        [
            functions.cross_sell_rate(col("customer_id"), col("product_id")).alias("rate"),
            functions.penetration(col("customer_id"), col("product_id"), 3).alias("three"),
            functions.arpa(col("customer_id"), col("amount"), filter=col("amount") > lit(100)).alias("arpa"),
        ],
    ).sort(col("channel"))
    expected = sample.sql(
        "SELECT channel, cross_sell_rate(customer_id, product_id) AS rate, penetration(customer_id, product_id, 3) AS three, "
        "arpa(customer_id, amount) FILTER (WHERE amount > 100) AS arpa FROM orders GROUP BY channel ORDER BY channel"
    )
    assert rates.to_arrow_table().to_pylist() == expected.to_pylist()
    banded = rates.select(functions.kpi_band("cross_sell_rate", col("rate")).alias("band"))
    assert banded.to_arrow_table().num_rows == 4


def test_what_judges_in_the_data_frame_api(context, sample):
    parts = context.table("orders").aggregate([col("channel")], [functions.cross_sell_rate_parts(col("customer_id"), col("product_id")).alias("p")])
    beside = parts.aggregate([], [functions.kpi_vs_rest(col("channel"), col("p")).alias("r")])
    expected = sample.sql(
        "SELECT kpi_vs_rest(channel, p) AS r FROM (SELECT channel, cross_sell_rate_parts(customer_id, product_id) AS p FROM orders GROUP BY channel)"
    )
    assert beside.to_arrow_table().to_pylist() == expected.to_pylist()
    aimed = parts.select(functions.kpi_target(col("p"), 60).alias("t"), functions.kpi_guard(col("p"), 30).alias("g"))
    assert aimed.to_arrow_table().num_rows == 4


def test_what_is_no_expression():
    with pytest.raises(TypeError, match=r"cross_sell_rate: argument 1 must be an expression of datafusion such as col\('customer_id'\)"):
        functions.cross_sell_rate("customer_id", "product_id")
    with pytest.raises(AttributeError, match="did you mean cross_sell_rate?"):
        functions.cross_sel_rate


def test_what_is_no_context():
    with pytest.raises(TypeError, match=r"register\(ctx\) takes a datafusion.SessionContext; got builtins.dict"):
        kpi_sql.register({})


@pytest.mark.parametrize("version", ["54.0.0", "56.1.0", "5.5.0"])
def test_another_version_is_refused_before_anything_breaks(monkeypatch, version):
    monkeypatch.setattr(datafusion, "__version__", version)
    with pytest.raises(ImportError, match=rf"works with version 55 of the package datafusion, and {version} is installed: pip install \"datafusion==55"):
        kpi_sql.register(SessionContext())


def test_a_missing_package_is_said(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "datafusion", None)
    with pytest.raises(ImportError, match=r'pip install "kpi-sql\[datafusion\]"'):
        kpi_sql.register(object())
