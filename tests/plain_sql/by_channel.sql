SELECT
  channel,
  count(DISTINCT order_id) AS orders,
  round(100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN order_id END)
    / count(DISTINCT CASE WHEN is_cross_sell IS NOT NULL THEN order_id END), 1) AS cross_sell_ratio,
  round(100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN customer_id END) / min(buyers), 1) AS rate_over_all_buyers,
  round(100.0 * count(DISTINCT CASE WHEN is_cross_sell THEN customer_id END)
    / count(DISTINCT customer_id), 1) AS rate_over_its_buyers
FROM orders
CROSS JOIN (SELECT count(DISTINCT customer_id) AS buyers FROM orders) AS everybody
GROUP BY channel
ORDER BY channel;
