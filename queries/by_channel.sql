-- Through which sales channel do we cross-sell?
--
-- A condition inside the call narrows the numerator alone: the rate is over all buyers, and the
-- channels share one denominator. FILTER drops rows first: the rate is over the channel's own buyers.
SELECT
  ch.channel,
  count(DISTINCT o.order_id) FILTER (WHERE o.channel = ch.channel) AS orders,
  round(cross_sell_ratio(o.order_id, o.is_cross_sell) FILTER (WHERE o.channel = ch.channel), 1) AS cross_sell_ratio,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell AND o.channel = ch.channel), 1) AS rate_over_all_buyers,
  round(cross_sell_rate(o.customer_id, o.is_cross_sell) FILTER (WHERE o.channel = ch.channel), 1) AS rate_over_its_buyers
FROM (SELECT DISTINCT channel FROM orders) ch
CROSS JOIN orders o
GROUP BY ch.channel
ORDER BY ch.channel;
