-- What are our KPIs, by segment and in total?
--
-- Over the whole history. The total counts each customer once, so it is neither the sum nor the mean of its
-- segments. For another breakdown, such as industry or country, put its column in place of c.segment.
WITH sales AS (
  SELECT
    c.segment,
    o.customer_id,
    o.order_id,
    o.ordered_at,
    p.line,
    CAST(o.amount AS DECIMAL(12, 2)) AS amount, -- exact cents, from a CSV too
    o.is_cross_sell,
    o.is_upsell
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id -- LEFT: a free-text line has no product, but a buyer
)
SELECT
  CASE WHEN grouping(s.segment) = 1 THEN 'Total' ELSE s.segment END AS segment,
  count(DISTINCT s.customer_id) AS customers,
  round(cross_sell_rate(s.customer_id, s.is_cross_sell), 1) AS cross_sell_rate,     -- % of customers
  round(cross_sell_ratio(s.order_id, s.is_cross_sell), 1) AS cross_sell_ratio,      -- % of orders
  round(cross_sell_revenue_share(s.amount, s.is_cross_sell), 1) AS cross_sell_share, -- % of revenue
  round(upsell_rate(s.customer_id, s.is_upsell), 1) AS upsell_rate,                 -- % of customers
  round(penetration(s.customer_id, s.line), 1) AS several_lines,                    -- % of customers
  round(time_to_cross_sell(s.customer_id, s.line, CAST(s.ordered_at AS DATE))) AS days_to_cross_sell,
  round(arpa(s.customer_id, s.amount), 2) AS arpa,
  round(clv(s.customer_id, s.amount, s.ordered_at), 2) AS clv
FROM sales s
GROUP BY ROLLUP (s.segment)
ORDER BY grouping(s.segment), segment;
