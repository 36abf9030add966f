WITH buyers AS (
  SELECT c.country, o.customer_id,
    max(CASE WHEN o.is_upsell THEN 1.0 ELSE 0 END) AS up,
    max(CASE WHEN o.is_cross_sell THEN 1.0 ELSE 0 END) AS across
  FROM customers c JOIN orders o ON o.customer_id = c.customer_id
  GROUP BY c.country, o.customer_id
)
SELECT
  x.country,
  count(CASE WHEN b.country = x.country THEN 1 END) AS buyers,
  round(100 * avg(CASE WHEN b.country = x.country THEN up END), 1) AS upsell_rate,
  round(100 * avg(CASE WHEN b.country <> x.country THEN up END), 1) AS elsewhere,
  round(100 * avg(CASE WHEN b.country = x.country THEN across END), 1) AS cross_sell_rate,
  round(100 * avg(CASE WHEN b.country <> x.country THEN across END), 1) AS cross_sell_elsewhere
FROM (SELECT DISTINCT country FROM customers) AS x
CROSS JOIN buyers b
GROUP BY x.country
ORDER BY x.country;
