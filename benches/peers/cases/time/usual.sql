WITH products AS (
  SELECT segment, customer_id, product_id, MIN(ordered_at) AS first_bought
  FROM orders
  GROUP BY segment, customer_id, product_id
), starts AS (
  SELECT segment, customer_id, MIN(first_bought) AS started
  FROM products
  GROUP BY segment, customer_id
), cross_sold AS (
  SELECT p.segment AS segment, p.customer_id AS customer_id, s.started AS started, MIN(p.first_bought) AS next
  FROM products AS p
  JOIN starts AS s ON p.segment = s.segment AND p.customer_id = s.customer_id
  WHERE p.first_bought > s.started
  GROUP BY p.segment, p.customer_id, s.started
)
SELECT segment, AVG((EXTRACT(EPOCH FROM next) - EXTRACT(EPOCH FROM started)) / 86400.0) AS days
FROM cross_sold
GROUP BY segment
ORDER BY segment
