-- Which products and product lines do customers hold, and which of them are cross-sold and upsold?
--
-- All rates are over all buyers, so products can be compared. The customers of each product are counted in one pass over
-- the orders, and all buyers in another.
SELECT
  CASE WHEN grouping(p.line) = 1 THEN 'Total' ELSE p.line END AS line,
  CASE WHEN grouping(p.product_id) = 1 THEN 'all' ELSE p.product_id END AS product_id,
  count(DISTINCT o.customer_id) AS buyers,
  round(sum(CAST(o.amount AS DECIMAL(12, 2))), 2) AS revenue,
  round(100.0 * count(DISTINCT o.customer_id) / everybody.buyers, 1) AS penetration,
  round(100 * cross_sell_rate_parts(o.customer_id, o.is_cross_sell)['numerator'] / everybody.buyers, 1) AS cross_sell_rate,
  round(100 * upsell_rate_parts(o.customer_id, o.is_upsell)['numerator'] / everybody.buyers, 1) AS upsell_rate
FROM products p
LEFT JOIN orders o ON o.product_id = p.product_id -- LEFT: a product that nobody has bought is in the list, too
CROSS JOIN (SELECT count(DISTINCT customer_id) AS buyers FROM orders) AS everybody
GROUP BY ROLLUP (p.line, p.product_id), everybody.buyers
ORDER BY grouping(p.line), line, grouping(p.product_id), product_id;
