-- What is the cross-sell rate over all customers, and over those who have ordered?
--
-- A rate is over the customers in the rows it sees. After this LEFT JOIN, c.customer_id is every
-- customer, and o.customer_id is NULL for those without an order; NULL customers are ignored. An inner
-- JOIN instead would give buyers in both columns.
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(DISTINCT c.customer_id) AS customers,
  round(cross_sell_rate(c.customer_id, o.is_cross_sell), 1) AS over_all_customers,
  count(DISTINCT o.customer_id) AS buyers,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell), 1) AS over_buyers
FROM customers c
LEFT JOIN orders o ON o.customer_id = c.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
