-- Are customers with several product lines more satisfied, and do they recommend us more?
--
-- CSAT is the percentage of scores of 4 and 5; NPS runs from -100 to 100. Unanswered questions do not
-- count.
WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines
  FROM orders o
  JOIN products p ON p.product_id = o.product_id
  GROUP BY o.customer_id
)
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(s.csat_score) AS csat_answers,
  round(csat(s.csat_score), 1) AS csat,
  round(csat(s.csat_score) FILTER (WHERE h.lines = 1), 1) AS csat_one_line,
  round(csat(s.csat_score) FILTER (WHERE h.lines > 1), 1) AS csat_several_lines,
  count(s.nps_score) AS nps_answers,
  round(nps(s.nps_score), 1) AS nps,
  round(nps(s.nps_score) FILTER (WHERE h.lines = 1), 1) AS nps_one_line,
  round(nps(s.nps_score) FILTER (WHERE h.lines > 1), 1) AS nps_several_lines
FROM surveys s
JOIN customers c ON c.customer_id = s.customer_id
LEFT JOIN holdings h ON h.customer_id = s.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
