WITH products AS (
  SELECT segment, customer_id, product_id, MIN(ordered_at) AS first_bought
  FROM orders
  GROUP BY segment, customer_id, product_id
), customers AS (
  SELECT segment, MIN(first_bought) AS started, groupArray(first_bought) AS bought
  FROM products
  GROUP BY segment, customer_id
), cross_sold AS (
  SELECT segment, started, arrayFilter(at -> at > started, bought) AS later
  FROM customers
)
SELECT segment, AVG(dateDiff('microsecond', started, arrayMin(later)) / 86400e6) AS days
FROM cross_sold
WHERE notEmpty(later)
GROUP BY segment
ORDER BY segment
