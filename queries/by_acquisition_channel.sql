-- Which marketing channels bring in customers who are later upsold?
SELECT
  CASE WHEN grouping(c.acquisition_channel) = 1 THEN 'Total' ELSE c.acquisition_channel END AS acquired_through,
  count(DISTINCT o.customer_id) AS buyers,
  round(upsell_rate(o.customer_id, o.is_upsell), 1) AS upsell_rate,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell), 1) AS cross_sell_rate,
  round(arpa(o.customer_id, CAST(o.amount AS DECIMAL(12, 2))), 2) AS arpa
FROM customers c
JOIN orders o ON o.customer_id = c.customer_id
GROUP BY ROLLUP (c.acquisition_channel)
ORDER BY grouping(c.acquisition_channel), upsell_rate DESC, acquired_through;
