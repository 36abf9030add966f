WITH sales AS (
  SELECT to_char(o.ordered_at, '%Y-%m') AS ordered_month, c.segment, o.*
  FROM orders o JOIN customers c ON c.customer_id = o.customer_id
  WHERE o.ordered_at >= '2026-04-01'
)
SELECT
  s.ordered_month AS month,
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  count(DISTINCT s.customer_id) AS customers,
  sum(CAST(s.amount AS DECIMAL(12, 2))) AS revenue,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS cross_sell_rate,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.order_id END)
    / count(DISTINCT CASE WHEN s.is_cross_sell IS NOT NULL THEN s.order_id END), 1) AS cross_sell_ratio,
  round(100.0 * count(DISTINCT CASE WHEN s.is_upsell THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS upsell_rate,
  round(sum(CAST(s.amount AS DECIMAL(12, 2))) / count(DISTINCT s.customer_id), 2) AS arpa
FROM sales s
GROUP BY GROUPING SETS ((s.ordered_month, s.segment), (s.ordered_month))
ORDER BY s.ordered_month, grouping(s.segment), segment;
