-- In which industries do we upsell and cross-sell as much as others?
--
-- The upsell rate with its 95 % interval, and what the benchmark for the industry says about it: NULL where none is
-- published. SELECT * FROM kpi_benchmarks() shows the sources; own_benchmarks.sql uses targets of your own.
WITH rates AS (
  SELECT
    c.industry,
    upsell_rate_parts(o.customer_id, o.is_upsell) AS upsell,
    cross_sell_rate(o.customer_id, o.is_cross_sell) AS cross_sell_rate,
    cross_sell_ratio(o.order_id, o.is_cross_sell) AS cross_sell_ratio
  FROM customers c
  JOIN orders o ON o.customer_id = c.customer_id
  GROUP BY c.industry
),
benchmarks AS (
  SELECT industry, string_agg(concat(band, ' ', low, ' to ', high), ', ' ORDER BY low) AS bands
  FROM kpi_benchmarks()
  WHERE kpi = 'upsell_rate'
  GROUP BY industry
)
SELECT
  r.industry,
  CAST(r.upsell['denominator'] AS BIGINT) AS buyers,
  round(r.upsell['value'], 1) AS upsell_rate,
  round(r.upsell['ci_low'], 1) AS low,
  round(r.upsell['ci_high'], 1) AS high,
  b.bands AS benchmark,
  kpi_band('upsell_rate', r.upsell['value'], r.industry) AS verdict,
  round(r.cross_sell_rate, 1) AS cross_sell_rate,
  round(r.cross_sell_ratio, 1) AS cross_sell_ratio
FROM rates r
LEFT JOIN benchmarks b ON lower(b.industry) = lower(r.industry)
ORDER BY r.industry;
