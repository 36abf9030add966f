WITH counts AS (
  SELECT
    c.industry,
    1.0 * count(DISTINCT o.customer_id) AS n,
    1.0 * count(DISTINCT CASE WHEN o.is_upsell THEN o.customer_id END)
      / count(DISTINCT o.customer_id) AS p,
    1.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.customer_id END)
      / count(DISTINCT o.customer_id) AS across,
    1.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.order_id END)
      / count(DISTINCT CASE WHEN o.is_cross_sell IS NOT NULL THEN o.order_id END) AS ratio
  FROM customers c JOIN orders o ON o.customer_id = c.customer_id
  GROUP BY c.industry
)
-- Wilson's interval with z = 1.959964.
SELECT
  industry,
  n AS buyers,
  round(100 * p, 1) AS upsell_rate,
  round(100 * (p + 3.841459 / (2 * n) - 1.959964 * sqrt(p * (1 - p) / n + 3.841459 / (4 * n * n))) / (1 + 3.841459 / n), 1) AS low,
  round(100 * (p + 3.841459 / (2 * n) + 1.959964 * sqrt(p * (1 - p) / n + 3.841459 / (4 * n * n))) / (1 + 3.841459 / n), 1) AS high,
  CASE
    WHEN industry = 'B2B' THEN CASE WHEN p < 0.15 THEN 'below typical' WHEN p <= 0.25 THEN 'typical' ELSE 'above typical' END
    WHEN industry = 'Retail and e-commerce' THEN CASE WHEN p < 0.05 THEN 'below typical' WHEN p <= 0.2 THEN 'typical' ELSE 'above typical' END
    WHEN industry = 'Subscription' THEN CASE WHEN p < 0.1 THEN 'below typical' WHEN p <= 0.3 THEN 'typical' ELSE 'above typical' END
  END AS verdict,
  round(100 * across, 1) AS cross_sell_rate,
  round(100 * ratio, 1) AS cross_sell_ratio
FROM counts
ORDER BY industry;
