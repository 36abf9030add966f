SELECT
  coalesce(sales_rep, '(none)') AS sales_rep,
  count(DISTINCT customer_id) AS customers,
  count(DISTINCT order_id) AS orders,
  round(100.0 * count(DISTINCT CASE WHEN is_upsell THEN customer_id END)
    / count(DISTINCT customer_id), 1) AS upsell_rate,
  round(100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN customer_id END)
    / count(DISTINCT customer_id), 1) AS cross_sell_rate,
  round(100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN order_id END)
    / count(DISTINCT CASE WHEN is_cross_sell IS NOT NULL THEN order_id END), 1) AS cross_sell_ratio,
  round(sum(CAST(amount AS DECIMAL(12, 2))) / count(DISTINCT customer_id), 2) AS arpa
FROM orders
WHERE customer_id IS NOT NULL
GROUP BY sales_rep
ORDER BY upsell_rate DESC, sales_rep;
