-- Do customers recommend us, and those with several product lines more than the others?
--
-- NPS runs from -100 to 100; an unanswered question does not count.
WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines
  FROM orders o
  JOIN products p ON p.product_id = o.product_id
  GROUP BY o.customer_id
)
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(s.nps_score) AS answers,
  round(nps(s.nps_score), 1) AS nps,
  round(nps(s.nps_score) FILTER (WHERE h.lines = 1), 1) AS nps_one_line,
  round(nps(s.nps_score) FILTER (WHERE h.lines > 1), 1) AS nps_several_lines
FROM surveys s
JOIN customers c ON c.customer_id = s.customer_id
LEFT JOIN holdings h ON h.customer_id = s.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
