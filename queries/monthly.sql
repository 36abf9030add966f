-- How did each segment do in the last three months?
-- param: month=NULL
--
-- For one month: --param month=2026-06.
-- The rates are over the customers who ordered in the month. The total counts each customer once, so
-- it is neither the sum nor the mean of its segments. Sales without a known customer are left out.
WITH sales AS (
  SELECT
    to_char(o.ordered_at, '%Y-%m') AS month,
    c.segment,
    o.customer_id,
    o.order_id,
    CAST(o.amount AS DECIMAL(12, 2)) AS amount, -- exact cents, from a CSV too
    o.is_cross_sell,
    o.is_upsell
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  -- For all months, delete the condition.
  WHERE CASE WHEN $month IS NULL
    THEN o.ordered_at >= (SELECT date_trunc('month', max(ordered_at)) - INTERVAL '2 months' FROM orders)
    ELSE to_char(o.ordered_at, '%Y-%m') = $month
  END
)
SELECT
  s.month,
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  count(DISTINCT s.customer_id) AS customers,
  round(sum(s.amount), 2) AS revenue,
  round(cross_sell_rate(s.customer_id, s.is_cross_sell), 1) AS cross_sell_rate, -- % of customers
  round(cross_sell_ratio(s.order_id, s.is_cross_sell), 1) AS cross_sell_ratio,  -- % of orders
  round(upsell_rate(s.customer_id, s.is_upsell), 1) AS upsell_rate,             -- % of customers
  round(arpa(s.customer_id, s.amount), 2) AS arpa
FROM sales s
GROUP BY GROUPING SETS ((s.month, s.segment), (s.month))
ORDER BY s.month, grouping(s.segment), segment;
