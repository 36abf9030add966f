WITH sales AS (
  SELECT concat(to_char(o.ordered_at, '%Y'), '-Q', date_part('quarter', o.ordered_at)) AS quarter, c.segment, o.*
  FROM orders o JOIN customers c ON c.customer_id = o.customer_id
  WHERE o.ordered_at >= '2025-04-01'
)
SELECT
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  s.quarter,
  count(DISTINCT s.order_id) AS orders,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.order_id END)
    / count(DISTINCT CASE WHEN s.is_cross_sell IS NOT NULL THEN s.order_id END), 1) AS cross_sell_ratio,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS cross_sell_rate,
  round(100.0 * count(DISTINCT CASE WHEN s.is_upsell THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS upsell_rate
FROM sales s
GROUP BY GROUPING SETS ((s.quarter, s.segment), (s.quarter))
ORDER BY grouping(s.segment), segment, s.quarter;
