WITH ratios AS (
  SELECT
    CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
    grouping(c.segment) AS is_total,
    1.0 * count(DISTINCT CASE WHEN o.ordered_at < '2026-04-01' AND o.is_cross_sell THEN o.order_id END) AS x1,
    1.0 * count(DISTINCT CASE WHEN o.ordered_at < '2026-04-01' AND o.is_cross_sell IS NOT NULL THEN o.order_id END) AS n1,
    1.0 * count(DISTINCT CASE WHEN o.ordered_at >= '2026-04-01' AND o.is_cross_sell THEN o.order_id END) AS x2,
    1.0 * count(DISTINCT CASE WHEN o.ordered_at >= '2026-04-01' AND o.is_cross_sell IS NOT NULL THEN o.order_id END) AS n2
  FROM orders o JOIN customers c ON c.customer_id = o.customer_id
  WHERE o.ordered_at >= '2026-01-01'
  GROUP BY ROLLUP (c.segment)
)
-- The pooled z test: |z| above 1.959964 is a p_value below 0.05.
SELECT
  segment,
  round(100 * x1 / n1, 1) AS before,
  round(100 * x2 / n2, 1) AS after,
  round(100 * (x2 / n2 - x1 / n1), 1) AS points,
  CASE
    WHEN abs(x2 / n2 - x1 / n1)
      <= 1.959964 * sqrt((x1 + x2) / (n1 + n2) * (1 - (x1 + x2) / (n1 + n2)) * (1 / n1 + 1 / n2))
    THEN 'not significant'
    WHEN x2 / n2 > x1 / n1 THEN 'it rose'
    ELSE 'it fell'
  END AS moved
FROM ratios
ORDER BY is_total, segment;
