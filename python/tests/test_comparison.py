"""The functions give what pandas and DuckDB give, on the sample data and on real data."""

import duckdb
import pandas as pd
import pytest

from conftest import SAMPLE, shared_data

SEGMENTS = ["Enterprise", "Mid-Market", "SMB", "Startup"]


@pytest.fixture(scope="module")
def orders() -> pd.DataFrame:
    orders = duckdb.sql(f"SELECT * FROM read_parquet('{SAMPLE}/orders/*/*.parquet', hive_partitioning = true)").df()
    orders["amount"] = orders["amount"].astype(float)
    return orders.merge(pd.read_parquet(SAMPLE / "customers.parquet")[["customer_id", "segment"]], on="customer_id")


def by_segment(session, orders, call):
    session.register("orders", orders)
    rows = session.sql(f"SELECT segment, {call} AS value FROM orders GROUP BY segment ORDER BY segment").to_pylist()
    assert [row["segment"] for row in rows] == SEGMENTS
    return [row["value"] for row in rows]


def test_cross_sell_rate_by_pandas(session, orders):
    products = orders.groupby(["segment", "customer_id"])["product_id"].nunique()
    expected = (products > 1).groupby("segment").mean() * 100
    got = by_segment(session, orders, "cross_sell_rate(customer_id, product_id)")
    assert got == pytest.approx(expected.tolist(), rel=1e-12)


def test_arpa_by_pandas(session, orders):
    groups = orders.groupby("segment")
    expected = groups["amount"].sum() / groups["customer_id"].nunique()
    assert by_segment(session, orders, "arpa(customer_id, amount)") == pytest.approx(expected.tolist(), rel=1e-12)


def test_time_to_cross_sell_by_pandas(session, orders):
    first = orders.groupby("customer_id")["ordered_at"].transform("min")
    bought = orders[orders["product_id"].notna()]
    basket = set(bought[bought["ordered_at"] == first[bought.index]][["customer_id", "product_id"]].itertuples(index=False, name=None))
    outside = [pair not in basket for pair in bought[["customer_id", "product_id"]].itertuples(index=False, name=None)]
    later = bought[outside].groupby("customer_id").agg(at=("ordered_at", "min"), segment=("segment", "first"))
    begun = orders.groupby("customer_id")["ordered_at"].min()
    days = (later["at"] - begun[later.index]).dt.total_seconds() / 86400
    expected = days.groupby(later["segment"]).mean()
    got = by_segment(session, orders, "time_to_cross_sell(customer_id, product_id, ordered_at)")
    assert got == pytest.approx(expected.tolist(), rel=1e-9)


def test_nps_by_pandas(sample):
    scores = pd.read_parquet(SAMPLE / "surveys.parquet")["nps_score"].dropna()
    expected = 100 * ((scores >= 9).mean() - (scores <= 6).mean())
    assert sample.sql("SELECT nps(nps_score) FROM surveys").value() == pytest.approx(expected, rel=1e-12)


def formulas():
    """The formula in plain SQL of every KPI, with its names of arguments."""
    import kpi_sql

    rows = kpi_sql.default_session().catalog().to_pylist()
    return [(row["name"], row["signatures"], row["formula_sql"]) for row in rows]


@pytest.mark.parametrize(("call", "columns"), [
    ("cross_sell_rate", "customer_id AS customer, product_id AS product, is_cross_sell"),
    ("cross_sell_ratio", "order_id AS transaction, is_cross_sell"),
    ("upsell_rate", "customer_id AS customer, is_upsell"),
    ("repeat_purchase_rate", "customer_id AS customer, order_id AS \"order\""),
    ("purchase_frequency", "customer_id AS customer, order_id AS \"order\""),
    ("products_per_customer", "customer_id AS customer, product_id AS product"),
])
def test_duckdb_gives_the_same_for_the_printed_formula(sample, call, columns):
    name, signatures, sql = next(formula for formula in formulas() if formula[0] == call)
    table = sample.sql("SELECT * FROM orders").to_arrow()
    connection = duckdb.connect()
    connection.register("all_orders", table)
    compared = 0
    for signature, formula in zip(signatures, sql.split(";\n\n")):
        names = signature[len(name) + 1 : -1].split(", ")
        there = {column.rpartition(" AS ")[2].strip('"'): column.partition(" AS ")[0] for column in columns.split(", ")}
        if not set(names) <= set(there):
            continue
        connection.sql(f"CREATE OR REPLACE VIEW t AS SELECT {columns} FROM all_orders")
        expected = connection.sql(formula).fetchall()
        arguments = ", ".join(there[argument] for argument in names)
        got = sample.sql(f"SELECT {name}({arguments}) FROM orders").value()
        assert got == pytest.approx(float(expected[0][0]), rel=1e-12), signature
        compared += 1
    assert compared


#: Order lines of the real data, with the columns of their reference.
REFERENCES = ["chinook", "jaffle_classic", "jaffle_shop", "northwind", "online_retail"]

FIGURES = {
    "cross_sell_rate_product_pct": "cross_sell_rate(customer_id, product)",
    "repeat_purchase_rate_pct": "repeat_purchase_rate(customer_id, order_id)",
    "arpa": "arpa(customer_id, amount)",
    "orders_per_customer": "purchase_frequency(customer_id, order_id)",
}


@pytest.mark.parametrize("dataset", REFERENCES)
def test_real_data(session, dataset):
    shared = shared_data()
    if shared is None:
        # The summary of the run says that this was left out.
        return
    folder = shared / dataset
    fact = pd.read_parquet(folder / "derived/fact.parquet")
    session.register("fact", fact)
    reference = pd.read_csv(folder / "reference/kpi_duckdb.csv")
    whole = reference[reference["segment_value"] == "ALL"] if "segment_value" in reference else reference[reference["segment"] == "ALL"]
    assert len(whole) == 1
    call = ", ".join(f"CAST({call} AS DOUBLE) AS {column}" for column, call in FIGURES.items())
    got = session.sql(f"SELECT {call} FROM fact").to_pylist()[0]
    for column in FIGURES:
        assert got[column] == pytest.approx(float(whole[column].iloc[0]), rel=1e-9), column
