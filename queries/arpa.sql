-- Are customers with several product lines worth more?
WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines
  FROM orders o
  JOIN products p ON p.product_id = o.product_id
  WHERE o.customer_id IS NOT NULL
  GROUP BY o.customer_id
)
SELECT
  CASE WHEN grouping(h.lines) = 1 THEN 'Total' ELSE CAST(h.lines AS VARCHAR) END AS product_lines,
  count(DISTINCT o.customer_id) AS customers,
  round(sum(CAST(o.amount AS DECIMAL(12, 2))), 2) AS revenue,
  round(arpa(o.customer_id, CAST(o.amount AS DECIMAL(12, 2))), 2) AS arpa
FROM orders o
JOIN holdings h ON h.customer_id = o.customer_id
GROUP BY ROLLUP (h.lines)
ORDER BY grouping(h.lines), product_lines;
