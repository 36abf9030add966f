-- Do countries differ in upselling and cross-selling, or is it chance?
--
-- Each country against all others together: p_value is the probability of a difference at least as large if
-- there were none. Of twenty countries without any difference, one has a p_value below 0.05.
WITH countries AS (
  SELECT DISTINCT country FROM customers
),
rates AS (
  SELECT
    x.country,
    upsell_rate_parts(o.customer_id, o.is_upsell) FILTER (WHERE c.country = x.country) AS upsell,
    upsell_rate_parts(o.customer_id, o.is_upsell) FILTER (WHERE c.country <> x.country) AS upsell_elsewhere,
    cross_sell_rate_parts(o.customer_id, o.is_cross_sell) FILTER (WHERE c.country = x.country) AS cross_sell,
    cross_sell_rate_parts(o.customer_id, o.is_cross_sell) FILTER (WHERE c.country <> x.country) AS cross_sell_elsewhere
  FROM countries x
  CROSS JOIN orders o
  JOIN customers c ON c.customer_id = o.customer_id
  GROUP BY x.country
)
SELECT
  country,
  CAST(upsell['denominator'] AS BIGINT) AS buyers,
  round(upsell['value'], 1) AS upsell_rate,
  round(upsell_elsewhere['value'], 1) AS elsewhere,
  round(kpi_change(upsell_elsewhere, upsell)['p_value'], 3) AS p_value,
  round(cross_sell['value'], 1) AS cross_sell_rate,
  round(cross_sell_elsewhere['value'], 1) AS cross_sell_elsewhere,
  round(kpi_change(cross_sell_elsewhere, cross_sell)['p_value'], 3) AS cross_sell_p_value
FROM rates
ORDER BY country;
