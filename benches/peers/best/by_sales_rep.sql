WITH buyers AS (
  SELECT
    sales_rep,
    customer_id,
    bool_or(is_upsell) AS has_upsell,
    bool_or(is_cross_sell) AS has_cross_sell,
    sum(CAST(amount AS DECIMAL(12, 2))) AS revenue
  FROM orders
  WHERE customer_id IS NOT NULL
  GROUP BY sales_rep, customer_id
),
sales AS (
  SELECT sales_rep, order_id, bool_or(is_cross_sell) AS has_cross_sell
  FROM orders
  WHERE customer_id IS NOT NULL
  GROUP BY sales_rep, order_id
),
of_orders AS (
  SELECT
    sales_rep,
    count(*) AS orders,
    round(100.0 * count(*) FILTER (WHERE has_cross_sell) / count(has_cross_sell), 1) AS cross_sell_ratio
  FROM sales
  GROUP BY sales_rep
),
of_customers AS (
  SELECT
    sales_rep,
    count(*) AS customers,
    round(100.0 * count(*) FILTER (WHERE has_upsell) / count(*), 1) AS upsell_rate,
    round(100.0 * count(*) FILTER (WHERE has_cross_sell) / count(*), 1) AS cross_sell_rate,
    round(sum(revenue) / count(*), 2) AS arpa
  FROM buyers
  GROUP BY sales_rep
)
SELECT coalesce(c.sales_rep, '(none)') AS sales_rep, customers, orders, upsell_rate, cross_sell_rate, cross_sell_ratio, arpa
FROM of_customers c
JOIN of_orders o ON o.sales_rep IS NOT DISTINCT FROM c.sales_rep
ORDER BY upsell_rate DESC, c.sales_rep;
