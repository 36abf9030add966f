-- How sure are we of each segment's cross-sell ratio, and what does the benchmark say about it?
--
-- low to high is the 95 % interval. The benchmark's verdicts on both of its ends stand beside the one on the value.
-- Where they differ, the segment has too few orders to tell one band from the next.
WITH ratios AS (
  SELECT
    CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
    grouping(c.segment) AS is_total,
    cross_sell_ratio_parts(o.order_id, o.is_cross_sell) AS ratio
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  GROUP BY ROLLUP (c.segment)
)
SELECT
  segment,
  CAST(ratio['denominator'] AS BIGINT) AS orders,
  round(ratio['value'], 1) AS cross_sell_ratio,
  round(ratio['ci_low'], 1) AS low,
  round(ratio['ci_high'], 1) AS high,
  kpi_band('cross_sell_ratio', ratio['value']) AS band,
  kpi_band('cross_sell_ratio', ratio['ci_low']) AS at_low,
  kpi_band('cross_sell_ratio', ratio['ci_high']) AS at_high
FROM ratios
ORDER BY is_total, segment;
