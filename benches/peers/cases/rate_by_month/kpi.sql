SELECT date_trunc('month', ordered_at) AS month, segment, cross_sell_rate(customer_id, product_id) AS cross_sell_rate
FROM orders
GROUP BY month, segment
ORDER BY month, segment
