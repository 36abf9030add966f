WITH sales AS (
  SELECT c.segment, o.customer_id, CAST(o.ordered_at AS DATE) AS day, p.line
  FROM customers c
  JOIN orders o ON o.customer_id = c.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id
),
starts AS (
  SELECT customer_id, min(day) AS started FROM sales WHERE line IS NOT NULL GROUP BY customer_id
),
later AS (
  SELECT s.customer_id, CAST(min(s.day - x.started) AS BIGINT) AS days
  FROM sales s JOIN starts x ON x.customer_id = s.customer_id
  WHERE s.line IS NOT NULL AND s.day > x.started AND NOT EXISTS (
    SELECT 1 FROM sales first
    WHERE first.customer_id = s.customer_id AND first.day = x.started AND first.line = s.line
  )
  GROUP BY s.customer_id
),
customers_of AS (
  SELECT DISTINCT segment, customer_id FROM sales
)
SELECT
  CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
  count(*) AS buyers,
  round(avg(days), 1) AS days_to_other_line,
  round(median(CAST(days AS DOUBLE)), 1) AS median_days
FROM customers_of c LEFT JOIN later l ON l.customer_id = c.customer_id
GROUP BY ROLLUP (c.segment)
ORDER BY grouping(c.segment), segment;
