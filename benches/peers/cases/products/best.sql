SELECT segment, AVG(products) AS products
FROM (
  SELECT segment, customer_id, COUNT(*) AS products
  FROM (
    SELECT segment, customer_id, product_id
    FROM orders
    GROUP BY segment, customer_id, product_id
  ) AS pairs
  GROUP BY segment, customer_id
) AS customers
GROUP BY segment
ORDER BY segment
