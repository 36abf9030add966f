SELECT segment, arpa(customer_id, amount) AS arpa
FROM orders
GROUP BY segment
ORDER BY segment
