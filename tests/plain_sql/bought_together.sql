WITH held AS (
  SELECT DISTINCT o.customer_id, p.line
  FROM orders o JOIN products p ON p.product_id = o.product_id
  WHERE o.customer_id IS NOT NULL
),
sizes AS (
  SELECT line, count(*) AS customers FROM held GROUP BY line
),
pairs AS (
  SELECT a.line AS base, b.line AS other, count(*) AS customers
  FROM held a JOIN held b ON b.customer_id = a.customer_id AND b.line <> a.line
  GROUP BY a.line, b.line
),
figures AS (
  SELECT pairs.base, pairs.other, 1.0 * pairs.customers AS shared, base.customers AS a, other.customers AS b, n
  FROM pairs
  JOIN sizes base ON base.line = pairs.base
  JOIN sizes other ON other.line = pairs.other
  CROSS JOIN (SELECT count(DISTINCT customer_id) AS n FROM orders) AS everybody
)
SELECT
  base, other,
  round(100.0 * shared / a, 1) AS attach_rate,
  round(100.0 * shared / n, 1) AS support,
  round(shared * n / (a * b), 2) AS lift
FROM figures
ORDER BY attach_rate DESC, base, other;
