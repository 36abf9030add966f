-- How did each segment do month by month, if all we keep are daily states?
--
-- A state holds what a KPI needs to know about its rows. The states of the days, merged, give the same month as one pass
-- over its rows: a customer who buys on several days counts once. examples/roll_up keeps the days in Parquet.
CREATE VIEW daily_states AS
SELECT
  CAST(o.ordered_at AS DATE) AS day,
  c.segment,
  cross_sell_rate_state(o.customer_id, o.is_cross_sell) AS cross_sell,
  upsell_rate_state(o.customer_id, o.is_upsell) AS upsell,
  arpa_state(o.customer_id, CAST(o.amount AS DECIMAL(12, 2))) AS arpa
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
GROUP BY CAST(o.ordered_at AS DATE), c.segment;

SELECT
  to_char(d.day, '%Y-%m') AS month,
  CASE WHEN grouping(d.segment) = 1 THEN 'Total' ELSE d.segment END AS segment,
  count(DISTINCT d.day) AS days,
  round(kpi_finish(kpi_merge(d.cross_sell)), 1) AS cross_sell_rate,
  round(kpi_finish(kpi_merge(d.upsell)), 1) AS upsell_rate,
  round(kpi_finish(kpi_merge(d.arpa)), 2) AS arpa
FROM daily_states d
GROUP BY GROUPING SETS ((to_char(d.day, '%Y-%m'), d.segment), (to_char(d.day, '%Y-%m')))
ORDER BY month, grouping(d.segment), segment;
