SELECT region, 100.0 * SUM(CASE WHEN first_product <> last_product THEN 1 ELSE 0 END) / COUNT(*) AS cross_sell_rate
FROM (
  SELECT region, customer_id, MIN(product_id) AS first_product, MAX(product_id) AS last_product
  FROM orders
  GROUP BY region, customer_id
) AS customers
GROUP BY region
ORDER BY region
