-- How much revenue comes from cross-selling, and is it more than the rate suggests?
--
-- A rate counts a cheap add-on like a large deal; the share weighs it by revenue. by_flag takes the lines that somebody
-- marked, by_basket all product lines outside the customer's first order, including repeat purchases of them.
WITH sales AS (
  SELECT
    c.segment,
    o.customer_id,
    o.ordered_at,
    p.line,
    CAST(o.amount AS DECIMAL(12, 2)) AS amount,
    o.is_cross_sell
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
)
SELECT
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  round(cross_sell_rate(s.customer_id, s.is_cross_sell), 1) AS cross_sell_rate,
  round(sum(s.amount), 2) AS revenue,
  round(cross_sell_revenue(s.amount, s.is_cross_sell), 2) AS by_flag,
  round(cross_sell_revenue_share(s.amount, s.is_cross_sell), 1) AS share_by_flag,
  round(cross_sell_revenue(s.customer_id, s.line, s.amount, s.ordered_at), 2) AS by_basket,
  round(cross_sell_revenue_share(s.customer_id, s.line, s.amount, s.ordered_at), 1) AS share_by_basket
FROM sales s
GROUP BY ROLLUP (s.segment)
ORDER BY grouping(s.segment), segment;
