-- How does the cross-sell ratio of each segment move from quarter to quarter?
--
-- The last five quarters, so that the latest stands beside the same quarter of the previous year.
-- The first and the last quarter of an export may be incomplete.
WITH sales AS (
  SELECT
    concat(to_char(o.ordered_at, '%Y'), '-Q', date_part('quarter', o.ordered_at)) AS quarter,
    c.segment,
    o.customer_id,
    o.order_id,
    o.is_cross_sell,
    o.is_upsell
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  WHERE o.ordered_at >= (SELECT date_trunc('quarter', max(ordered_at)) - INTERVAL '12 months' FROM orders)
),
quarters AS (
  SELECT
    quarter,
    CASE WHEN grouping(segment) = 1 THEN 'Total' ELSE segment END AS segment,
    grouping(segment) AS is_total,
    count(DISTINCT order_id) AS orders,
    cross_sell_ratio(order_id, is_cross_sell) AS ratio,
    cross_sell_rate(customer_id, is_cross_sell) AS cross_sell_rate,
    upsell_rate(customer_id, is_upsell) AS upsell_rate
  FROM sales
  GROUP BY GROUPING SETS ((quarter, segment), (quarter))
)
SELECT
  segment,
  quarter,
  orders,
  round(ratio, 1) AS cross_sell_ratio,
  CAST(ratio - lag(ratio) OVER (PARTITION BY segment ORDER BY quarter) AS DECIMAL(5, 1)) AS change_in_points,
  round(cross_sell_rate, 1) AS cross_sell_rate,
  round(upsell_rate, 1) AS upsell_rate
FROM quarters
ORDER BY is_total, segment, quarter;
