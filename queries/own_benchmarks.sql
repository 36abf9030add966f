-- Does each segment reach the targets that we set ourselves?
--
-- The figures are an example of targets that a company sets for its segments; they are not published anywhere.
-- Put your own in their place, or keep the bands in a file: SET kpi.benchmarks = 'targets.csv'.
CREATE VIEW targets AS
SELECT *
FROM (VALUES
  ('cross_sell_ratio', 'Enterprise', 20.0),
  ('cross_sell_ratio', 'Mid-Market', 15.0),
  ('cross_sell_ratio', 'SMB',        12.5),
  ('cross_sell_ratio', 'Startup',    10.0),
  ('upsell_rate',      'Enterprise', 30.0),
  ('upsell_rate',      'Mid-Market', 20.0),
  ('upsell_rate',      'SMB',        15.0),
  ('upsell_rate',      'Startup',    12.0)
) AS t(kpi, segment, target);

-- A target makes two bands. The column industry may hold any breakdown, here the segment.
CREATE VIEW target_bands AS
SELECT kpi, segment AS industry, 'met'    AS band, target AS low, NULL   AS high FROM targets
UNION ALL
SELECT kpi, segment AS industry, 'missed' AS band, NULL   AS low, target AS high FROM targets;

SET kpi.benchmarks = 'target_bands';

WITH rates AS (
  SELECT
    c.segment,
    cross_sell_ratio(o.order_id, o.is_cross_sell) AS cross_sell_ratio,
    upsell_rate(o.customer_id, o.is_upsell) AS upsell_rate
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  GROUP BY c.segment
)
SELECT
  segment,
  round(cross_sell_ratio, 1) AS cross_sell_ratio,
  kpi_band('cross_sell_ratio', cross_sell_ratio, segment) AS cross_sell_target,
  round(upsell_rate, 1) AS upsell_rate,
  kpi_band('upsell_rate', upsell_rate, segment) AS upsell_target
FROM rates
ORDER BY segment;
