SELECT
  to_char(o.ordered_at, '%Y-%m') AS month,
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(DISTINCT CAST(o.ordered_at AS DATE)) AS days,
  round(100.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.customer_id END)
    / count(DISTINCT o.customer_id), 1) AS cross_sell_rate,
  round(100.0 * count(DISTINCT CASE WHEN o.is_upsell THEN o.customer_id END)
    / count(DISTINCT o.customer_id), 1) AS upsell_rate,
  round(sum(CAST(o.amount AS DECIMAL(12, 2))) / count(DISTINCT o.customer_id), 2) AS arpa
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
GROUP BY GROUPING SETS ((to_char(o.ordered_at, '%Y-%m'), c.segment), (to_char(o.ordered_at, '%Y-%m')))
ORDER BY 1, grouping(c.segment), 2;
