WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines
  FROM orders o JOIN products p ON p.product_id = o.product_id
  GROUP BY o.customer_id
),
answers AS (
  SELECT c.segment, h.lines,
    CASE WHEN s.csat_score >= 4 THEN 100.0 WHEN s.csat_score < 4 THEN 0 END AS content,
    CASE WHEN s.nps_score >= 9 THEN 100.0 WHEN s.nps_score <= 6 THEN -100.0 WHEN s.nps_score > 6 THEN 0 END AS promotes
  FROM surveys s
  JOIN customers c ON c.customer_id = s.customer_id
  LEFT JOIN holdings h ON h.customer_id = s.customer_id
)
SELECT
  CASE WHEN grouping(a.segment) = 1 THEN 'Total' ELSE a.segment END AS segment,
  count(content) AS csat_answers,
  round(avg(content), 1) AS csat,
  round(avg(CASE WHEN lines = 1 THEN content END), 1) AS csat_one_line,
  round(avg(CASE WHEN lines > 1 THEN content END), 1) AS csat_several_lines,
  count(promotes) AS nps_answers,
  round(avg(promotes), 1) AS nps,
  round(avg(CASE WHEN lines = 1 THEN promotes END), 1) AS nps_one_line,
  round(avg(CASE WHEN lines > 1 THEN promotes END), 1) AS nps_several_lines
FROM answers a
GROUP BY ROLLUP (a.segment)
ORDER BY grouping(a.segment), segment;
