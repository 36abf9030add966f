WITH holdings AS (
  SELECT c.segment, o.customer_id, count(DISTINCT p.line) AS lines
  FROM customers c
  JOIN orders o ON o.customer_id = c.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
  GROUP BY c.segment, o.customer_id
)
SELECT
  CASE WHEN grouping(h.segment) = 1 THEN 'Total' ELSE h.segment END AS segment,
  count(*) AS buyers,
  round(avg(lines), 2) AS lines_per_customer,
  round(avg(CASE WHEN lines >= 2 THEN 100.0 ELSE 0 END), 1) AS two_or_more,
  round(avg(CASE WHEN lines >= 3 THEN 100.0 ELSE 0 END), 1) AS three_or_more,
  round(avg(CASE WHEN lines >= 4 THEN 100.0 ELSE 0 END), 1) AS four
FROM holdings h
GROUP BY ROLLUP (h.segment)
ORDER BY grouping(h.segment), segment;
