WITH products AS (
  SELECT segment, customer_id, product_id, MIN(ordered_at) AS first_bought
  FROM orders
  GROUP BY segment, customer_id, product_id
), customers AS (
  SELECT segment, MIN(first_bought) AS started, LIST(first_bought) AS bought
  FROM products
  GROUP BY segment, customer_id
), cross_sold AS (
  SELECT segment, started, LIST_MIN(LIST_FILTER(bought, lambda time: time > started)) AS next
  FROM customers
)
SELECT segment, AVG((EXTRACT(EPOCH FROM next) - EXTRACT(EPOCH FROM started)) / 86400.0) AS days
FROM cross_sold
WHERE next IS NOT NULL
GROUP BY segment
ORDER BY segment
