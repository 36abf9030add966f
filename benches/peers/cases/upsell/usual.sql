SELECT
  segment,
  100.0 * COUNT(DISTINCT CASE WHEN is_upsell THEN customer_id END) / COUNT(DISTINCT customer_id) AS upsell_rate
FROM orders
GROUP BY segment
ORDER BY segment
