SELECT segment, AVG(products) AS products
FROM (
  SELECT segment, customer_id, COUNT(DISTINCT product_id) AS products
  FROM orders
  GROUP BY segment, customer_id
) AS customers
GROUP BY segment
ORDER BY segment
