-- Which product lines go together, so that one is a reason to offer the other?
--
-- The basket is the customer; for what is in one order, put o.order_id in place of o.customer_id. Of the
-- customers with the base line, attach_rate % have the other one, too. A lift above 1: more than by chance.
WITH lines AS (
  SELECT DISTINCT line FROM products
)
SELECT
  base.line AS base,
  other.line AS other,
  round(attach_rate(o.customer_id, p.line = base.line, p.line = other.line), 1) AS attach_rate, -- % of base
  round(basket_support(o.customer_id, p.line = base.line, p.line = other.line), 1) AS support,  -- % of customers
  round(basket_lift(o.customer_id, p.line = base.line, p.line = other.line), 2) AS lift
FROM lines base
JOIN lines other ON other.line <> base.line
CROSS JOIN orders o
LEFT JOIN products p ON p.product_id = o.product_id
GROUP BY base.line, other.line
ORDER BY attach_rate DESC, base.line, other.line;
