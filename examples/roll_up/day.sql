-- What do the KPIs have to know of one day's orders, segment by segment?
--
-- Run once a day; states is a folder of your own, and the view says which day:
--
--   kpi-sql -c "CREATE VIEW today AS SELECT DATE '2026-06-30' AS day" -f examples/roll_up/day.sql -o states/2026-06-30.parquet
--
-- A day that is run again replaces its file, and a day without orders has a file without rows.
SELECT
  today.day,
  c.segment,
  cross_sell_rate_state(o.customer_id, o.is_cross_sell) AS cross_sell_rate,
  cross_sell_ratio_state(o.order_id, o.is_cross_sell) AS cross_sell_ratio,
  upsell_rate_state(o.customer_id, o.is_upsell) AS upsell_rate,
  arpa_state(o.customer_id, CAST(o.amount AS DECIMAL(12, 2))) AS arpa
FROM today
JOIN orders o ON CAST(o.ordered_at AS DATE) = today.day
JOIN customers c ON c.customer_id = o.customer_id
GROUP BY today.day, c.segment
ORDER BY c.segment;
