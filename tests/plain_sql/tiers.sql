WITH sales AS (
  SELECT o.*, p.line, p.tier FROM orders o JOIN products p ON p.product_id = o.product_id
  WHERE o.customer_id IS NOT NULL
),
starts AS (
  SELECT customer_id, line, min(ordered_at) AS started FROM sales GROUP BY customer_id, line
),
held AS (
  SELECT s.customer_id, s.line,
    max(CASE WHEN s.ordered_at > started THEN s.tier END) > max(CASE WHEN s.ordered_at = started THEN s.tier END) AS rose
  FROM sales s JOIN starts x ON x.customer_id = s.customer_id AND x.line = s.line
  GROUP BY s.customer_id, s.line
),
flags AS (
  SELECT customer_id, line, bool_or(is_upsell) AS ticked,
    sum(CASE WHEN is_upsell THEN CAST(amount AS DECIMAL(12, 2)) END) AS revenue
  FROM sales GROUP BY customer_id, line
)
SELECT
  CASE WHEN grouping(h.line) = 1 THEN 'Total' ELSE h.line END AS line,
  count(DISTINCT h.customer_id) AS buyers,
  round(100.0 * count(DISTINCT CASE WHEN rose THEN h.customer_id END) / count(DISTINCT h.customer_id), 1) AS from_tiers,
  round(100.0 * count(DISTINCT CASE WHEN ticked THEN h.customer_id END) / count(DISTINCT h.customer_id), 1) AS from_flags,
  sum(revenue) AS upsell_revenue
FROM held h JOIN flags f ON f.customer_id = h.customer_id AND f.line = h.line
GROUP BY ROLLUP (h.line)
ORDER BY grouping(h.line), line;
