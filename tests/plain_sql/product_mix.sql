WITH sales AS (
  SELECT c.segment, o.customer_id, p.line
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
),
with_total AS (
  SELECT 0 AS is_total, segment, customer_id, line FROM sales
  UNION ALL
  SELECT 1, 'Total', customer_id, line FROM sales
),
sizes AS (
  SELECT segment, count(DISTINCT customer_id) AS n FROM with_total GROUP BY segment
)
SELECT b.segment, b.line, count(DISTINCT b.customer_id) AS customers,
  round(100.0 * count(DISTINCT b.customer_id) / min(n), 1) AS share
FROM with_total b JOIN sizes ON sizes.segment = b.segment
WHERE b.line IS NOT NULL
GROUP BY b.is_total, b.segment, b.line
ORDER BY b.is_total, b.segment, customers DESC, b.line;
