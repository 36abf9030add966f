-- How many customers of each segment hold more than one product line?
--
-- Lines are counted, not products: a customer who moves from Basic to Plus still holds one line.
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(DISTINCT o.customer_id) AS buyers,
  round(products_per_customer(o.customer_id, p.line), 2) AS lines_per_customer,
  round(penetration(o.customer_id, p.line), 1) AS two_or_more, -- the same as cross_sell_rate(o.customer_id, p.line)
  round(penetration(o.customer_id, p.line, 3), 1) AS three_or_more,
  round(penetration(o.customer_id, p.line, 4), 1) AS four
FROM customers c
JOIN orders o ON o.customer_id = c.customer_id
LEFT JOIN products p ON p.product_id = o.product_id -- LEFT: a free-text line has no product, but a buyer
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
