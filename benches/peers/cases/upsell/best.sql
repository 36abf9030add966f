SELECT segment, 100.0 * SUM(upsold) / COUNT(*) AS upsell_rate
FROM (
  SELECT segment, customer_id, MAX(CASE WHEN is_upsell THEN 1 ELSE 0 END) AS upsold
  FROM orders
  GROUP BY segment, customer_id
) AS customers
GROUP BY segment
ORDER BY segment
