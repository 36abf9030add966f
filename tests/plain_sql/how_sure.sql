WITH counts AS (
  SELECT
    CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
    grouping(c.segment) AS is_total,
    1.0 * count(DISTINCT CASE WHEN o.is_cross_sell IS NOT NULL THEN o.order_id END) AS n,
    1.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.order_id END)
      / count(DISTINCT CASE WHEN o.is_cross_sell IS NOT NULL THEN o.order_id END) AS p
  FROM orders o JOIN customers c ON c.customer_id = o.customer_id
  GROUP BY ROLLUP (c.segment)
)
-- Wilson's interval with z = 1.959964.
SELECT
  segment,
  n AS orders,
  round(100 * p, 1) AS cross_sell_ratio,
  round(100 * (p + 3.841459 / (2 * n) - 1.959964 * sqrt(p * (1 - p) / n + 3.841459 / (4 * n * n))) / (1 + 3.841459 / n), 1) AS low,
  round(100 * (p + 3.841459 / (2 * n) + 1.959964 * sqrt(p * (1 - p) / n + 3.841459 / (4 * n * n))) / (1 + 3.841459 / n), 1) AS high,
  CASE WHEN p > 0.2 THEN 'strong' WHEN p >= 0.1 THEN 'moderate' ELSE 'weak' END AS band
FROM counts
ORDER BY is_total, segment;
