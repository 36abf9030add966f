SELECT
  segment,
  cross_sell_rate(customer_id, product_id) AS cross_sell_rate,
  upsell_rate(customer_id, is_upsell) AS upsell_rate,
  arpa(customer_id, amount) AS arpa,
  repeat_purchase_rate(customer_id, order_id) AS repeat_purchase_rate
FROM orders
GROUP BY segment
ORDER BY segment
