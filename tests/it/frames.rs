//! The same rules in the DataFrame API as in SQL.

use datafusion::error::Result;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{AggregateUDF, Expr, ExprFunctionExt, cast, lit};
use datafusion::prelude::{DataFrame, SessionContext, col};

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;

use crate::support::{plain_session, text_rows};

const OFFERS: &str = "SELECT column1 AS customer, column2 AS is_won, column3 AS amount, DATE '2026-01-01' + column4 AS at FROM (VALUES
    ('c1', 'No', 1.0, 0), ('c1', 'Yes', CAST('NaN' AS DOUBLE), 1), ('c2', 'Yes', 3.5, 2), ('c3', 'No', 4.0, 3), ('c4', 'Yes', 5.5, 4))";

fn function(ctx: &SessionContext, name: &str) -> Arc<AggregateUDF> {
    ctx.state()
        .aggregate_functions()
        .get(name)
        .cloned()
        .unwrap_or_else(|| panic!("{name} is registered"))
}

/// What some aggregates of the offers give.
async fn ask(ctx: &SessionContext, aggregates: Vec<Expr>) -> Result<Vec<Vec<String>>> {
    let offers: DataFrame = ctx.sql(OFFERS).await?;
    let batches = offers.aggregate(vec![], aggregates)?.collect().await?;
    Ok(batches.iter().flat_map(text_rows).collect())
}

#[tokio::test]
async fn a_flag_is_a_boolean() {
    let ctx = plain_session();
    let rate = function(&ctx, "cross_sell_rate");
    let call = |flag: Expr| rate.call(vec![col("customer"), flag]);
    let error = ask(&ctx, vec![call(col("is_won"))]).await;
    let error = error.expect_err("it is a text").to_string();
    assert!(
        error.contains("cross_sell_rate: argument 2 is the column is_won of type Utf8")
            && error.contains("Example: cross_sell_rate(customer, is_won = 'Yes')"),
        "{error}"
    );
    // 3 of 4 customers have a Yes, and one has two different answers.
    let taken = vec![
        call(col("is_won").eq(lit("Yes"))),
        call(col("is_won").alias("answer")),
        call(cast(col("is_won"), DataType::LargeUtf8)).alias("cast"),
    ];
    let rates = ask(&ctx, taken).await.expect("both ways out work");
    assert_eq!(rates, [["75", "25", "25"]]);
    let churn = function(&ctx, "churn_rate");
    let error = ask(&ctx, vec![churn.call(vec![col("customer"), col("is_won")])]).await;
    let error = error.expect_err("it is a text").to_string();
    let expected = "got Utf8. Example: churn_rate(customer, is_won = 'Yes')";
    assert!(error.contains(expected), "{error}");
}

#[tokio::test]
async fn a_tier_ranks() {
    let ctx = plain_session();
    let upsell = function(&ctx, "upsell_rate");
    let error = ask(
        &ctx,
        vec![upsell.call(vec![col("customer"), col("is_won"), col("at")])],
    );
    let error = error.await.expect_err("a text has no rank").to_string();
    assert!(
        error.contains("Example: upsell_rate(customer, CASE is_won WHEN 'Free' THEN 1"),
        "{error}"
    );
}

/// 14 of four customers, and of whole numbers 13.
#[tokio::test]
async fn nan_is_null_and_calls_may_differ_in_a_cast() {
    let ctx = plain_session();
    let arpa = function(&ctx, "arpa");
    let call = |amount: Expr| arpa.call(vec![col("customer"), amount]);
    let whole = || {
        let is_number = col("amount")
            .gt_eq(lit(0.0))
            .and(col("amount").lt(lit(1e9)));
        datafusion::logical_expr::when(is_number, cast(col("amount"), DataType::Int64))
            .end()
            .expect("a CASE")
    };
    let values = ask(&ctx, vec![call(col("amount")), call(whole())]).await;
    assert_eq!(values.expect("two columns"), [["3.5", "3.25"]]);
    let both = vec![
        call(cast(col("amount"), DataType::Float32)),
        call(cast(col("amount"), DataType::Float64)),
        count(col("amount")),
    ];
    let values = ask(&ctx, both).await.expect("three columns");
    assert_eq!(values, [["3.5", "3.5", "5"]]);
    let infinite = call(col("amount") / lit(0.0)).filter(col("customer").eq(lit("c2")));
    let error = ask(&ctx, vec![infinite.build().expect("a FILTER")]).await;
    let error = error.expect_err("it cannot be added up").to_string();
    let expected = "arpa: argument 2 (revenue) has the value inf, and an amount must be finite";
    assert!(error.contains(expected), "{error}");
}
