WITH sales AS (
  SELECT o.*, p.line FROM orders o JOIN products p ON p.product_id = o.product_id
),
everybody AS (
  SELECT count(DISTINCT customer_id) AS n FROM orders
)
SELECT
  CASE WHEN grouping(s.line) = 1 THEN 'Total' ELSE s.line END AS line,
  CASE WHEN grouping(s.product_id) = 1 THEN 'all' ELSE s.product_id END AS product_id,
  count(DISTINCT s.customer_id) AS buyers,
  sum(CAST(s.amount AS DECIMAL(12, 2))) AS revenue,
  round(100.0 * count(DISTINCT s.customer_id) / min(n), 1) AS penetration,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.customer_id END) / min(n), 1) AS cross_sell_rate,
  round(100.0 * count(DISTINCT CASE WHEN s.is_upsell THEN s.customer_id END) / min(n), 1) AS upsell_rate
FROM sales s CROSS JOIN everybody
GROUP BY ROLLUP (s.line, s.product_id)
ORDER BY grouping(s.line), line, grouping(s.product_id), product_id;
