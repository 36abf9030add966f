WITH sales AS (
  SELECT c.segment, o.customer_id, CAST(o.ordered_at AS DATE) AS day, p.line, o.product_id, o.is_cross_sell
  FROM customers c
  JOIN orders o ON o.customer_id = c.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
),
starts AS (
  SELECT
    customer_id,
    min(CASE WHEN line IS NOT NULL THEN day END) AS with_line,
    min(CASE WHEN product_id IS NOT NULL THEN day END) AS with_product
  FROM sales GROUP BY customer_id
),
other_line AS (
  SELECT s.customer_id, CAST(min(s.day - x.with_line) AS BIGINT) AS days
  FROM sales s JOIN starts x ON x.customer_id = s.customer_id
  WHERE s.line IS NOT NULL AND s.day > x.with_line AND NOT EXISTS (
    SELECT 1 FROM sales first
    WHERE first.customer_id = s.customer_id AND first.day = x.with_line AND first.line = s.line
  )
  GROUP BY s.customer_id
),
other_product AS (
  SELECT s.customer_id, CAST(min(s.day - x.with_product) AS BIGINT) AS days
  FROM sales s JOIN starts x ON x.customer_id = s.customer_id
  WHERE s.product_id IS NOT NULL AND s.day > x.with_product AND NOT EXISTS (
    SELECT 1 FROM sales first
    WHERE first.customer_id = s.customer_id AND first.day = x.with_product AND first.product_id = s.product_id
  )
  GROUP BY s.customer_id
),
customers_of AS (
  SELECT segment, customer_id, bool_or(is_cross_sell) AS has_crossed FROM sales GROUP BY segment, customer_id
)
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(*) AS buyers,
  round(avg(CASE WHEN has_crossed THEN 100.0 ELSE 0 END), 1) AS cross_sell_rate,
  round(avg(l.days), 1) AS days_to_other_line,
  round(median(CAST(l.days AS DOUBLE)), 1) AS median_days,
  round(avg(p.days), 1) AS days_to_other_product
FROM customers_of c
LEFT JOIN other_line l ON l.customer_id = c.customer_id
LEFT JOIN other_product p ON p.customer_id = c.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
