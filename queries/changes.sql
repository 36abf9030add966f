-- Did the cross-sell ratio of a segment change from the second-to-last quarter to the last, or is it noise?
--
-- The last quarter is that of the latest order; the data should reach to its end. p_value is the probability
-- of a change at least as large if nothing had changed, assuming that orders are independent.
WITH last AS (
  SELECT quarter, quarter - INTERVAL '3 months' AS one_before
  FROM (SELECT date_trunc('quarter', max(ordered_at)) AS quarter FROM orders)
),
sales AS (
  SELECT
    c.segment,
    o.order_id,
    o.is_cross_sell,
    o.ordered_at >= last.quarter AS is_after,
    o.ordered_at >= last.one_before AND o.ordered_at < last.quarter AS is_before
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  CROSS JOIN last
),
ratios AS (
  SELECT
    CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
    grouping(s.segment) AS is_total,
    cross_sell_ratio_parts(s.order_id, s.is_cross_sell) FILTER (WHERE s.is_before) AS before,
    cross_sell_ratio_parts(s.order_id, s.is_cross_sell) FILTER (WHERE s.is_after) AS after
  FROM sales s
  GROUP BY ROLLUP (s.segment)
),
changes AS (
  SELECT *, kpi_change(before, after) AS change
  FROM ratios
)
SELECT
  segment,
  round(before['value'], 1) AS before,
  round(after['value'], 1) AS after,
  round(change['difference'], 1) AS points,
  round(change['ci_low'], 1) AS low,
  round(change['ci_high'], 1) AS high,
  round(change['p_value'], 3) AS p_value,
  CASE
    WHEN change['p_value'] IS NULL THEN 'too few orders'
    WHEN change['p_value'] >= 0.05 THEN 'not significant'
    WHEN change['difference'] > 0 THEN 'it rose'
    ELSE 'it fell'
  END AS moved
FROM changes
ORDER BY is_total, segment;
