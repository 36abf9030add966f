WITH rates AS (
  SELECT c.segment,
    100.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.order_id END)
      / count(DISTINCT CASE WHEN o.is_cross_sell IS NOT NULL THEN o.order_id END) AS ratio,
    100.0 * count(DISTINCT CASE WHEN o.is_upsell THEN o.customer_id END) / count(DISTINCT o.customer_id) AS upsell
  FROM orders o JOIN customers c ON c.customer_id = o.customer_id
  GROUP BY c.segment
)
SELECT
  segment,
  round(ratio, 1) AS cross_sell_ratio,
  CASE WHEN ratio >= CASE segment WHEN 'Enterprise' THEN 20 WHEN 'Mid-Market' THEN 15 WHEN 'SMB' THEN 12.5 ELSE 10 END
    THEN 'met' ELSE 'missed' END AS cross_sell_target,
  round(upsell, 1) AS upsell_rate,
  CASE WHEN upsell >= CASE segment WHEN 'Enterprise' THEN 30 WHEN 'Mid-Market' THEN 20 WHEN 'SMB' THEN 15 ELSE 12 END
    THEN 'met' ELSE 'missed' END AS upsell_target
FROM rates
ORDER BY segment;
