-- What happened last month, and does it matter?
-- param: month=NULL
-- target: cross_sell_ratio 15
-- min-n: 30
--
-- Five short tables, from one line per KPI down to the reason. The month is the last complete one: the latest order is of its
-- last day, or later. It is compared with the month before; --param month=2026-05 chooses another. Sales without a known
-- customer are left out. Targets and benchmarks are examples: put your own in their place.
CREATE VIEW months AS
SELECT month, month - INTERVAL '1 month' AS month_before
FROM (
  SELECT CASE WHEN $month IS NULL
    THEN date_trunc('month', max(ordered_at) + INTERVAL '1 day') - INTERVAL '1 month'
    ELSE date_trunc('month', max(ordered_at))
  END AS month
  FROM orders
  WHERE $month IS NULL OR to_char(ordered_at, '%Y-%m') = $month
) AS latest;

CREATE VIEW sales AS
SELECT
  c.segment,
  o.customer_id,
  o.order_id,
  date_trunc('month', o.ordered_at) AS sold_in,
  date_trunc('month', o.ordered_at) = m.month AS is_now,
  date_trunc('month', o.ordered_at) = m.month_before AS is_before,
  CAST(o.amount AS DECIMAL(12, 2)) AS amount, -- exact cents, from a CSV too
  o.is_cross_sell,
  o.is_upsell
FROM orders o
JOIN customers c ON c.customer_id = o.customer_id
CROSS JOIN months m
WHERE o.ordered_at < m.month + INTERVAL '1 month';

-- name: kpis
-- What is each KPI, is its target reached, and did it move?
WITH sides AS (
  SELECT
    15 AS target,
    cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE is_before) AS before,
    cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE is_now) AS now
  FROM sales
  UNION ALL
  SELECT
    15,
    cross_sell_rate_parts(customer_id, is_cross_sell) FILTER (WHERE is_before),
    cross_sell_rate_parts(customer_id, is_cross_sell) FILTER (WHERE is_now)
  FROM sales
  UNION ALL
  SELECT
    5,
    upsell_rate_parts(customer_id, is_upsell) FILTER (WHERE is_before),
    upsell_rate_parts(customer_id, is_upsell) FILTER (WHERE is_now)
  FROM sales
  UNION ALL
  SELECT
    2000,
    arpa_parts(customer_id, amount) FILTER (WHERE is_before),
    arpa_parts(customer_id, amount) FILTER (WHERE is_now)
  FROM sales
),
judged AS (
  SELECT *, kpi_change(before, now) AS change
  FROM sides
)
SELECT
  now['kpi'] AS kpi,
  CAST(now['denominator'] AS BIGINT) AS n,
  round(now['value'], 1) AS value,
  round(now['ci_low'], 1) AS low,
  round(now['ci_high'], 1) AS high,
  kpi_band(now['kpi'], now['value']) AS band,
  target,
  kpi_target(now, target)['verdict'] AS verdict,
  round(change['difference'], 1) AS change,
  round(change['p_value'], 3) AS p_value,
  CASE
    WHEN change['p_value'] IS NULL THEN 'too few to tell'
    WHEN change['p_value'] >= 0.05 THEN 'not significant'
    WHEN change['difference'] > 0 THEN 'it rose'
    ELSE 'it fell'
  END AS moved
FROM judged
ORDER BY kpi;

-- name: own_history
-- Is the month outside the range that its own history would suggest?
WITH each_month AS (
  SELECT sold_in, month_before, cross_sell_ratio_parts(order_id, is_cross_sell) AS parts
  FROM sales, months
  WHERE sold_in >= month - INTERVAL '12 months'
  GROUP BY sold_in, month_before
),
charted AS (
  -- The limits come from the months before, so the judged month does not widen them.
  SELECT unnest(p_chart(sold_in, parts['numerator'], parts['denominator'], month_before)) AS p
  FROM each_month
)
SELECT
  to_char(p['at_time'], '%Y-%m') AS month,
  round(p['value'], 1) AS cross_sell_ratio,
  round(p['lower_adjusted'], 1) AS lower,
  round(p['upper_adjusted'], 1) AS upper,
  coalesce(p['signal'], 'as usual') AS signal
FROM charted
ORDER BY month;

-- name: segments
-- Which segment moved? p_adjusted corrects for asking about several segments at once.
WITH sides AS (
  SELECT
    segment,
    cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE is_before) AS before,
    cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE is_now) AS now
  FROM sales
  GROUP BY segment
),
changes AS (
  SELECT *, kpi_change(before, now) AS change, row_number() OVER (ORDER BY segment) AS place
  FROM sides
)
SELECT
  segment,
  CAST(now['denominator'] AS BIGINT) AS orders,
  round(before['value'], 1) AS before,
  round(now['value'], 1) AS now,
  round(change['difference'], 1) AS points,
  round(change['p_value'], 3) AS p_value,
  round(p_adjust(array_agg(change['p_value']) OVER all_segments, 'bh')[CAST(place AS BIGINT)], 3) AS p_adjusted
FROM changes
WINDOW all_segments AS (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
ORDER BY segment;

-- name: rates_or_mix
-- If the total moved: did the segments sell differently, or did the mix of buyers change?
WITH sides AS (
  SELECT
    segment,
    cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE is_before) AS before,
    cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE is_now) AS now
  FROM sales
  GROUP BY segment
),
decomposed AS (
  SELECT kpi_decompose(segment, before, now) AS d
  FROM sides
)
SELECT
  round(d['before'], 1) AS before,
  round(d['after'], 1) AS now,
  round(d['change'], 1) AS points,
  round(d['rate_effect'], 1) AS by_rates,
  round(d['mix_effect'], 1) AS by_mix,
  CASE
    WHEN abs(d['mix_effect']) > abs(d['rate_effect']) THEN 'who bought'
    WHEN d['rate_ci_low'] <= 0 AND d['rate_ci_high'] >= 0 THEN 'not significant'
    WHEN d['rate_effect'] IS NOT NULL THEN 'the segments themselves'
  END AS mostly
FROM decomposed;

-- name: beside_the_rest
-- Which segment is different from all others this month?
WITH by_segment AS (
  SELECT segment, cross_sell_ratio_parts(order_id, is_cross_sell) AS parts
  FROM sales
  WHERE is_now
  GROUP BY segment
),
compared AS (
  SELECT unnest(kpi_vs_rest(segment, parts)) AS r
  FROM by_segment
)
SELECT
  r['segment'] AS segment,
  CAST(r['n'] AS BIGINT) AS orders,
  round(r['value'], 1) AS cross_sell_ratio,
  round(r['rest'], 1) AS rest,
  round(r['difference'], 1) AS points,
  round(r['p_adjusted'], 3) AS p_adjusted,
  CASE WHEN r['p_adjusted'] < 0.05 THEN 'different' ELSE 'like the rest' END AS verdict
FROM compared
ORDER BY segment;
