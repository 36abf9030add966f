SELECT
  CASE WHEN grouping(c.acquisition_channel) = 1 THEN 'Total' ELSE c.acquisition_channel END AS acquired_through,
  count(DISTINCT o.customer_id) AS buyers,
  round(100.0 * count(DISTINCT CASE WHEN o.is_upsell THEN o.customer_id END)
    / count(DISTINCT o.customer_id), 1) AS upsell_rate,
  round(100.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.customer_id END)
    / count(DISTINCT o.customer_id), 1) AS cross_sell_rate,
  round(sum(CAST(o.amount AS DECIMAL(12, 2))) / count(DISTINCT o.customer_id), 2) AS arpa
FROM customers c
JOIN orders o ON o.customer_id = c.customer_id
GROUP BY ROLLUP (c.acquisition_channel)
ORDER BY grouping(c.acquisition_channel), upsell_rate DESC, acquired_through;
