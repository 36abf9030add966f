-- Which product lines go together, so that one is a reason to offer the other?
--
-- The basket is the customer; for one order, put order_id in place of customer_id. Of the customers with the base line,
-- attach_rate % also have the other one: the product mix of those customers. A lift above 1 is more than chance.
WITH held AS (
  SELECT o.customer_id, array_agg(DISTINCT p.line) AS lines
  FROM orders o
  JOIN products p ON p.product_id = o.product_id
  WHERE o.customer_id IS NOT NULL
  GROUP BY o.customer_id
),
bases AS (
  SELECT customer_id, lines, unnest(lines) AS base FROM held
),
others AS (
  SELECT customer_id, base, unnest(lines) AS line FROM bases
),
baskets AS (
  SELECT base, product_mix(customer_id, line) AS mix FROM others GROUP BY base
),
pairs AS (
  SELECT base, row['product'] AS other, row['customers'] AS customers, row['share'] AS share
  FROM (SELECT base, unnest(mix) AS row FROM baskets)
),
sizes AS (
  SELECT
    *,
    max(CASE WHEN base = other THEN customers END) OVER (PARTITION BY base) AS with_base,
    max(CASE WHEN base = other THEN customers END) OVER (PARTITION BY other) AS with_other,
    (SELECT count(DISTINCT customer_id) FROM orders) AS everybody
  FROM pairs
)
SELECT
  base,
  other,
  round(share, 1) AS attach_rate,                        -- % of base
  round(100.0 * customers / everybody, 1) AS support,    -- % of customers
  round(1.0 * customers * everybody / (with_base * with_other), 2) AS lift
FROM sizes
WHERE base <> other
ORDER BY attach_rate DESC, base, other;
