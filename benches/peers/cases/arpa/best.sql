SELECT segment, SUM(revenue) / COUNT(*) AS arpa
FROM (
  SELECT segment, customer_id, SUM(amount) AS revenue
  FROM orders
  GROUP BY segment, customer_id
) AS customers
GROUP BY segment
ORDER BY segment
