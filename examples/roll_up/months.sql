-- How did each segment do in each month, from the states of its days alone?
--
-- Reads the files that day.sql wrote, and no order. The figures are those of one pass over the rows of these
-- days: a customer of several days counts once, and so does the total of the segments.
SELECT
  to_char(s.day, '%Y-%m') AS month,
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  count(DISTINCT s.day) AS days,
  kpi_finish(kpi_merge(s.cross_sell_rate)) AS cross_sell_rate,
  kpi_finish(kpi_merge(s.cross_sell_ratio)) AS cross_sell_ratio,
  kpi_finish(kpi_merge(s.upsell_rate)) AS upsell_rate,
  kpi_finish(kpi_merge(s.arpa)) AS arpa
FROM 'states/*.parquet' s
GROUP BY GROUPING SETS ((to_char(s.day, '%Y-%m'), s.segment), (to_char(s.day, '%Y-%m')))
ORDER BY month, grouping(s.segment), segment;
