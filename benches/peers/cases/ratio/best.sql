SELECT segment, 100.0 * SUM(CASE WHEN is_cross_sell THEN 1 ELSE 0 END) / COUNT(is_cross_sell) AS cross_sell_ratio
FROM orders
GROUP BY segment
ORDER BY segment
