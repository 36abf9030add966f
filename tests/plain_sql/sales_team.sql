WITH deals AS (
  SELECT op.*, concat(to_char(op.opened_on, '%Y'), '-Q', date_part('quarter', op.opened_on)) AS quarter
  FROM opportunities op
)
SELECT
  CASE WHEN grouping(d.quarter) = 1 THEN 'Total' ELSE d.quarter END AS quarter,
  count(DISTINCT d.owner) AS representatives,
  round(100.0 * count(DISTINCT CASE WHEN d.is_cross_sell THEN d.owner END) / count(DISTINCT d.owner), 1) AS engagement,
  count(CASE WHEN d.is_cross_sell THEN 1 END) AS cross_sells,
  count(CASE WHEN d.is_cross_sell AND d.is_qualified THEN 1 END) AS qualified,
  round(100.0 * count(CASE WHEN d.is_cross_sell AND d.is_won THEN 1 END)
    / count(CASE WHEN d.is_cross_sell THEN d.is_won END), 1) AS conversion_rate,
  round(avg(CASE WHEN d.is_cross_sell THEN CAST(d.amount AS DECIMAL(12, 2)) END), 2) AS mean_size
FROM deals d
GROUP BY ROLLUP (d.quarter)
ORDER BY grouping(d.quarter), quarter;
