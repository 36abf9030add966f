-- In which industries do we cross-sell and upsell, so that each can be held against its benchmark?
--
-- For another cut, such as country, put its column in place of c.industry.
SELECT
  CASE WHEN grouping(c.industry) = 1 THEN 'Total' ELSE c.industry END AS industry,
  count(DISTINCT o.customer_id) AS buyers,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell), 1) AS cross_sell_rate,
  round(cross_sell_ratio(o.order_id, o.is_cross_sell), 1) AS cross_sell_ratio,
  round(upsell_rate(o.customer_id, o.is_upsell), 1) AS upsell_rate,
  round(arpa(o.customer_id, CAST(o.amount AS DECIMAL(12, 2))), 2) AS arpa
FROM customers c
JOIN orders o ON o.customer_id = c.customer_id
GROUP BY ROLLUP (c.industry)
ORDER BY grouping(c.industry), industry;
