-- Through which sales channel do we cross-sell?
--
-- A channel's rate over its own buyers shows how well it cross-sells. Its rate over all buyers, those of the total, shows how
-- much of all cross-selling it contributes, and all channels share one denominator.
WITH channels AS (
  SELECT
    channel,
    grouping(channel) AS is_total,
    count(DISTINCT order_id) AS orders,
    cross_sell_ratio(order_id, is_cross_sell) AS ratio,
    cross_sell_rate_parts(customer_id, is_cross_sell) AS rate
  FROM orders
  GROUP BY ROLLUP (channel)
),
shares AS (
  SELECT *, max(rate['denominator']) OVER () AS all_buyers
  FROM channels
)
SELECT
  channel,
  orders,
  round(ratio, 1) AS cross_sell_ratio,
  round(100 * rate['numerator'] / all_buyers, 1) AS rate_over_all_buyers,
  round(rate['value'], 1) AS rate_over_its_buyers
FROM shares
WHERE is_total = 0
ORDER BY channel;
