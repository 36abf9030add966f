-- Which products and product lines do customers hold, and which of them are cross-sold and upsold?
--
-- All rates are over all buyers, so the products can be compared. To get that, every order line meets every
-- product; with thousands of products, name the ones you want in a WHERE on p.product_id.
SELECT
  CASE WHEN grouping(p.line) = 1 THEN 'Total' ELSE p.line END AS line,
  CASE WHEN grouping(p.product_id) = 1 THEN 'all' ELSE p.product_id END AS product_id,
  count(DISTINCT o.customer_id) FILTER (WHERE o.product_id = p.product_id) AS buyers,
  round(sum(CAST(o.amount AS DECIMAL(12, 2))) FILTER (WHERE o.product_id = p.product_id), 2) AS revenue,
  round(penetration(o.customer_id, o.product_id = p.product_id), 1) AS penetration,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell AND o.product_id = p.product_id), 1) AS cross_sell_rate,
  round(upsell_rate(o.customer_id, o.is_upsell AND o.product_id = p.product_id), 1) AS upsell_rate
FROM products p
CROSS JOIN orders o
GROUP BY ROLLUP (p.line, p.product_id)
ORDER BY grouping(p.line), line, grouping(p.product_id), product_id;
