SELECT region, 100.0 * SUM(CASE WHEN products > 1 THEN 1 ELSE 0 END) / COUNT(*) AS cross_sell_rate
FROM (
  SELECT region, customer_id, COUNT(DISTINCT product_id) AS products
  FROM orders
  GROUP BY region, customer_id
) AS customers
GROUP BY region
ORDER BY region
