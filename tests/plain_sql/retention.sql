WITH paying AS (
  SELECT min(c.segment) AS segment,
    sum(CAST(s.mrr_start AS DECIMAL(12, 2))) AS then_paid,
    sum(CAST(s.mrr_end AS DECIMAL(12, 2))) AS now_paid
  FROM subscriptions s JOIN customers c ON c.customer_id = s.customer_id
  GROUP BY s.customer_id
  HAVING sum(CAST(s.mrr_start AS DECIMAL(12, 2))) > 0
)
SELECT
  CASE WHEN grouping(p.segment) = 1 THEN 'Total' ELSE p.segment END AS segment,
  count(*) AS customers,
  sum(then_paid) AS mrr_a_year_ago,
  round(100.0 * sum(now_paid) / sum(then_paid), 1) AS nrr,
  round(100.0 * sum(least(then_paid, now_paid)) / sum(then_paid), 1) AS grr
FROM paying p
GROUP BY ROLLUP (p.segment)
ORDER BY grouping(p.segment), segment;
