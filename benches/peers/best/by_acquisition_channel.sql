WITH buyers AS (
  SELECT
    customer_id,
    bool_or(is_upsell) AS has_upsell,
    bool_or(is_cross_sell) AS has_cross_sell,
    sum(CAST(amount AS DECIMAL(12, 2))) AS revenue
  FROM orders
  GROUP BY customer_id
)
SELECT
  CASE WHEN grouping(c.acquisition_channel) = 1 THEN 'Total' ELSE c.acquisition_channel END AS acquired_through,
  count(*) AS buyers,
  round(100.0 * count(*) FILTER (WHERE has_upsell) / count(*), 1) AS upsell_rate,
  round(100.0 * count(*) FILTER (WHERE has_cross_sell) / count(*), 1) AS cross_sell_rate,
  round(sum(revenue) / count(*), 2) AS arpa
FROM customers c
JOIN buyers b ON b.customer_id = c.customer_id
GROUP BY ROLLUP (c.acquisition_channel)
ORDER BY grouping(c.acquisition_channel), upsell_rate DESC, acquired_through;
