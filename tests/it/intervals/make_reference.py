"""Writes reference.csv: what scipy and statsmodels say where kpi-sql gives an interval or a p value.

    pip install scipy statsmodels
    python tests/it/intervals/make_reference.py > tests/it/intervals/reference.csv

Each case is a query, whose one value is a STRUCT, and the same data in Python. No figure comes from kpi-sql, and
no formula but the standard errors of percentages and net scores, which neither library gives. Empty means NULL.
"""

import csv
import math
import sys

import scipy
import statsmodels
from scipy import stats
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

FIELDS = ["value", "std_error", "ci_low", "ci_high", "difference", "p_value"]
cases = []


def case(name, made_with, query, **figures):
    assert set(figures) <= set(FIELDS)
    cases.append([name, made_with, *(text(figures.get(field)) for field in FIELDS), " ".join(query.split())])


def text(figure):
    return "" if figure is None or math.isnan(figure) else repr(float(figure))


# --- What each kind of figure is made with -------------------------------------------------------------


def proportion(name, query, k, n):
    low, high = proportion_confint(k, n, alpha=0.05, method="wilson")
    case(
        name,
        "statsmodels proportion_confint(method='wilson')",
        query,
        value=100 * k / n,
        std_error=100 * math.sqrt(k / n * (1 - k / n) / n),
        ci_low=100 * low,
        ci_high=100 * high,
    )


def mean(name, query, xs):
    centre, std_error = math.fsum(xs) / len(xs), stats.sem(xs) if len(xs) > 1 else math.nan
    low, high = stats.t.interval(0.95, len(xs) - 1, loc=centre, scale=std_error)
    case(name, "scipy.stats.sem, scipy.stats.t.interval", query, value=centre, std_error=std_error, ci_low=low, ci_high=high)


def net_score(promoters, passives, detractors):
    n = promoters + passives + detractors
    up, down = promoters / n, detractors / n
    return 100 * (up - down), 100 * math.sqrt((up + down - (up - down) ** 2) / n)


def nps(name, query, *scores):
    value, std_error = net_score(*scores)
    low, high = stats.norm.interval(0.95, loc=value, scale=std_error)
    # A score lies within -100 and 100; max and min keep the NaN of a scale of 0.
    low, high = max(low, -100.0), min(high, 100.0)
    case(name, "scipy.stats.norm.interval", query, value=value, std_error=std_error, ci_low=low, ci_high=high)


def newcombe(k1, n1, k2, n2):
    """The hybrid score interval of k1/n1 - k2/n2 without continuity correction."""
    low, high = confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff", alpha=0.05)
    (l1, u1), (l2, u2) = (proportion_confint(k, n, method="wilson") for k, n in [(k1, n1), (k2, n2)])
    p1, p2 = k1 / n1, k2 / n2
    by_hand = (p1 - p2 - math.hypot(p1 - l1, u2 - p2), p1 - p2 + math.hypot(u1 - p1, p2 - l2))
    assert math.isclose(low, by_hand[0], rel_tol=1e-12) and math.isclose(high, by_hand[1], rel_tol=1e-12)
    return 100 * low, 100 * high


def gap(name, query, k1, n1, k2, n2):
    low, high = newcombe(k1, n1, k2, n2)
    p1, p2 = k1 / n1, k2 / n2
    case(
        name,
        "statsmodels confint_proportions_2indep(method='newcomb')",
        query,
        value=100 * (p1 - p2),
        std_error=100 * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2),
        ci_low=low,
        ci_high=high,
    )


def change_of_proportions(name, query, before, after):
    (k1, n1), (k2, n2) = before, after
    low, high = newcombe(k2, n2, k1, n1)
    case(
        name,
        "statsmodels confint_proportions_2indep(method='newcomb'), proportions_ztest",
        query,
        difference=100 * (k2 / n2 - k1 / n1),
        ci_low=low,
        ci_high=high,
        p_value=proportions_ztest([k2, k1], [n2, n1])[1],
    )


def change_of_means(name, query, before, after):
    test = stats.ttest_ind(after, before, equal_var=False)
    interval = test.confidence_interval(0.95)
    case(
        name,
        "scipy.stats.ttest_ind(equal_var=False)",
        query,
        difference=math.fsum(after) / len(after) - math.fsum(before) / len(before),
        ci_low=interval.low,
        ci_high=interval.high,
        p_value=test.pvalue,
    )


def change_of_nps(name, query, before, after):
    (v1, e1), (v2, e2) = net_score(*before), net_score(*after)
    std_error = math.hypot(e1, e2)
    low, high = stats.norm.interval(0.95, loc=v2 - v1, scale=std_error)
    low, high = max(low, -200.0), min(high, 200.0)
    p_value = 2 * stats.norm.sf(abs(v2 - v1) / std_error)
    case(name, "scipy.stats.norm", query, difference=v2 - v1, ci_low=low, ci_high=high, p_value=p_value)


# --- Percentages of counted things ----------------------------------------------------------------------

for k, n in [(0, 1), (1, 1), (0, 25), (25, 25), (1, 7), (3, 10), (17, 40), (250, 1000), (99_999, 100_000)]:
    proportion(
        f"{k} of {n} rows",
        f"SELECT cross_sell_ratio_parts(i <= {k}) FROM generate_series(1, {n}) AS t(i)",
        k,
        n,
    )
proportion(
    "a million of four million rows",
    "SELECT cross_sell_ratio_parts(i % 4 = 0) FROM generate_series(1, 4000000) AS t(i)",
    1_000_000,
    4_000_000,
)
proportion(
    "customers with several products",
    "SELECT cross_sell_rate_parts(i % 83, i % 3 = 0 AND i % 83 < 29) FROM generate_series(1, 830) AS t(i)",
    29,
    83,
)
proportion(
    "one of a hundred thousand customers",
    "SELECT churn_rate_parts(i, i = 77) FROM generate_series(1, 100000) AS t(i)",
    1,
    100_000,
)
proportion(
    "satisfied",
    "SELECT csat_parts(1 + i % 5) FROM generate_series(1, 48) AS t(i)",
    sum(1 + i % 5 >= 4 for i in range(1, 49)),
    48,
)

# --- Means over customers -------------------------------------------------------------------------------

# Every customer has three rows. Eighths are exact in binary, so the data is the same on both sides.
REVENUE = "CAST(c * 7919 % 1009 AS DOUBLE) / 8 + r"


def customers(n):
    return f"FROM generate_series(1, {n}) AS a(c), generate_series(0, 2) AS b(r)"


def revenue(c):
    return sum((c * 7919 % 1009) / 8 + r for r in range(3))


for n in [1, 2, 3, 30, 999, 1000, 1001, 1002, 1003, 5000, 100_000]:
    mean(
        f"revenue of {n} customers",
        f"SELECT arpa_parts(c, {REVENUE}) {customers(n)}",
        [revenue(c) for c in range(1, n + 1)],
    )
mean(
    "revenue that hardly varies beside its size",
    "SELECT arpa_parts(c, 1e6 + CAST(c % 5 AS DOUBLE) / 1024) FROM generate_series(1, 500) AS t(c)",
    [1e6 + (c % 5) / 1024 for c in range(1, 501)],
)
mean(
    "revenue of customers who are all alike",
    "SELECT arpa_parts(c, CAST(2.5 AS DOUBLE)) FROM generate_series(1, 50) AS t(c)",
    [2.5] * 50,
)
mean(
    "order values",
    "SELECT average_purchase_value_parts(i / 3, CAST(i * i % 97 AS DECIMAL(12, 2)) / 4) FROM generate_series(3, 386) AS t(i)",
    [sum((i * i % 97) / 4 for i in range(o * 3, o * 3 + 3)) for o in range(1, 129)],
)
mean(
    "products per customer",
    "SELECT products_per_customer_parts(i % 60, i * i % 17 % (1 + i % 60 % 7)) FROM generate_series(1, 900) AS t(i)",
    [len({i * i % 17 % (1 + c % 7) for i in range(1, 901) if i % 60 == c}) for c in range(60)],
)
mean(
    "years as a customer",
    """SELECT customer_lifespan_parts(c, arrow_cast(CAST(19000 + c * 37 % 101 * r AS INT), 'Date32'))
       FROM generate_series(1, 45) AS a(c), generate_series(0, 4) AS b(r)""",
    [c * 37 % 101 * 4 / 365.25 for c in range(1, 46)],
)

# Every second customer buys something else later.
LATER = """SELECT time_to_cross_sell_parts(c, CASE WHEN r > 0 AND c % 2 = 0 THEN 'other' ELSE 'first' END, {at})
           FROM generate_series(1, 120) AS a(c), generate_series(0, 3) AS b(r)"""
mean(
    "days to cross-sell, from dates",
    LATER.format(at="arrow_cast(CAST(19000 + c * c % 91 * r + r AS INT), 'Date32')"),
    [c * c % 91 + 1 for c in range(2, 121, 2)],
)
for unit, ticks in [("Second", 1), ("Nanosecond", 10**9)]:
    mean(
        f"days to cross-sell, from timestamps in {unit.lower()}s",
        LATER.format(at=f"arrow_cast((1600000000 + (c * c % 91 * 86400 + c * 777 % 50021) * r + r) * {ticks}, 'Timestamp({unit}, None)')"),
        [(c * c % 91 * 86400 + c * 777 % 50021 + 1) / 86400 for c in range(2, 121, 2)],
    )
orders_by_customer = {}
for order in {i * 7919 % 1009 for i in range(1, 301)}:
    orders_by_customer.setdefault(order % 23, []).append(order)
# An order belongs to one customer: 7 and 30 and 53 … are orders of customer 7. Every order comes twice.
mean(
    "orders per customer",
    "SELECT purchase_frequency_parts(i * 7919 % 1009 % 23, i * 7919 % 1009) FROM (SELECT i / 2 AS i FROM generate_series(2, 601) AS t(i))",
    [len(orders) for orders in orders_by_customer.values()],
)

# --- Means over rows ------------------------------------------------------------------------------------

for sql_type in ["DOUBLE", "DECIMAL(12, 3)", "BIGINT"]:
    divisor = 1 if sql_type == "BIGINT" else 8
    mean(
        f"opportunities, {sql_type}",
        f"SELECT cross_sell_opportunity_size_parts(CAST(i * 7919 % 1009 AS {sql_type}) / {divisor}) FROM generate_series(1, 400) AS t(i)",
        [i * 7919 % 1009 / divisor for i in range(1, 401)],
    )
mean(
    "opportunities that are cross-sells",
    "SELECT cross_sell_opportunity_size_parts(CAST(i * 7919 % 1009 AS DOUBLE), i % 3 = 0) FROM generate_series(1, 400) AS t(i)",
    [i * 7919 % 1009 for i in range(3, 401, 3)],
)
mean(
    "opportunities that hardly vary beside their size",
    "SELECT cross_sell_opportunity_size_parts(1e9 + CAST(i % 5 AS DOUBLE) / 1024) FROM generate_series(1, 1000) AS t(i)",
    [1e9 + (i % 5) / 1024 for i in range(1, 1001)],
)
mean(
    "opportunities that are all alike",
    "SELECT cross_sell_opportunity_size_parts(CAST(0.125 AS DOUBLE)) FROM generate_series(1, 1000) AS t(i)",
    [0.125] * 1000,
)
for n in [1, 2, 365, 100_000]:
    mean(
        f"{n} sales cycles, from dates",
        f"""SELECT sales_cycle_length_parts(DATE '2024-01-01', arrow_cast(CAST(19723 + i * 7919 % 367 AS INT), 'Date32'))
            FROM generate_series(1, {n}) AS t(i)""",
        [i * 7919 % 367 for i in range(1, n + 1)],
    )
mean(
    "sales cycles, from timestamps",
    """SELECT sales_cycle_length_parts(TIMESTAMP '2024-01-01', arrow_cast(1704067200000000 + i * 7919 % 100003 * 86399, 'Timestamp(Microsecond, None)'))
       FROM generate_series(1, 250) AS t(i)""",
    [i * 7919 % 100003 * 86399 / 86400e6 for i in range(1, 251)],
)

# --- Net scores -----------------------------------------------------------------------------------------

SCORES = "CASE WHEN i <= {0} THEN 9 + i % 2 WHEN i <= {0} + {1} THEN 7 + i % 2 ELSE i % 7 END"
for promoters, passives, detractors in [(5, 3, 2), (120, 45, 60), (40, 0, 1), (0, 0, 9), (12, 0, 0), (0, 6, 0), (30_000, 20_000, 50_000)]:
    n = promoters + passives + detractors
    nps(
        f"{promoters} promoters, {passives} passives, {detractors} detractors",
        f"SELECT nps_parts({SCORES.format(promoters, passives)}) FROM generate_series(1, {n}) AS t(i)",
        promoters,
        passives,
        detractors,
    )

# --- The difference of two percentages ------------------------------------------------------------------

# Of n1 + n2 customers the first n1 have two products; the first k1 of these left, and the first k2 of the others.
GAP = """SELECT churn_gap_parts(c, r, c <= {k1} OR (c > {n1} AND c <= {n1} + {k2}))
         FROM generate_series(1, {n1} + {n2}) AS a(c), generate_series(0, 1) AS b(r) WHERE r = 0 OR c <= {n1}"""
for k1, n1, k2, n2 in [(3, 20, 9, 30), (0, 12, 0, 15), (12, 12, 0, 15), (1, 1, 1, 2), (56, 70, 48, 80), (9, 10, 3, 10)]:
    gap(f"{k1} of {n1} and {k2} of {n2}", GAP.format(k1=k1, n1=n1, k2=k2, n2=n2), k1, n1, k2, n2)

# --- Did it move? ---------------------------------------------------------------------------------------


def sides(call, n1, n2):
    """A call on the rows 1 to n1, and on the n2 rows after them."""
    return f"SELECT kpi_change({call} FILTER (WHERE i <= {n1}), {call} FILTER (WHERE i > {n1})) FROM generate_series(1, {n1} + {n2}) AS t(i)"


for (k1, n1), (k2, n2) in [
    ((56, 70), (48, 80)),
    ((9, 10), (3, 10)),
    ((0, 10), (10, 10)),
    ((5, 56), (0, 29)),
    ((250, 1000), (250, 1000)),
    ((2000, 20_000), (2600, 20_000)),
    ((1, 9), (400, 4000)),
]:
    change_of_proportions(
        f"from {k1} of {n1} to {k2} of {n2}",
        sides(f"cross_sell_ratio_parts(i <= {k1} OR (i > {n1} AND i <= {n1} + {k2}))", n1, n2),
        (k1, n1),
        (k2, n2),
    )

# Amounts with another mean and another scatter after the first n1.
for n1, n2, shift in [(2, 2, 100), (5, 200, 60), (200, 5, 60), (490, 520, 140), (540, 540, 110), (600, 600, 14), (700, 900, 150), (50_000, 50_000, 122)]:
    amount = f"CASE WHEN i <= {n1} THEN i * 7919 % 1009 ELSE {shift} + (i * 7919 % 1009) * 0.75 END"
    change_of_means(
        f"means of {n1} and {n2} customers, moved by {shift}",
        sides(f"arpa_parts(i, CAST({amount} AS DOUBLE))", n1, n2),
        [i * 7919 % 1009 for i in range(1, n1 + 1)],
        [shift + (i * 7919 % 1009) * 0.75 for i in range(n1 + 1, n1 + n2 + 1)],
    )
change_of_means(
    "a side that does not vary",
    sides("arpa_parts(i, CAST(CASE WHEN i <= 12 THEN 300 ELSE i * 7919 % 1009 END AS DOUBLE))", 12, 40),
    [300] * 12,
    [i * 7919 % 1009 for i in range(13, 53)],
)
change_of_means(
    "means of rows",
    sides("sales_cycle_length_parts(DATE '2024-01-01', arrow_cast(CAST(19723 + i * 7919 % 367 AS INT), 'Date32'))", 30, 44),
    [i * 7919 % 367 for i in range(1, 31)],
    [i * 7919 % 367 for i in range(31, 75)],
)
for before, after in [((5, 3, 2), (120, 45, 60)), ((300, 100, 100), (300, 150, 50)), ((1, 0, 1), (0, 1, 1))]:
    n1, n2 = sum(before), sum(after)
    scores = f"CASE WHEN i <= {n1} THEN {SCORES.format(*before)} ELSE {SCORES.replace('i ', f'(i - {n1}) ').format(*after)} END"
    change_of_nps(f"net scores {before} and {after}", sides(f"nps_parts({scores})", n1, n2), before, after)


out = csv.writer(sys.stdout, lineterminator="\n")
print(f"# Written by make_reference.py with scipy {scipy.__version__} and statsmodels {statsmodels.__version__}.")
out.writerow(["case", "made_with", *FIELDS, "query"])
out.writerows(cases)
