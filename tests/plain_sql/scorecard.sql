WITH sales AS (
  SELECT c.segment, o.*, p.line, CAST(o.amount AS DECIMAL(12, 2)) AS cents
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
),
several AS (
  SELECT customer_id, count(DISTINCT line) > 1 AS several FROM sales GROUP BY customer_id
)
SELECT
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  count(DISTINCT s.customer_id) AS customers,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS cross_sell_rate,
  round(100.0 * count(DISTINCT CASE WHEN s.is_cross_sell THEN s.order_id END)
    / count(DISTINCT CASE WHEN s.is_cross_sell IS NOT NULL THEN s.order_id END), 1) AS cross_sell_ratio,
  round(100.0 * sum(CASE WHEN s.is_cross_sell THEN s.cents END) / sum(s.cents), 1) AS cross_sell_share,
  round(100.0 * count(DISTINCT CASE WHEN s.is_upsell THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS upsell_rate,
  round(100.0 * count(DISTINCT CASE WHEN several.several THEN s.customer_id END)
    / count(DISTINCT s.customer_id), 1) AS several_lines,
  round(sum(s.cents) / count(DISTINCT s.customer_id), 2) AS arpa
FROM sales s
JOIN several ON several.customer_id = s.customer_id
GROUP BY ROLLUP (s.segment)
ORDER BY grouping(s.segment), segment;
