SELECT
  segment,
  100.0 * SUM(CASE WHEN first_product <> last_product THEN 1 ELSE 0 END) / COUNT(*) AS cross_sell_rate,
  100.0 * SUM(upsold) / COUNT(*) AS upsell_rate,
  SUM(revenue) / COUNT(*) AS arpa,
  100.0 * SUM(CASE WHEN first_order <> last_order THEN 1 ELSE 0 END) / COUNT(*) AS repeat_purchase_rate
FROM (
  SELECT
    segment, customer_id,
    MIN(product_id) AS first_product, MAX(product_id) AS last_product,
    MAX(CASE WHEN is_upsell THEN 1 ELSE 0 END) AS upsold,
    SUM(amount) AS revenue,
    MIN(order_id) AS first_order, MAX(order_id) AS last_order
  FROM orders
  GROUP BY segment, customer_id
) AS customers
GROUP BY segment
ORDER BY segment
