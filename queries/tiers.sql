-- In which product lines do customers move up to a higher tier, and what do they pay for it?
--
-- from_tiers finds every move above the first tier of the line; from_flags and the revenue include only what
-- somebody marked as an upsell.
SELECT
  CASE WHEN grouping(p.line) = 1 THEN 'Total' ELSE p.line END AS line,
  count(DISTINCT o.customer_id) AS buyers,
  round(upsell_rate(o.customer_id, p.line, p.tier, o.ordered_at), 1) AS from_tiers,
  round(upsell_rate(o.customer_id, o.is_upsell), 1) AS from_flags,
  round(upsell_revenue(CAST(o.amount AS DECIMAL(12, 2)), o.is_upsell), 2) AS upsell_revenue
FROM orders o
JOIN products p ON p.product_id = o.product_id
GROUP BY ROLLUP (p.line)
ORDER BY grouping(p.line), line;
