"""A step of a nightly pipeline: read the orders, compute the KPIs of a month, write them, raise an alarm.

    python pipeline.py --data sample_data --month 2026-06 --output kpis.parquet

An orchestrator runs it as a task: the exit code is 0 if all is well, 1 if the figures cannot be computed, and 3 if
they were computed and written, and a segment does so much worse than before that chance hardly explains it.
"""

import argparse
import sys

import kpi_sql

KPIS = """
SELECT $month AS month, segment,
       count(DISTINCT customer_id) AS customers,
       cross_sell_rate(customer_id, is_cross_sell) AS cross_sell_rate,
       upsell_rate(customer_id, is_upsell) AS upsell_rate,
       arpa(customer_id, amount) AS arpa
FROM orders JOIN customers USING (customer_id)
WHERE to_char(ordered_at, '%Y-%m') = $month
GROUP BY segment
ORDER BY segment
"""

# The share of orders with a cross-sell in the month, beside that of all months before it.
CHANGES = """
SELECT segment, change['difference'] AS points, change['p_value'] AS p_value
FROM (
  SELECT segment, kpi_change(
      cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE to_char(ordered_at, '%Y-%m') < $month),
      cross_sell_ratio_parts(order_id, is_cross_sell) FILTER (WHERE to_char(ordered_at, '%Y-%m') = $month)) AS change
  FROM orders JOIN customers USING (customer_id)
  GROUP BY segment)
WHERE change['difference'] < 0 AND change['p_value'] < $alarm
ORDER BY segment
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", required=True, help="the folder with orders and customers")
    parser.add_argument("--month", required=True, help="such as 2026-06")
    parser.add_argument("--output", required=True, help="the Parquet file to write")
    parser.add_argument("--alarm", type=float, default=0.01, help="how improbable a fall must be to be reported")
    args = parser.parse_args()
    try:
        session = kpi_sql.Session(args.data, memory_limit="50%")
        kpis = session.sql(KPIS, month=args.month)
        if len(kpis) == 0:
            print(f"error: there are no orders in {args.month}", file=sys.stderr)
            return 1
        kpis.write_parquet(args.output)
        falls = session.sql(CHANGES, month=args.month, alarm=args.alarm)
        alarms = falls.collect().to_pylist()
    except kpi_sql.Error as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(kpis)} segments written to {args.output}")
    for alarm in alarms:
        print(f"ALARM: {alarm['segment']}: {alarm['points']:+.1f} points, p = {alarm['p_value']:.4f}", file=sys.stderr)
    return 3 if alarms else 0


if __name__ == "__main__":
    sys.exit(main())
