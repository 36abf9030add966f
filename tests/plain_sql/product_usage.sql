WITH total AS (
  SELECT 0 AS is_total, product_id AS product, customer_id, usage_month, is_used, active_days FROM product_usage
  UNION ALL
  SELECT 1, 'Total', customer_id, usage_month, is_used, active_days FROM product_usage
)
SELECT
  product AS product_id,
  count(DISTINCT customer_id) AS customers,
  -- One row is a product of a customer in a month, so rows can be counted.
  round(avg(CASE WHEN usage_month = '2026-06-01' THEN CASE WHEN is_used THEN 100.0 ELSE 0 END END), 1) AS in_last_month,
  round(avg(CASE WHEN is_used THEN 100.0 ELSE 0 END), 1) AS in_all_months,
  round(avg(active_days), 1) AS active_days_a_month
FROM total
GROUP BY is_total, product
ORDER BY is_total, product;
