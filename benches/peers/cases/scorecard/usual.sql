SELECT
  segment,
  100.0 * SUM(CASE WHEN products > 1 THEN 1 ELSE 0 END) / COUNT(*) AS cross_sell_rate,
  100.0 * SUM(upsold) / COUNT(*) AS upsell_rate,
  SUM(revenue) / COUNT(*) AS arpa,
  100.0 * SUM(CASE WHEN orders > 1 THEN 1 ELSE 0 END) / COUNT(*) AS repeat_purchase_rate
FROM (
  SELECT
    segment, customer_id,
    COUNT(DISTINCT product_id) AS products,
    MAX(CASE WHEN is_upsell THEN 1 ELSE 0 END) AS upsold,
    SUM(amount) AS revenue,
    COUNT(DISTINCT order_id) AS orders
  FROM orders
  GROUP BY segment, customer_id
) AS customers
GROUP BY segment
ORDER BY segment
