-- What are our figures made of, and how many rows did they leave out?
--
-- value = 100 × numerator ÷ denominator for a percentage, numerator ÷ denominator for a mean. rows_ignored counts
-- the rows without a customer, an order or a flag that the figure needs.
WITH figures AS (
  SELECT
    unnest(make_array(
      cross_sell_rate_parts(customer_id, is_cross_sell),
      cross_sell_ratio_parts(order_id, is_cross_sell),
      upsell_rate_parts(customer_id, is_upsell),
      penetration_parts(customer_id, product_id),
      arpa_parts(customer_id, CAST(amount AS DECIMAL(12, 2)))
    )) AS figure
  FROM orders
)
SELECT
  figure['kpi'] AS kpi,
  round(figure['value'], 2) AS value,
  round(figure['numerator'], 2) AS numerator,
  figure['denominator'] AS denominator,
  figure['rows'] AS rows,
  figure['rows_ignored'] AS rows_ignored
FROM figures
ORDER BY kpi;
