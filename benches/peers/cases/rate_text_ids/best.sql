SELECT segment, 100.0 * SUM(CASE WHEN first_product <> last_product THEN 1 ELSE 0 END) / COUNT(*) AS cross_sell_rate
FROM (
  SELECT segment, customer_uuid, MIN(product_id) AS first_product, MAX(product_id) AS last_product
  FROM orders
  GROUP BY segment, customer_uuid
) AS customers
GROUP BY segment
ORDER BY segment
