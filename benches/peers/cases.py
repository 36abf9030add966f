"""What is measured: which question, of which table, by whom.

A question is a folder in cases/: `kpi.sql` is how it is asked here, `usual.sql` how an analyst asks another engine, `best.sql` how an
expert does, `best.ENGINE.sql` the same where one engine needs or deserves words of its own, `polars.py` both as expressions. A style
that is not there does not differ from the other one.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from engines import ENGINES

FOLDER = Path(__file__).parent / "cases"
OURS = "kpi-sql"
MEMORY_LIMIT = "512MB"


@dataclass(frozen=True)
class Contender:
    """Who answers, and how: a line of a result."""

    engine: str
    style: str
    threads: int
    memory_limit: str | None = None

    @property
    def how(self):
        return f"{self.style}, at most {self.memory_limit}" if self.memory_limit else self.style


@dataclass(frozen=True)
class Case:
    """A question to a table: a result."""

    name: str
    group: str
    title: str
    question: str
    table: str
    rows: int
    customers: int
    contenders: list[Contender]

    @property
    def folder(self):
        return FOLDER / self.question


QUESTIONS = {
    "rate": "`cross_sell_rate(customer_id, product_id)` by segment",
    "rate_text_ids": "`cross_sell_rate(customer_uuid, product_id)` by segment: customer ids are UUIDs as text",
    "rate_many_groups": "`cross_sell_rate(customer_id, product_id)` by region: 10,000 groups",
    "rate_by_month": "`cross_sell_rate(customer_id, product_id)` by month and segment",
    "upsell": "`upsell_rate(customer_id, is_upsell)` by segment",
    "arpa": "`arpa(customer_id, amount)` by segment",
    "scorecard": "four KPIs in one SELECT by segment",
    "time": "`time_to_cross_sell(customer_id, product_id, ordered_at)` by segment",
    "products": "`products_per_customer(customer_id, product_id)` by segment",
    "ratio": "`cross_sell_ratio(is_cross_sell)` by segment: one level, which any engine does well",
}

# The same question of tables that are made otherwise: what is special, and the share of the rows that the table has.
TABLES = {
    "orders_csv": ("from CSV files, with a tenth of the rows", 0.1),
    "orders_loyal": ("where 95 % of the customers buy a single product", 1),
    "orders_sorted": ("where rows are in the order of the customers", 1),
}

SCALE = {"4m": 4_000_000, "40m": 40_000_000, "160m": 160_000_000}
THREADS_OF = ["rate", "scorecard"]
MEMORY_OF = ["rate", "upsell", "scorecard", "rate_by_month", "time"]

GROUPS = {
    "questions": "each question of one table, by all engines",
    "tables": "one question of tables in other formats and shapes, by all engines",
    "threads": "1, 2, 4, … threads, here and in DuckDB",
    "memory": f"with and without --memory-limit {MEMORY_LIMIT}, here",
    "scale": "4, 40 and 160 million rows, here and in DuckDB; needs 5 GB more of disk",
}
DEFAULT = ["questions", "tables", "threads", "memory"]


def peers(question, engines, threads):
    """The other engines in every style that they have words for."""
    for engine in engines:
        for style in ["usual", "best"]:
            if (FOLDER / question / f"{style}.sql").exists():
                yield Contender(engine, style, threads)


def all_cases(rows, customers, threads):
    ours = Contender(OURS, "KPI", threads)

    def case(name, group, title, question, table="orders", share=1.0, engines=ENGINES, threads=threads):
        contenders = [replace(ours, threads=threads), *peers(question, engines, threads)]
        return Case(name, group, title, question, table, int(rows * share), int(customers * share), contenders)

    for question, title in QUESTIONS.items():
        yield case(question, "questions", title, question)
    for table, (words, share) in TABLES.items():
        name = table.replace("orders", "rate")
        yield case(name, "tables", f"{QUESTIONS['rate']}, {words}", "rate", table, share)
    for question in THREADS_OF:
        for count in powers_of_two(threads):
            words = "1 thread" if count == 1 else f"{count} threads"
            title = f"{QUESTIONS[question]}, {words}"
            yield case(f"{question}_threads_{count}", "threads", title, question, engines=["duckdb"], threads=count)
    for question in MEMORY_OF:
        limited = case(f"{question}_memory", "memory", f"{QUESTIONS[question]}, with little memory", question)
        yield replace(limited, contenders=[ours, replace(ours, memory_limit=MEMORY_LIMIT)])
    for name, size in SCALE.items():
        title = f"{QUESTIONS['rate']}, {size // 1_000_000} million rows"
        large = case(f"rate_{name}", "scale", title, "rate", "orders_plain", engines=["duckdb"])
        yield replace(large, rows=size, customers=size // 10)


def powers_of_two(most):
    """1, 2, 4, … and the machine's own number, which need not be one."""
    counts = {most}
    count = 1
    while count < most:
        counts.add(count)
        count *= 2
    return sorted(counts)
