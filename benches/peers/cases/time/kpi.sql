SELECT segment, time_to_cross_sell(customer_id, product_id, ordered_at) AS days
FROM orders
GROUP BY segment
ORDER BY segment
