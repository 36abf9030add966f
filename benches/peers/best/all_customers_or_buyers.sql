WITH buyers AS (
  SELECT customer_id, bool_or(is_cross_sell) AS has_cross_sell FROM orders GROUP BY customer_id
)
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(*) AS customers,
  round(100.0 * count(*) FILTER (WHERE has_cross_sell) / count(*), 1) AS over_all_customers,
  count(b.customer_id) AS buyers,
  round(100.0 * count(*) FILTER (WHERE has_cross_sell) / count(b.customer_id), 1) AS over_buyers
FROM customers c
LEFT JOIN buyers b ON b.customer_id = c.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
