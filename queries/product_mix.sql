-- How are the product lines spread over the customers of each segment?
--
-- A customer with two lines counts for both, so the shares of a segment add up to more than 100. For single
-- products, put o.product_id in place of p.line.
WITH mixes AS (
  SELECT
    CASE WHEN grouping(c.segment) = 1 THEN 'Total' ELSE c.segment END AS segment,
    grouping(c.segment) AS is_total,
    product_mix(o.customer_id, p.line) AS mix
  FROM orders o
  JOIN customers c ON c.customer_id = o.customer_id
  LEFT JOIN products p ON p.product_id = o.product_id -- LEFT: a free-text line has no product, but a buyer
  GROUP BY ROLLUP (c.segment)
),
rows AS (
  SELECT segment, is_total, unnest(mix) AS row
  FROM mixes
)
SELECT
  segment,
  row['product'] AS line,
  row['customers'] AS customers,
  round(row['share'], 1) AS share -- % of the segment's customers
FROM rows
ORDER BY is_total, segment, customers DESC, line;
