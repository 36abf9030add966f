-- Do the customers of a year ago pay more today, net of those who left?
--
-- In % of their recurring revenue a year ago. Above 100, upgrades outweigh what was lost (NRR). GRR caps each
-- customer at what it paid then, so it shows only the loss. Customers won since then count in neither.
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(DISTINCT s.customer_id) FILTER (WHERE s.mrr_start > 0) AS customers,
  round(sum(CAST(s.mrr_start AS DECIMAL(12, 2))), 2) AS mrr_a_year_ago,
  round(nrr(s.customer_id, CAST(s.mrr_start AS DECIMAL(12, 2)), CAST(s.mrr_end AS DECIMAL(12, 2))), 1) AS nrr,
  round(grr(s.customer_id, CAST(s.mrr_start AS DECIMAL(12, 2)), CAST(s.mrr_end AS DECIMAL(12, 2))), 1) AS grr
FROM subscriptions s
JOIN customers c ON c.customer_id = s.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
