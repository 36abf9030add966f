-- Do countries differ in upselling and cross-selling, or is it chance?
--
-- Each country is compared with all others combined: p_value is the probability of a difference at least as large if
-- there were none. Of twenty countries that do not differ, one is expected to have a p_value below 0.05. A customer is
-- in one country, so the others are the total without it.
WITH rates AS (
  SELECT
    c.country,
    grouping(c.country) AS is_total,
    upsell_rate_parts(o.customer_id, o.is_upsell) AS upsell,
    cross_sell_rate_parts(o.customer_id, o.is_cross_sell) AS cross_sell
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  GROUP BY ROLLUP (c.country)
),
elsewhere AS (
  SELECT
    *,
    max(upsell['denominator']) OVER () - upsell['denominator'] AS others,
    max(upsell['numerator']) OVER () - upsell['numerator'] AS others_up,
    max(cross_sell['numerator']) OVER () - cross_sell['numerator'] AS others_across
  FROM rates
),
compared AS (
  SELECT
    *,
    named_struct('kpi', 'upsell_rate', 'value', 100 * others_up / others, 'numerator', others_up, 'denominator', others,
      'std_error', 0.0, 'ci_low', 0.0, 'ci_high', 0.0, 'rows', 0, 'rows_ignored', 0) AS upsell_elsewhere,
    named_struct('kpi', 'cross_sell_rate', 'value', 100 * others_across / others, 'numerator', others_across, 'denominator', others,
      'std_error', 0.0, 'ci_low', 0.0, 'ci_high', 0.0, 'rows', 0, 'rows_ignored', 0) AS cross_sell_elsewhere
  FROM elsewhere
  WHERE is_total = 0
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
FROM compared
ORDER BY country;
