SELECT segment, SUM(amount) / COUNT(DISTINCT customer_id) AS arpa
FROM orders
GROUP BY segment
ORDER BY segment
