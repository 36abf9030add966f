-- Are customers with several product lines worth more?
--
-- Customer value (ARPA) = purchase value × frequency; lifetime value = customer value per year × lifespan. The
-- lifespan is the one in the rows, from first to last purchase: with a short history it is short for everybody.
WITH holdings AS (
  SELECT o.customer_id, count(DISTINCT p.line) AS lines
  FROM orders o
  JOIN products p ON p.product_id = o.product_id
  WHERE o.customer_id IS NOT NULL
  GROUP BY o.customer_id
),
sales AS (
  SELECT h.lines, o.customer_id, o.order_id, o.ordered_at, CAST(o.amount AS DECIMAL(12, 2)) AS amount
  FROM orders o
  JOIN holdings h ON h.customer_id = o.customer_id
)
SELECT
  CASE WHEN grouping(s.lines) = 1 THEN 'Total' ELSE CAST(s.lines AS VARCHAR) END AS product_lines,
  count(DISTINCT s.customer_id) AS customers,
  round(average_purchase_value(s.order_id, s.amount), 2) AS purchase_value,   -- revenue ÷ orders
  round(purchase_frequency(s.customer_id, s.order_id), 1) AS frequency,       -- orders ÷ customers
  round(arpa(s.customer_id, s.amount), 2) AS arpa,                            -- revenue ÷ customers
  round(customer_lifespan(s.customer_id, s.ordered_at), 2) AS lifespan_years,
  round(clv(s.customer_id, s.amount, s.ordered_at), 2) AS clv,
  round(repeat_purchase_rate(s.customer_id, s.order_id), 1) AS repeat_purchase_rate
FROM sales s
GROUP BY ROLLUP (s.lines)
ORDER BY grouping(s.lines), product_lines;
