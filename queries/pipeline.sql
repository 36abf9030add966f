-- Do cross-sell deals do better and close faster than deals with new customers?
--
-- A customer counts as new if the deal was opened before the first order. Open opportunities have no outcome yet:
-- they count as opportunities, but in none of the other columns except the size.
WITH buyers AS (
  SELECT customer_id, min(CAST(ordered_at AS DATE)) AS first_order_on
  FROM orders
  GROUP BY customer_id
),
deals AS (
  SELECT
    op.*,
    CASE
      WHEN op.is_cross_sell THEN 'Cross-sell'
      WHEN b.first_order_on < op.opened_on THEN 'Existing customer, same line'
      ELSE 'New customer'
    END AS deal
  FROM opportunities op
  LEFT JOIN buyers b ON b.customer_id = op.customer_id
)
SELECT
  CASE WHEN grouping(d.deal) = 1 THEN 'Total' ELSE d.deal END AS deal,
  count(*) AS opportunities,
  cross_sell_qualified_opportunities(d.opportunity_id, d.is_qualified) AS qualified,
  round(cross_sell_conversion_rate(d.is_won), 1) AS conversion_rate,         -- % of the decided
  round(cross_sell_opportunity_size(CAST(d.amount AS DECIMAL(12, 2))), 2) AS mean_size,
  round(sales_cycle_length(d.opened_on, d.closed_on), 1) AS mean_cycle_days,
  round(median_sales_cycle_length(d.opened_on, d.closed_on), 1) AS median_cycle_days,
  round(implementation_success_rate(d.is_implementation_success), 1) AS implementation_success -- % of the won
FROM deals d
GROUP BY ROLLUP (d.deal)
ORDER BY grouping(d.deal), deal;
