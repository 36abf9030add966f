SELECT segment, upsell_rate(customer_id, is_upsell) AS upsell_rate
FROM orders
GROUP BY segment
ORDER BY segment
