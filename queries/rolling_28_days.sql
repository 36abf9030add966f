-- What was the cross-sell rate of the last 28 days, on each of these days?
--
-- Over the customers who ordered in the 28 days that end with that day. The window is 28 calendar days, not rows: a day
-- without orders has no row, but it still counts as a day.
WITH last AS (
  SELECT max(CAST(ordered_at AS DATE)) AS day FROM orders
),
daily_states AS (
  SELECT
    CAST(ordered_at AS DATE) AS day,
    cross_sell_rate_state(customer_id, is_cross_sell) AS state
  FROM orders
  WHERE ordered_at >= (SELECT day FROM last) - INTERVAL '54 days' -- 28 days, and 27 before them
  GROUP BY CAST(ordered_at AS DATE)
),
-- The state of a day counts on that day and on the 27 days after it, as far as these are among the last 28.
counted AS (
  SELECT
    s.state,
    unnest(generate_series(
      greatest(s.day, l.day - INTERVAL '27 days'),
      least(s.day + INTERVAL '27 days', l.day),
      INTERVAL '1 day'
    )) AS day
  FROM daily_states s
  CROSS JOIN last l
),
figures AS (
  SELECT c.day, kpi_finish_parts(kpi_merge(c.state)) AS rate
  FROM counted c
  JOIN daily_states d ON d.day = c.day -- days with orders
  GROUP BY c.day
)
SELECT
  CAST(day AS DATE) AS day,
  CAST(rate['denominator'] AS BIGINT) AS customers,
  round(rate['value'], 1) AS cross_sell_rate,
  round(rate['ci_low'], 1) AS low,
  round(rate['ci_high'], 1) AS high
FROM figures
ORDER BY day;
