-- What was the cross-sell rate of the last 28 days, on each of these days?
--
-- Over the customers who ordered in the 28 days that end with the day. RANGE counts days, not rows: a day
-- without orders has no row, but it passes all the same.
WITH daily_states AS (
  SELECT
    CAST(ordered_at AS DATE) AS day,
    cross_sell_rate_state(customer_id, is_cross_sell) AS state
  FROM orders
  WHERE ordered_at >= (SELECT max(CAST(ordered_at AS DATE)) FROM orders) - INTERVAL '54 days' -- 28 days, and 27 before them
  GROUP BY CAST(ordered_at AS DATE)
),
rolling AS (
  SELECT
    day,
    kpi_merge(state) OVER (ORDER BY day RANGE BETWEEN INTERVAL '27 days' PRECEDING AND CURRENT ROW) AS state
  FROM daily_states
),
last_days AS (
  SELECT day, state
  FROM rolling
  WHERE day > (SELECT max(CAST(ordered_at AS DATE)) FROM orders) - INTERVAL '28 days'
),
figures AS (
  SELECT day, kpi_finish_parts(state) AS rate
  FROM last_days
)
SELECT
  day,
  CAST(rate['denominator'] AS BIGINT) AS customers,
  round(rate['value'], 1) AS cross_sell_rate,
  round(rate['ci_low'], 1) AS low,
  round(rate['ci_high'], 1) AS high
FROM figures
ORDER BY day;
