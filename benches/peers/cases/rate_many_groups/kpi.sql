SELECT region, cross_sell_rate(customer_id, product_id) AS cross_sell_rate
FROM orders
GROUP BY region
ORDER BY region
