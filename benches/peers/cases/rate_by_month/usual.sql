SELECT month, segment, 100.0 * SUM(CASE WHEN products > 1 THEN 1 ELSE 0 END) / COUNT(*) AS cross_sell_rate
FROM (
  SELECT date_trunc('month', ordered_at) AS month, segment, customer_id, COUNT(DISTINCT product_id) AS products
  FROM orders
  GROUP BY date_trunc('month', ordered_at), segment, customer_id
) AS customers
GROUP BY month, segment
ORDER BY month, segment
