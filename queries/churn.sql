-- Do customers with several software plans leave less often than those with one?
--
-- Over the customers who paid at the start of the year. A customer has left when all of its plans have ended. The
-- gap is several minus one, in points: if the 95 % interval from low to high includes 0, it may be chance.
WITH paid AS (
  SELECT * FROM subscriptions WHERE mrr_start > 0
),
ends AS (
  SELECT customer_id, bool_and(is_churned) AS has_left FROM paid GROUP BY customer_id
),
plans AS (
  SELECT c.segment, s.customer_id, s.plan, e.has_left
  FROM paid s
  JOIN ends e ON e.customer_id = s.customer_id
  JOIN customers c ON c.customer_id = s.customer_id
),
rates AS (
  SELECT
    CASE WHEN grouping(p.segment) = 1 THEN 'Total' ELSE p.segment END AS segment,
    grouping(p.segment) AS is_total,
    count(DISTINCT p.customer_id) AS customers,
    churn_rate(p.customer_id, p.has_left) AS churn_rate,
    single_product_churn_rate(p.customer_id, p.plan, p.has_left) AS one_plan,
    multi_product_churn_rate(p.customer_id, p.plan, p.has_left) AS several_plans,
    churn_gap_parts(p.customer_id, p.plan, p.has_left) AS gap
  FROM plans p
  GROUP BY ROLLUP (p.segment)
)
SELECT
  segment,
  customers,
  round(churn_rate, 1) AS churn_rate,
  round(one_plan, 1) AS one_plan,
  round(several_plans, 1) AS several_plans,
  round(gap['value'], 1) AS gap,
  round(gap['ci_low'], 1) AS low,
  round(gap['ci_high'], 1) AS high
FROM rates
ORDER BY is_total, segment;
