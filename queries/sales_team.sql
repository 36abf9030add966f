-- Does the whole sales team pursue cross-sells, quarter by quarter?
--
-- A representative pursues cross-sells by opening at least one cross-sell opportunity in the quarter; the team consists
-- of those who opened any opportunity. The other columns cover cross-sells only.
WITH deals AS (
  SELECT op.*, concat(to_char(op.opened_on, '%Y'), '-Q', date_part('quarter', op.opened_on)) AS quarter
  FROM opportunities op
)
SELECT
  CASE WHEN grouping(d.quarter) = 1 THEN 'Total' ELSE d.quarter END AS quarter,
  count(DISTINCT d.owner) AS representatives,
  round(sales_team_engagement(d.owner, d.is_cross_sell), 1) AS engagement, -- % of representatives
  count(*) FILTER (WHERE d.is_cross_sell) AS cross_sells,
  cross_sell_qualified_opportunities(d.opportunity_id, d.is_qualified AND d.is_cross_sell) AS qualified,
  round(cross_sell_conversion_rate(d.is_won) FILTER (WHERE d.is_cross_sell), 1) AS conversion_rate,
  round(cross_sell_opportunity_size(CAST(d.amount AS DECIMAL(12, 2)), d.is_cross_sell), 2) AS mean_size
FROM deals d
GROUP BY ROLLUP (d.quarter)
ORDER BY grouping(d.quarter), quarter;
