WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines,
    CAST(max(CAST(o.ordered_at AS DATE)) - min(CAST(o.ordered_at AS DATE)) AS BIGINT) / 365.25 AS years,
    count(DISTINCT o.order_id) AS orders
  FROM orders o LEFT JOIN products p ON p.product_id = o.product_id
  WHERE o.customer_id IS NOT NULL
  GROUP BY o.customer_id
  HAVING count(p.line) > 0
),
sales AS (
  SELECT h.lines, count(DISTINCT o.customer_id) AS customers, count(DISTINCT o.order_id) AS orders,
    grouping(h.lines) AS is_total,
    sum(CAST(o.amount AS DECIMAL(12, 2))) AS revenue,
    (CAST(max(CAST(o.ordered_at AS DATE)) - min(CAST(o.ordered_at AS DATE)) AS BIGINT) + 1) / 365.25 AS span
  FROM orders o JOIN holdings h ON h.customer_id = o.customer_id
  GROUP BY ROLLUP (h.lines)
),
lifespans AS (
  SELECT lines, grouping(lines) AS is_total, avg(years) AS lifespan,
    avg(CASE WHEN orders > 1 THEN 100.0 ELSE 0 END) AS repeated
  FROM holdings GROUP BY ROLLUP (lines)
)
SELECT
  coalesce(CAST(s.lines AS VARCHAR), 'Total') AS product_lines,
  s.customers,
  round(revenue / s.orders, 2) AS purchase_value,
  round(1.0 * s.orders / s.customers, 1) AS frequency,
  round(revenue / s.customers, 2) AS arpa,
  round(lifespan, 2) AS lifespan_years,
  round(CAST(revenue AS DOUBLE) / s.customers / span * lifespan, 2) AS clv,
  round(repeated, 1) AS repeat_purchase_rate
FROM sales s
JOIN lifespans l ON l.is_total = s.is_total AND coalesce(l.lines, 0) = coalesce(s.lines, 0)
ORDER BY s.is_total, product_lines;
