-- How is cross-selling going?
-- target: cross_sell_ratio 15
-- baseline: 2025-12
--
-- Orders of known customers in the last 18 months. The total is not the mean of the segments: it counts each order once.

-- How many of a month's orders sold something from another product line?
-- name: cross_sell_ratio
SELECT
  date_trunc('month', o.ordered_at) AS month,
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  cross_sell_ratio_parts(o.order_id, o.is_cross_sell) AS cross_sell_ratio
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
GROUP BY GROUPING SETS ((date_trunc('month', o.ordered_at), c.segment), (date_trunc('month', o.ordered_at)))
ORDER BY month, segment;

-- Which share of each segment's customers holds which product line?
-- name: product_lines
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  product_mix(o.customer_id, p.line) AS product_lines
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
JOIN products p ON p.product_id = o.product_id
GROUP BY ROLLUP (c.segment)
ORDER BY segment;
