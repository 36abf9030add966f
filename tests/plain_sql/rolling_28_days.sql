WITH days AS (
  SELECT DISTINCT CAST(ordered_at AS DATE) AS day FROM orders
)
SELECT
  d.day,
  count(DISTINCT o.customer_id) AS customers,
  round(100.0 * count(DISTINCT CASE WHEN o.is_cross_sell THEN o.customer_id END)
    / count(DISTINCT o.customer_id), 1) AS cross_sell_rate
FROM days d
JOIN orders o ON CAST(o.ordered_at AS DATE) BETWEEN d.day - INTERVAL '27 days' AND d.day
WHERE d.day > DATE '2026-06-02'
GROUP BY d.day
ORDER BY d.day;
