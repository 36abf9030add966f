//! The figures of `kpi_duckdb.csv`, which all data sets with order lines have.
//!
//! They are asked of a table `fact` with a row per order line: `customer_id`, `order_id`, `product`,
//! `category`, `unit_price`, `amount`, the time `ts`, its date `day`, and a column per segment.
//! (`CAST(ts AS DATE)` in the calls would do as well, but DataFusion gives `f(CAST(ts AS DATE))` and
//! `f(ts)` one name, and so refuses both in one query.)

use datafusion::prelude::SessionContext;

use super::columns::Columns;
use super::comparison::Comparison;
use super::measure::{Measure, figure, name, select_list};
use super::values::Reference;

/// One call each, so that they can be windows too.
pub const CALLS: [Measure; 16] = [
    figure("arpa", "arpa(customer_id, amount)"),
    figure(
        "cross_sell_rate_product_pct",
        "cross_sell_rate(customer_id, product)",
    ),
    figure("cross_sell_rate_category_pct", "ccr(customer_id, category)"),
    figure(
        "repeat_purchase_rate_pct",
        "repeat_purchase_rate(customer_id, order_id)",
    ),
    figure(
        "avg_products_per_customer",
        "products_per_customer(customer_id, product)",
    ),
    // Orders of unknown customers are orders all the same, but not in the reference.
    figure(
        "avg_order_value",
        "average_purchase_value(order_id, amount) FILTER (WHERE customer_id IS NOT NULL)",
    ),
    figure(
        "orders_per_customer",
        "purchase_frequency(customer_id, order_id)",
    ),
    figure("avg_lifespan_years", "customer_lifespan(customer_id, ts)"),
    figure("clv", "clv(customer_id, amount, ts)"),
    figure(
        "ttc_product_date_mean_days",
        "time_to_cross_sell(customer_id, product, day)",
    )
    .of("ttc_product_date_customers"),
    figure(
        "ttc_product_date_median_days",
        "median_time_to_cross_sell(customer_id, product, day)",
    )
    .of("ttc_product_date_customers"),
    figure(
        "ttc_product_ts_mean_days",
        "time_to_cross_sell(customer_id, product, ts)",
    )
    .of("ttc_product_ts_customers"),
    figure(
        "ttc_product_ts_median_days",
        "median_time_to_cross_sell(customer_id, product, ts)",
    )
    .of("ttc_product_ts_customers"),
    figure(
        "ttc_category_date_mean_days",
        "time_to_cross_sell(customer_id, category, day)",
    )
    .of("ttc_category_date_customers"),
    figure(
        "ttc_category_date_median_days",
        "median_time_to_cross_sell(customer_id, category, day)",
    )
    .of("ttc_category_date_customers"),
    figure(
        "upsell_rate_pct",
        "upsell_rate(customer_id, category, unit_price, day)",
    ),
];

/// Figures that take several calls, or a part of one. With a lifespan of one year, `clv` is the revenue
/// per customer and year. The reference breaks ties of products by their text.
pub const EXPRESSIONS: [Measure; 5] = [
    figure(
        "window_years",
        "arpa(customer_id, amount) / clv(customer_id, amount, ts, 1)",
    ),
    figure(
        "orders_per_customer_per_year",
        "clv(customer_id, amount, ts, 1) / average_purchase_value(order_id, amount) FILTER (WHERE customer_id IS NOT NULL)",
    ),
    name(
        "top_product",
        "top_product_customers",
        "product_mix(customer_id, CAST(product AS VARCHAR))[1]['product']",
    ),
    figure(
        "top_product_customers",
        "product_mix(customer_id, CAST(product AS VARCHAR))[1]['customers']",
    ),
    figure(
        "top_product_penetration_pct",
        "product_mix(customer_id, CAST(product AS VARCHAR))[1]['share']",
    ),
];

/// Figures about single customers: plain SQL over what the functions say of each customer.
pub const OF_CUSTOMERS: [Measure; 13] = [
    figure(
        "multi_product_customers",
        "count(*) FILTER (WHERE products > 0)",
    ),
    figure(
        "multi_category_customers",
        "count(*) FILTER (WHERE categories > 0)",
    ),
    figure("repeat_customers", "count(*) FILTER (WHERE repeats > 0)"),
    figure("upsell_customers", "count(*) FILTER (WHERE upsells > 0)"),
    figure("ttc_product_date_customers", "count(product_date)"),
    figure("ttc_product_date_min_days", "min(product_date)").of("ttc_product_date_customers"),
    figure("ttc_product_date_max_days", "max(product_date)").of("ttc_product_date_customers"),
    figure("ttc_product_ts_customers", "count(product_ts)"),
    figure("ttc_product_ts_min_days", "min(product_ts)").of("ttc_product_ts_customers"),
    figure("ttc_product_ts_max_days", "max(product_ts)").of("ttc_product_ts_customers"),
    figure("ttc_category_date_customers", "count(category_date)"),
    figure("ttc_category_date_min_days", "min(category_date)").of("ttc_category_date_customers"),
    figure("ttc_category_date_max_days", "max(category_date)").of("ttc_category_date_customers"),
];

/// What the functions say of each customer, under the names that [`OF_CUSTOMERS`] uses.
const EACH_CUSTOMER: [(&str, &str); 7] = [
    ("products", "cross_sell_rate(customer_id, product)"),
    ("categories", "cross_sell_rate(customer_id, category)"),
    ("repeats", "repeat_purchase_rate(customer_id, order_id)"),
    (
        "upsells",
        "upsell_rate(customer_id, category, unit_price, day)",
    ),
    (
        "product_date",
        "time_to_cross_sell(customer_id, product, day)",
    ),
    ("product_ts", "time_to_cross_sell(customer_id, product, ts)"),
    (
        "category_date",
        "time_to_cross_sell(customer_id, category, day)",
    ),
];

pub const COLUMNS: Columns = Columns {
    keys: &["segment", "segment_value"],
    measured: &[&CALLS, &EXPRESSIONS, &OF_CUSTOMERS],
    compared: &[],
    plain_sql: &[
        "customers",
        "orders",
        "lines",
        "products",
        "categories",
        "revenue",
    ],
    // From the first date of the first product to the first date of the second, 0 where both have one.
    no_function: &[
        "ttc_ties0_customers",
        "ttc_ties0_mean_days",
        "ttc_ties0_median_days",
    ],
};

/// How many values [`compare`] has to compare.
pub struct Values {
    /// The columns of [`CALLS`] in all segments.
    pub calls: usize,
    /// The columns of [`CALLS`] and [`EXPRESSIONS`] in all segments and in the total.
    pub with_total: usize,
    /// The columns of [`OF_CUSTOMERS`] in all segments and in the total.
    pub of_customers: usize,
}

/// All that a small table can be asked: each measure by GROUP BY, by GROUPING SETS, by WHERE and as a
/// window, and single customers.
pub async fn compare(dataset: &str, ctx: &SessionContext, reference: &Reference, values: Values) {
    let segments = reference.segments();
    let mut calls = Comparison::new(dataset, reference, &CALLS);
    calls.by_group(ctx, "fact").await;
    calls.by_filter(ctx, "fact", &segments).await;
    calls.by_window(ctx, "fact", &segments).await;
    calls.finish(3 * values.calls);

    compare_in_one_pass(dataset, ctx, reference, values.with_total).await;
    compare_customers(dataset, ctx, reference, &segments, values.of_customers).await;
}

/// Each measure by GROUPING SETS.
pub async fn compare_in_one_pass(
    dataset: &str,
    ctx: &SessionContext,
    reference: &Reference,
    values: usize,
) {
    let measures = CALLS.iter().chain(&EXPRESSIONS);
    let mut comparison = Comparison::new(dataset, reference, measures);
    comparison.by_grouping_sets(ctx, "fact").await;
    comparison.finish(values);
}

/// Figures about single customers, in some segments and ALL.
pub async fn compare_customers(
    dataset: &str,
    ctx: &SessionContext,
    reference: &Reference,
    segments: &[&str],
    values: usize,
) {
    let mut comparison = Comparison::new(dataset, reference, &OF_CUSTOMERS);
    for segment in [&["ALL"], segments].concat() {
        let measures = select_list(&comparison.measures_of(segment), "");
        let of_each: Vec<_> = EACH_CUSTOMER
            .iter()
            .filter(|(name, _)| measures.contains(name))
            .map(|(name, call)| format!("{call} AS {name}"))
            .collect();
        let value = match segment {
            "ALL" => "'ALL'".to_string(),
            column => format!("\"{column}\""),
        };
        let sql = format!(
            "SELECT '{segment}' AS segment, segment_value, {measures}
             FROM (SELECT {value} AS segment_value, customer_id, {}
                   FROM fact GROUP BY {value}, customer_id)
             GROUP BY segment_value",
            of_each.join(", ")
        );
        comparison
            .check_query(ctx, "single customers", &[segment], &sql)
            .await;
    }
    comparison.finish(values);
}
