-- Which sales representatives upsell and cross-sell?
--
-- The rates are over the customers whom the representative has sold to. With few customers a rate
-- jumps, so read it together with their number.
SELECT
  coalesce(sales_rep, '(none)') AS sales_rep, -- web and marketplace
  count(DISTINCT customer_id) AS customers,
  count(DISTINCT order_id) AS orders,
  round(upsell_rate(customer_id, is_upsell), 1) AS upsell_rate,
  round(cross_sell_rate(customer_id, is_cross_sell), 1) AS cross_sell_rate,
  round(cross_sell_ratio(order_id, is_cross_sell), 1) AS cross_sell_ratio,
  round(arpa(customer_id, CAST(amount AS DECIMAL(12, 2))), 2) AS arpa
FROM orders
WHERE customer_id IS NOT NULL
GROUP BY sales_rep
ORDER BY upsell_rate DESC, sales_rep;
