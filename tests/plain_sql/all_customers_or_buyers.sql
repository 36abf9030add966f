SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(DISTINCT c.customer_id) AS customers,
  round(100.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN c.customer_id END)
    / count(DISTINCT c.customer_id), 1) AS over_all_customers,
  count(DISTINCT o.customer_id) AS buyers,
  round(100.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN c.customer_id END)
    / count(DISTINCT o.customer_id), 1) AS over_buyers
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
