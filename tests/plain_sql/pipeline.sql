WITH existing AS (
  SELECT DISTINCT op.opportunity_id
  FROM opportunities op JOIN orders o ON o.customer_id = op.customer_id
  WHERE CAST(o.ordered_at AS DATE) < op.opened_on
),
deals AS (
  SELECT op.*,
    CASE
      WHEN op.is_cross_sell THEN 'Cross-sell'
      WHEN e.opportunity_id IS NOT NULL THEN 'Existing customer, same line'
      ELSE 'New customer'
    END AS deal,
    CAST(op.closed_on - op.opened_on AS BIGINT) AS days
  FROM opportunities op LEFT JOIN existing e ON e.opportunity_id = op.opportunity_id
)
SELECT
  CASE WHEN grouping(d.deal) = 1 THEN 'Total' ELSE d.deal END AS deal,
  count(*) AS opportunities,
  count(CASE WHEN d.is_qualified THEN 1 END) AS qualified,
  round(100.0 * count(CASE WHEN d.is_won THEN 1 END) / count(d.is_won), 1) AS conversion_rate,
  round(avg(CAST(d.amount AS DECIMAL(12, 2))), 2) AS mean_size,
  round(avg(d.days), 1) AS mean_cycle_days,
  round(median(CAST(d.days AS DOUBLE)), 1) AS median_cycle_days,
  round(100.0 * count(CASE WHEN d.is_implementation_success THEN 1 END)
    / count(d.is_implementation_success), 1) AS implementation_success
FROM deals d
GROUP BY ROLLUP (d.deal)
ORDER BY grouping(d.deal), deal;
