SELECT segment, cross_sell_rate(customer_id, product_id) AS cross_sell_rate
FROM orders
GROUP BY segment
ORDER BY segment
