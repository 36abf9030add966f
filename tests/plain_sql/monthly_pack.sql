-- The periods are written out: they are those of the sample data.
CREATE VIEW sales AS
SELECT c.segment, o.customer_id, o.order_id, o.amount, o.is_cross_sell, o.is_upsell, to_char(o.ordered_at, '%Y-%m') AS period
FROM orders o JOIN customers c ON c.customer_id = o.customer_id;

CREATE VIEW ratios AS
SELECT
  segment,
  1.0 * count(DISTINCT CASE WHEN period = '2026-05' AND is_cross_sell THEN order_id END) AS x1,
  1.0 * count(DISTINCT CASE WHEN period = '2026-05' AND is_cross_sell IS NOT NULL THEN order_id END) AS n1,
  1.0 * count(DISTINCT CASE WHEN period = '2026-06' AND is_cross_sell THEN order_id END) AS x2,
  1.0 * count(DISTINCT CASE WHEN period = '2026-06' AND is_cross_sell IS NOT NULL THEN order_id END) AS n2
FROM sales
GROUP BY segment;

SELECT
  'arpa' AS kpi,
  count(DISTINCT CASE WHEN period = '2026-06' THEN customer_id END) AS n,
  round(sum(CASE WHEN period = '2026-06' THEN amount END) / count(DISTINCT CASE WHEN period = '2026-06' THEN customer_id END), 1) AS value
FROM sales
UNION ALL
SELECT
  'cross_sell_rate',
  count(DISTINCT CASE WHEN period = '2026-06' THEN customer_id END),
  round(100.0 * count(DISTINCT CASE WHEN period = '2026-06' AND is_cross_sell THEN customer_id END)
    / count(DISTINCT CASE WHEN period = '2026-06' THEN customer_id END), 1)
FROM sales
UNION ALL
SELECT 'cross_sell_ratio', CAST(sum(n2) AS BIGINT), round(100 * sum(x2) / sum(n2), 1) FROM ratios
UNION ALL
SELECT
  'upsell_rate',
  count(DISTINCT CASE WHEN period = '2026-06' THEN customer_id END),
  round(100.0 * count(DISTINCT CASE WHEN period = '2026-06' AND is_upsell THEN customer_id END)
    / count(DISTINCT CASE WHEN period = '2026-06' THEN customer_id END), 1)
FROM sales
ORDER BY kpi;

SELECT
  period AS month,
  round(100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN order_id END)
    / count(DISTINCT CASE WHEN is_cross_sell IS NOT NULL THEN order_id END), 1) AS cross_sell_ratio
FROM sales
WHERE period >= '2025-06'
GROUP BY period
ORDER BY period;

SELECT
  segment,
  CAST(n2 AS BIGINT) AS orders,
  round(100 * x1 / n1, 1) AS before,
  round(100 * x2 / n2, 1) AS now,
  round(100 * (x2 / n2 - x1 / n1), 1) AS points
FROM ratios
ORDER BY segment;

-- Kitagawa's two terms, summed over the segments.
WITH totals AS (
  SELECT sum(x1) / sum(n1) AS v1, sum(x2) / sum(n2) AS v2, sum(n1) AS all1, sum(n2) AS all2 FROM ratios
)
SELECT
  round(100 * max(v1), 1) AS before,
  round(100 * max(v2), 1) AS now,
  round(100 * max(v2 - v1), 1) AS points,
  round(100 * sum((n1 / all1 + n2 / all2) / 2 * (x2 / n2 - x1 / n1)), 1) AS by_rates,
  round(100 * sum((n2 / all2 - n1 / all1) * ((x1 / n1 + x2 / n2) / 2 - (v1 + v2) / 2)), 1) AS by_mix
FROM ratios, totals;

SELECT
  r.segment,
  CAST(r.n2 AS BIGINT) AS orders,
  round(100 * r.x2 / r.n2, 1) AS cross_sell_ratio,
  round(100 * (t.x - r.x2) / (t.n - r.n2), 1) AS rest,
  round(100 * (r.x2 / r.n2 - (t.x - r.x2) / (t.n - r.n2)), 1) AS points
FROM ratios r, (SELECT sum(x2) AS x, sum(n2) AS n FROM ratios) AS t
ORDER BY r.segment;
