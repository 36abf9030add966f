SELECT segment, cross_sell_ratio(is_cross_sell) AS cross_sell_ratio
FROM orders
GROUP BY segment
ORDER BY segment
