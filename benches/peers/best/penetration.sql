WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines
  FROM orders o
  LEFT JOIN products p ON p.product_id = o.product_id
  GROUP BY o.customer_id
)
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(*) AS buyers,
  round(avg(lines), 2) AS lines_per_customer,
  round(avg(CASE WHEN lines >= 2 THEN 100.0 ELSE 0 END), 1) AS two_or_more,
  round(avg(CASE WHEN lines >= 3 THEN 100.0 ELSE 0 END), 1) AS three_or_more,
  round(avg(CASE WHEN lines >= 4 THEN 100.0 ELSE 0 END), 1) AS four
FROM customers c
JOIN holdings h ON h.customer_id = c.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
