WITH sales AS (
  SELECT c.segment, o.customer_id, o.ordered_at, p.line, CAST(o.amount AS DECIMAL(12, 2)) AS amount, o.is_cross_sell,
    min(CASE WHEN p.line IS NOT NULL THEN o.ordered_at END) OVER (PARTITION BY o.customer_id) AS started
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
),
baskets AS (
  SELECT DISTINCT customer_id, line FROM sales WHERE ordered_at = started AND line IS NOT NULL
),
judged AS (
  SELECT s.*, s.line IS NOT NULL AND b.line IS NULL AS is_outside
  FROM sales s LEFT JOIN baskets b ON b.customer_id = s.customer_id AND b.line = s.line
)
SELECT
  CASE WHEN grouping(j.segment) = 1 THEN 'Total' ELSE j.segment END AS segment,
  round(100.0 * count(DISTINCT CASE WHEN j.is_cross_sell THEN j.customer_id END)
    / count(DISTINCT j.customer_id), 1) AS cross_sell_rate,
  sum(j.amount) AS revenue,
  sum(CASE WHEN j.is_cross_sell THEN j.amount END) AS by_flag,
  round(100.0 * sum(CASE WHEN j.is_cross_sell THEN j.amount END) / sum(j.amount), 1) AS share_by_flag,
  sum(CASE WHEN j.is_outside THEN j.amount END) AS by_basket,
  round(100.0 * sum(CASE WHEN j.is_outside THEN j.amount END) / sum(j.amount), 1) AS share_by_basket
FROM judged j
GROUP BY ROLLUP (j.segment)
ORDER BY grouping(j.segment), segment;
