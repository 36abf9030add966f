-- How many days after the first order do customers buy something else?
--
-- By product line, an upgrade from Basic to Plus is not a cross-sell; by product, it is one.
-- Customers without a later purchase are left out of the mean: read it together with the rate.
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(DISTINCT o.customer_id) AS buyers,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell), 1) AS cross_sell_rate,
  round(time_to_cross_sell(o.customer_id, p.line, CAST(o.ordered_at AS DATE)), 1) AS days_to_other_line,
  round(median_time_to_cross_sell(o.customer_id, p.line, CAST(o.ordered_at AS DATE)), 1) AS median_days,
  round(time_to_cross_sell(o.customer_id, o.product_id, CAST(o.ordered_at AS DATE)), 1) AS days_to_other_product
FROM customers c
JOIN orders o ON o.customer_id = c.customer_id
LEFT JOIN products p ON p.product_id = o.product_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
