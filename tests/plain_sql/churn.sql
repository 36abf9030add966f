WITH customers_of_then AS (
  SELECT
    s.customer_id,
    min(c.segment) AS segment,
    count(DISTINCT s.plan) AS plans,
    min(CASE WHEN s.is_churned THEN 1.0 ELSE 0 END) AS has_left
  FROM subscriptions s JOIN customers c ON c.customer_id = s.customer_id
  WHERE s.mrr_start > 0
  GROUP BY s.customer_id
)
SELECT
  CASE WHEN grouping(x.segment) = 1 THEN 'Total' ELSE x.segment END AS segment,
  count(*) AS customers,
  round(100 * avg(has_left), 1) AS churn_rate,
  round(100 * avg(CASE WHEN plans = 1 THEN has_left END), 1) AS one_plan,
  round(100 * avg(CASE WHEN plans > 1 THEN has_left END), 1) AS several_plans,
  round(100 * (avg(CASE WHEN plans > 1 THEN has_left END) - avg(CASE WHEN plans = 1 THEN has_left END)), 1) AS gap
FROM customers_of_then x
GROUP BY ROLLUP (x.segment)
ORDER BY grouping(x.segment), segment;
