-- Which products do customers hold, and which of them are cross-sold and upsold?
--
-- All three rates are over all buyers, so the products can be compared. To get that, every order line
-- meets every product; with thousands of products, name the ones you want in a WHERE on p.product_id.
SELECT
  p.product_id,
  p.name,
  count(DISTINCT o.customer_id) FILTER (WHERE o.product_id = p.product_id) AS buyers,
  round(sum(CAST(o.amount AS DECIMAL(12, 2))) FILTER (WHERE o.product_id = p.product_id), 2) AS revenue,
  round(penetration(o.customer_id, o.product_id = p.product_id), 1) AS penetration,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell AND o.product_id = p.product_id), 1) AS cross_sell_rate,
  round(upsell_rate(o.customer_id, o.is_upsell AND o.product_id = p.product_id), 1) AS upsell_rate
FROM products p
CROSS JOIN orders o
GROUP BY p.product_id, p.name
ORDER BY p.product_id;
