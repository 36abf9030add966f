"""What the package costs: the import, a query beside the engine's own time, and the memory of a frame.

    pip install "./python[pandas]" && python python/bench.py [--program target/release/kpi-sql]

Build both for release before you believe a number: `maturin build --release`, `cargo build --release`.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time

QUERY = "SELECT cross_sell_rate(customer, product) AS rate FROM (VALUES ('c1', 'A'), ('c1', 'B'), ('c2', 'A')) AS t(customer, product)"


def seconds(work, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return taken


def milliseconds(taken: list[float]) -> str:
    taken = sorted(value * 1000 for value in taken)
    return f"{statistics.median(taken):8.1f} ms (from {taken[0]:.1f} to {taken[-1]:.1f}, {len(taken)} times)"


def process(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def resident() -> int:
    with open("/proc/self/statm") as numbers:
        return int(numbers.read().split()[1]) * resource.getpagesize()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--program", help="a kpi-sql program to compare with")
    parser.add_argument("--rows", type=int, default=10_000_000, help="of the frame")
    args = parser.parse_args()

    bare = seconds(lambda: process(sys.executable, "-c", "pass"), 20)
    imported = seconds(lambda: process(sys.executable, "-c", "import kpi_sql"), 20)
    print("a process of Python            ", milliseconds(bare))
    print("the same with import kpi_sql   ", milliseconds(imported))
    print(f"so an import takes              {(statistics.median(imported) - statistics.median(bare)) * 1000:8.1f} ms")

    command = [sys.executable, "-m", "kpi_sql", "-c", "SELECT 1"]
    print("the command, SELECT 1          ", milliseconds(seconds(lambda: process(*command), 20)))

    import kpi_sql

    session = kpi_sql.Session()
    session.sql(QUERY).collect()
    print("a small query                  ", milliseconds(seconds(lambda: session.sql(QUERY).collect(), 200)))
    print("the same to a frame of pandas  ", milliseconds(seconds(lambda: session.sql(QUERY).to_pandas(), 200)))
    if args.program:
        print("the same by the command line   ", milliseconds(seconds(lambda: process(args.program, "-c", QUERY), 20)))

    import numpy
    import pandas

    frame = pandas.DataFrame({
        "customer": numpy.arange(args.rows) % 1_000_003,
        "product": (numpy.arange(args.rows) % 97).astype("int32"),
        "amount": numpy.arange(args.rows, dtype="float64"),
    })
    held = frame.memory_usage(deep=True).sum()
    before = resident()
    taken = seconds(lambda: session.register("orders", frame), 1)
    print(f"a frame of {args.rows:,} rows and {held / 2**20:.0f} MB is registered in {taken[0] * 1000:.1f} ms, with {(resident() - before) / 2**20:.1f} MB more")
    query = "SELECT cross_sell_rate(customer, product) FROM orders"
    print("cross_sell_rate of its rows    ", milliseconds(seconds(lambda: session.sql(query).collect(), 3)))


if __name__ == "__main__":
    main()
