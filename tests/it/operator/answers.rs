//! On and off give the same answers, whatever stands around the calls.

use datafusion::arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;

use super::{is_folded, operated, orders, physical, with_operator};
use crate::laws::{self, calls, shows_items, slices};
use crate::support::{register_partitions, rows, session, settings};

const QUERIES: [&str; 33] = [
    // Without keys, without rows, and without a customer.
    "SELECT cross_sell_rate(customer, product), count(*), sum(amount), avg(amount), count(DISTINCT customer) FROM orders",
    "SELECT cross_sell_rate(customer, product), count(*), sum(amount), avg(amount), count(amount),
       cross_sell_qualified_opportunities(customer, flag) FROM orders WHERE amount < 0",
    "SELECT segment, cross_sell_rate(customer, product), count(*) FROM orders WHERE amount < 0 GROUP BY segment",
    "SELECT segment, cross_sell_rate(customer, product), count(*), count(DISTINCT customer) FROM orders
     WHERE customer IS NULL GROUP BY segment ORDER BY segment",
    // Filters of their own, and one that nobody passes.
    "SELECT segment, cross_sell_rate(customer, product) FILTER (WHERE amount > 20) AS a,
       cross_sell_rate(customer, product) FILTER (WHERE flag) AS b,
       cross_sell_rate(customer, product) FILTER (WHERE amount < 0) AS c,
       products_per_customer(customer, product) AS d, arpa(customer, amount) FILTER (WHERE amount > 20) AS e,
       sum(amount) FILTER (WHERE flag) AS f, count(*) FILTER (WHERE amount > 20) AS g
     FROM orders GROUP BY segment ORDER BY segment",
    // What rides along.
    "SELECT segment, upsell_rate(customer, flag), nps(score), sum(score), min(product), max(amount), avg(amount),
       avg(score), bool_and(flag), bool_or(flag), count(product), count(DISTINCT customer)
     FROM orders GROUP BY segment ORDER BY segment",
    "SELECT segment, arpa(customer, CAST(amount AS DECIMAL(10, 2))), sum(CAST(amount AS DECIMAL(10, 2)))
     FROM orders GROUP BY segment ORDER BY segment",
    "SELECT segment, cross_sell_rate(customer, product), avg(CAST(amount AS DECIMAL(10, 2))), avg(score),
       avg(CAST(score AS INT)) FILTER (WHERE flag), stddev(amount), stddev_pop(score), var_samp(amount) FILTER (WHERE amount < 0),
       var_pop(amount), corr(amount, score), covar_samp(amount, score), covar_pop(amount, score)
     FROM orders GROUP BY segment ORDER BY segment",
    "SELECT cross_sell_rate(customer, product), avg(CAST(amount AS DECIMAL(10, 2))), stddev(amount), corr(amount, score)
     FROM orders WHERE amount < 0",
    // Distinct values that are structs or lists, and of aggregates that can do more without keys than with them.
    "SELECT segment, cross_sell_rate(customer, product), count(DISTINCT struct(product, score)), count(DISTINCT [score]),
       count(DISTINCT struct(amount)) FROM orders GROUP BY segment ORDER BY segment",
    "SELECT cross_sell_rate(customer, product), bit_xor(DISTINCT score), sum(DISTINCT score), array_agg(DISTINCT segment) IS NULL
     FROM orders",
    // HAVING, ORDER BY, aliases, keys that are computed or constant.
    "SELECT segment AS s, upper(product) AS p, repeat_purchase_rate(customer, score) AS r FROM orders
     GROUP BY segment, upper(product) HAVING repeat_purchase_rate(customer, score) > 10 ORDER BY r DESC, s, p",
    "SELECT 1 + count(*) AS n, round(100 - cross_sell_rate(customer, product), 2) AS r FROM orders GROUP BY segment ORDER BY n, r",
    "SELECT cross_sell_rate(customer, product) AS r FROM orders GROUP BY 1 + 1, segment ORDER BY r",
    // CTEs, views, joins, unions and subqueries.
    "WITH o AS (SELECT * FROM orders WHERE amount > 5),
       r AS (SELECT segment, cross_sell_rate(customer, product) AS rate FROM o GROUP BY segment)
     SELECT a.segment, a.rate, b.rate FROM r a JOIN r b ON a.segment = b.segment ORDER BY 1",
    "SELECT o.segment, upsell_rate(o.customer, o.flag) FROM orders o JOIN (SELECT DISTINCT segment FROM orders) s
     ON o.segment = s.segment GROUP BY o.segment ORDER BY 1",
    "SELECT s.segment, (SELECT cross_sell_rate(o.customer, o.product) FROM orders o WHERE o.segment = s.segment) AS r,
       (SELECT count(*) FROM orders o WHERE o.segment = s.segment AND o.amount < 0) AS n
     FROM (SELECT DISTINCT segment FROM orders) s ORDER BY 1",
    "SELECT segment FROM orders GROUP BY segment
     HAVING cross_sell_rate(customer, product) > (SELECT cross_sell_rate(customer, product) FROM orders) - 50 ORDER BY 1",
    "SELECT cross_sell_rate(customer, product) AS r FROM orders UNION ALL
     SELECT upsell_rate(customer, flag) FROM orders ORDER BY r",
    // Entities and arguments that are computed.
    "SELECT segment, cross_sell_rate(concat(customer, '-', score % 2), upper(product)),
       upsell_rate(concat(customer, '-', score % 2), amount > 30) FROM orders GROUP BY segment ORDER BY segment",
    // Sets of keys, of which some are not a part of any other; the same set twice; none that has a key.
    "SELECT segment, product, cross_sell_rate(customer, product) AS r, count(*) AS n, avg(amount), grouping(segment)
     FROM orders GROUP BY ROLLUP (segment, product) ORDER BY segment, product, n, r",
    "SELECT segment, product, upsell_rate(customer, flag) AS r, count(DISTINCT customer) AS n, median(amount), min(score)
     FROM orders GROUP BY CUBE (segment, product) ORDER BY segment, product, n, r",
    "SELECT segment, product, upsell_rate(customer, flag) AS r, count(DISTINCT customer) AS n
     FROM orders GROUP BY GROUPING SETS ((segment), (product), (segment), ()) ORDER BY segment, product, n, r",
    "SELECT cross_sell_rate(customer, product) AS r, nps(score), count(*) FROM orders GROUP BY GROUPING SETS (())",
    "SELECT segment, cross_sell_rate(customer, product) AS r, count(*) FROM orders WHERE amount < 0 GROUP BY ROLLUP (segment)",
    // Keys of a join as two kinds of entities, of which one may be NULL.
    "SELECT c.segment, upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product), count(*), count(DISTINCT c.customer)
     FROM orders c LEFT JOIN orders o ON o.customer = c.customer AND o.product = 'p1' GROUP BY c.segment ORDER BY c.segment",
    "SELECT o.product, upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product), count(*), count(DISTINCT o.customer)
     FROM (SELECT * FROM orders WHERE score > 4) c RIGHT JOIN orders o ON o.customer = c.customer GROUP BY o.product ORDER BY o.product",
    "SELECT c.segment, upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product), count(*)
     FROM (SELECT * FROM orders WHERE score > 6) c FULL JOIN (SELECT * FROM orders WHERE score < 5) o ON o.customer = c.customer
     GROUP BY ROLLUP (c.segment) ORDER BY c.segment, count(*)",
    "SELECT upsell_rate(c.customer, o.flag), cross_sell_rate(o.customer, o.product), count(*)
     FROM orders c LEFT JOIN orders o ON o.customer = c.customer AND o.score > c.score + 3",
    // Several kinds of entities, with what rides along, and entities of two columns.
    "SELECT segment, cross_sell_rate(customer, product), penetration(product, flag), count(DISTINCT score), sum(amount), count(*),
       nps(score), product_usage_rate(customer, product, flag), count(DISTINCT customer) FILTER (WHERE flag)
     FROM orders GROUP BY ROLLUP (segment) ORDER BY segment, count(*)",
    // Parts, states and values side by side.
    "SELECT segment, cross_sell_rate_parts(customer, product), arpa_parts(customer, CAST(amount AS DECIMAL(10, 2))), arpa(customer, amount),
       kpi_finish(products_per_customer_state(customer, product)), upsell_rate(customer, flag) FILTER (WHERE amount > 20),
       upsell_rate_parts(customer, flag) FILTER (WHERE amount > 20), nps_parts(score), purchase_frequency_parts(customer, product)
     FROM orders GROUP BY ROLLUP (segment) ORDER BY segment, count(*)",
    // Aggregates that do not decompose.
    "SELECT segment, upsell_rate(customer, flag), median(amount), count(DISTINCT product), sum(DISTINCT score), avg(DISTINCT amount),
       approx_distinct(product) FROM orders GROUP BY segment ORDER BY segment",
    // A value of a value.
    "SELECT avg(r), sum(r) FROM (SELECT segment, cross_sell_rate(customer, product) AS r FROM orders GROUP BY segment)",
];

#[tokio::test]
async fn the_query_around_the_calls_makes_no_difference() {
    let off = orders(with_operator("off"));
    let on = orders(with_operator("on"));
    {
        for sql in QUERIES {
            assert!(is_folded(&physical(&on, sql).await), "{sql}");
            let expected = rows(&off, sql)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            let answer = rows(&on, sql)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            assert_eq!(answer, expected, "{sql}");
        }
    }
}

/// Of several calls that share their customers, the one that fails is named.
#[tokio::test]
async fn errors_name_the_call_that_has_them() {
    let most = "99999999999999999999999999999999999999";
    let too_much = format!(
        "SELECT segment, cross_sell_rate(customer, product), arpa(customer, CAST({most} AS DECIMAL(38, 0)))
         FROM orders GROUP BY segment"
    );
    for mode in ["on", "off"] {
        let ctx = orders(with_operator(mode));
        let error = rows(&ctx, &too_much)
            .await
            .expect_err("no DECIMAL is as large");
        let error = error.to_string();
        let expected = "arpa: the sum of the amounts does not fit into its DECIMAL type";
        assert!(error.contains(expected), "{mode}: {error}");
    }
}

#[tokio::test]
async fn names_and_types_stay() {
    let off = orders(with_operator("off"));
    let on = orders(with_operator("on"));
    for sql in QUERIES {
        let schema = async |ctx: &SessionContext| {
            let frame = ctx.sql(sql).await.expect("a plan");
            let batches = frame.collect().await.expect("an answer");
            batches.first().map(|batch| {
                let fields = batch.schema_ref().fields().clone();
                fields
                    .iter()
                    .map(|f| (f.name().clone(), f.data_type().clone()))
                    .collect::<Vec<_>>()
            })
        };
        assert_eq!(schema(&on).await, schema(&off).await, "{sql}");
    }
}

#[tokio::test]
async fn prepared_statements_and_views_keep_working() {
    for mode in ["on", "off"] {
        let ctx = orders(with_operator(mode));
        let run = async |sql: &str| {
            rows(&ctx, sql)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"))
        };
        run("PREPARE rate AS SELECT segment, cross_sell_rate(customer, product) FILTER (WHERE amount > $1) AS r
             FROM orders GROUP BY segment ORDER BY segment").await;
        let prepared = run("EXECUTE rate(20)").await;
        run("CREATE VIEW rates AS SELECT segment, cross_sell_rate(customer, product) FILTER (WHERE amount > 20) AS r
             FROM orders GROUP BY segment").await;
        assert_eq!(run("SELECT * FROM rates ORDER BY segment").await, prepared);
        assert_eq!(prepared.len(), 4);
    }
}

/// Every form of every KPI, alone, in sets of keys and with three others of its entity, under every setting.
#[tokio::test]
async fn every_call_has_the_same_answer_with_the_operator() {
    let batch = crate::laws::orders(900, 4, 40);
    let ask = async |mode: &str, setting: datafusion::prelude::SessionConfig, sqls: &[String]| {
        let ctx = session(operated(setting, mode));
        register_partitions(&ctx, "orders", crate::laws::slices(&batch, 3, 50));
        let mut answers = vec![];
        for sql in sqls {
            let is_folded = is_folded(&physical(&ctx, sql).await);
            assert_eq!(is_folded, mode == "on", "{sql}");
            let answer = rows(&ctx, sql)
                .await
                .unwrap_or_else(|error| panic!("{sql}: {error}"));
            answers.push(answer);
        }
        answers
    };
    let (mut sqls, mut with_others) = (vec![], 0);
    for (_, form, call) in calls() {
        sqls.push(format!(
            "SELECT segment, {call} AS v FROM orders GROUP BY segment ORDER BY segment"
        ));
        sqls.push(format!("SELECT {call} AS v FROM orders"));
        if !shows_items(form) {
            sqls.push(format!(
                "SELECT segment, flag, {call} AS v, count(DISTINCT product) AS p, count(*) AS n FROM orders
                 GROUP BY CUBE (segment, flag) ORDER BY segment, flag, n, v"
            ));
        }
        if form.entity() == [0] && form.args[0].name == "customer" {
            with_others += 1;
            let sql = format!(
                "SELECT segment, {call} AS v, {call} FILTER (WHERE flag2) AS w, churn_rate(buyer, flag2),
                   products_per_customer(buyer, product), nps(score), count(*)
                 FROM orders GROUP BY segment ORDER BY segment"
            );
            sqls.push(sql);
        }
    }
    assert!(with_others > 20, "{with_others}");
    let base = || datafusion::prelude::SessionConfig::new().with_target_partitions(2);
    let expected = ask("off", base(), &sqls).await;
    for (setting, config) in settings() {
        let answers = ask("on", config.clone(), &sqls).await;
        for ((sql, answer), expected) in sqls.iter().zip(answers).zip(&expected) {
            assert_eq!(answer, *expected, "{setting}: {sql}");
        }
    }
}

/// Customers with numbers one after another, so many that they have a window of their own: every third one has two
/// products, and every other one a flag.
#[tokio::test]
async fn many_neighbouring_customers_are_counted_right() {
    let table = "(SELECT i, i % 9000 AS customer, CASE WHEN i % 27000 < 9000 AND i % 3 = 0 THEN 1 ELSE 0 END AS product,
                    i >= 18000 AND i % 2 = 0 AS flag
                  FROM generate_series(0, 26999) AS t(i))";
    let by_group = format!(
        "SELECT cross_sell_rate(customer, product), products_per_customer(customer, product), upsell_rate(customer, flag),
           count(DISTINCT customer) FROM {table} GROUP BY customer % 1"
    );
    let running = format!(
        "SELECT max(CASE WHEN i = 26999 THEN rate END) FROM
           (SELECT i, cross_sell_rate(customer, product) OVER (ORDER BY i) AS rate FROM {table})"
    );
    for mode in ["off", "on"] {
        let ctx = orders(with_operator(mode));
        let answer = rows(&ctx, &by_group).await.expect("an answer");
        let third = "33.333333333";
        assert_eq!(answer, [[third, "1.333333333", "50", "9000"]], "{mode}");
        let answer = rows(&ctx, &running).await.expect("an answer");
        assert_eq!(answer, [[third]], "{mode}");
    }
}

/// So many rows that it is decided whether they wait: those of a few groups are folded, those of a group for each day
/// wait on.
#[tokio::test]
async fn rows_that_wait_make_no_difference() {
    let partitions = slices(&laws::orders(150_000, 3, 3_000), 2, 8_192);
    let [off, on] = ["off", "on"].map(|mode| {
        let ctx = session(with_operator(mode));
        register_partitions(&ctx, "orders", partitions.clone());
        ctx
    });
    for (_, _, call) in calls() {
        let values =
            format!("{call} AS v, {call} FILTER (WHERE flag2) AS w, upsell_rate(buyer, flag) AS u");
        for keys in ["segment", "segment, at2"] {
            let sql =
                format!("SELECT {keys}, {values} FROM orders GROUP BY {keys} ORDER BY {keys}");
            let expected = rows(&off, &sql).await.expect("an answer");
            let answer = rows(&on, &sql).await.expect("an answer");
            assert_eq!(answer, expected, "{sql}");
        }
    }
}

/// States that are many bytes come in several batches, and are what they are in one.
#[tokio::test]
async fn large_states_come_in_batches() {
    let states = "SELECT day, cross_sell_rate_state('a customer with a name as long as that of a company, number ' || customer, day) AS state
                  FROM (SELECT value % 100000 AS customer, value % 7 AS day FROM generate_series(1, 700000) AS numbers(value))
                  GROUP BY day";
    let merged = format!("SELECT day, kpi_merge(state) AS state FROM ({states}) GROUP BY day");
    for sql in [states, &merged] {
        let ctx = orders(with_operator("on"));
        let batches = ctx.sql(sql).await.expect("a plan").collect().await;
        let batches = batches.expect("states");
        let of_all = batches.iter().map(RecordBatch::num_rows).sum::<usize>();
        assert_eq!(of_all, 7, "{sql}");
        assert!(batches.len() > 2, "{sql}: {}", batches.len());
        let values = format!("SELECT day, kpi_finish(state) FROM ({sql}) ORDER BY day");
        let off = rows(&orders(with_operator("off")), &values).await;
        assert_eq!(
            rows(&ctx, &values).await.expect("values"),
            off.expect("values")
        );
    }
}
