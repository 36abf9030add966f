WITH products AS (
  SELECT segment, customer_id, product_id, MIN(ordered_at) AS first_bought
  FROM orders
  GROUP BY segment, customer_id, product_id
), starts AS (
  SELECT segment, customer_id, first_bought, MIN(first_bought) OVER (PARTITION BY segment, customer_id) AS started
  FROM products
), cross_sold AS (
  SELECT segment, customer_id, started, MIN(first_bought) AS next
  FROM starts
  WHERE first_bought > started
  GROUP BY segment, customer_id, started
)
SELECT segment, AVG((EXTRACT(EPOCH FROM next) - EXTRACT(EPOCH FROM started)) / 86400.0) AS days
FROM cross_sold
GROUP BY segment
ORDER BY segment
