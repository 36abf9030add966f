-- How actively do customers use each product they have?
--
-- in_last_month is the % of the product's customers who used it in the latest month, in_all_months the % of all months
-- in which a customer had the product. In the total, each product of a customer counts separately.
WITH months AS (
  SELECT *, usage_month = (SELECT max(usage_month) FROM product_usage) AS is_last
  FROM product_usage
)
SELECT
  CASE WHEN grouping(m.product_id) = 1 THEN 'Total' ELSE m.product_id END AS product_id,
  count(DISTINCT m.customer_id) AS customers,
  round(product_usage_rate(m.customer_id, m.product_id, m.is_used) FILTER (WHERE m.is_last), 1) AS in_last_month,
  round(product_usage_rate(m.customer_id, concat(m.product_id, ' ', m.usage_month), m.is_used), 1) AS in_all_months,
  round(avg(m.active_days), 1) AS active_days_a_month
FROM months m
GROUP BY ROLLUP (m.product_id)
ORDER BY grouping(m.product_id), product_id;
