#!/usr/bin/env python3
"""Measures how exports are read: CSV as people write it, in one file, in eight, compressed, and as thousands of small files, beside DuckDB and gzip.

    python3 benches/peers/exports.py                # 1 GB of CSV; about 10 minutes
    python3 benches/peers/exports.py --megabytes 100 --runs 1 --small-files 500    # a quick look

The rows are order lines with a note in quotes, which has a comma in it in one line of ten, and a line break in one of a thousand. All programs
answer the same question, which reads four of the six columns; the answers are compared.
"""

import gzip
import itertools
import json
import random
import sys
from pathlib import Path

import report
from measure import Failure, medians, megabytes, same, spawn
from prepare import note, parser_of, program, python_with_engines, versions

SECTION = "exports"
HEADER = ["order_id", "ordered_at", "customer_id", "product_id", "amount", "note"]
# Cheap to answer once it is read: text ids, times and numbers, with a note to be passed over.
QUESTION = """SELECT product_id, count(*) AS n_lines, min(customer_id) AS first_customer, sum(amount) AS revenue, max(ordered_at) AS latest
FROM {table} GROUP BY product_id ORDER BY product_id"""
DUCKDB = """
import duckdb, json, sys, time
files, options, statement, threads = sys.argv[1:]
database = duckdb.connect()
started = time.perf_counter()
database.execute(f"SET threads = {threads}; SET enable_progress_bar = false")
rows = database.execute(statement.replace("{table}", f"read_csv({files!r}{options})")).fetchall()
print(json.dumps({"wall": time.perf_counter() - started, "rows": [[str(cell) for cell in row] for row in rows]}))
"""
# Added to DuckDB's call by somebody who knows what is in the file.
BEST = ", header = true, delim = ',', quote = '\"', strict_mode = false, columns = {'order_id': 'VARCHAR', 'ordered_at': 'TIMESTAMP', 'customer_id': 'VARCHAR', 'product_id': 'VARCHAR', 'amount': 'DECIMAL(12,2)', 'note': 'VARCHAR'}"
GUNZIP = "import subprocess, sys; subprocess.run(['gzip', '-dc', sys.argv[1]], stdout=subprocess.DEVNULL, check=True)"


def arguments():
    parser = parser_of(__doc__, timeout=300)
    parser.add_argument("--megabytes", type=int, default=1000, help="of CSV (default: 1000)")
    parser.add_argument("--small-files", type=int, default=10_000, help="how many small files (default: 10000)")
    return parser.parse_args()


def line(dice, number):
    note = dice.choice(["renewal", "first order", "by phone", "see ticket"])
    if dice.random() < 0.1:
        note += ", gift"
    if dice.random() < 0.001:
        note += "\ncall back"
    day = f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02} {dice.randint(0, 23):02}:{dice.randint(0, 59):02}:00"
    return [f"O-{number:09}", day, f"C-{dice.randint(1, 400_000):06}", f"P-{dice.randint(1, 200):03}", f"{dice.randint(1, 99_999) / 100:.2f}", note]


def write(folder, files, megabytes, small):
    """The same lines as one file, as several, and compressed; and many small files."""
    new = folder.with_name(folder.name + ".new")
    for name in ("one", "parts", "gzip", "small"):
        (new / name).mkdir(parents=True, exist_ok=True)
    dice = random.Random(1)

    def rows(path, most, first):
        with open(path, "w", newline="") as file:
            file.write(",".join(HEADER) + "\n")
            size, number = 0, first
            while size < most:
                cells = line(dice, number)
                file.write(",".join(cells[:5]) + ',"' + cells[5] + '"\n')
                size += sum(map(len, cells)) + 8
                number += 1
        return number

    first = 0
    for part in range(files):
        first = rows(new / "parts" / f"orders-{part}.csv", megabytes * 1e6 / files, first)
    with open(new / "one" / "orders.csv", "wb") as one:
        for number, part in enumerate(sorted((new / "parts").iterdir())):
            text = part.read_bytes()
            one.write(text if number == 0 else text.split(b"\n", 1)[1])
    with open(new / "one" / "orders.csv", "rb") as one, gzip.open(new / "gzip" / "orders.csv.gz", "wb", compresslevel=6) as packed:
        while block := one.read(1 << 20):
            packed.write(block)
    for part in range(small):
        first = rows(new / "small" / f"orders-{part:05}.csv", 2000, first)
    new.rename(folder)


def main():
    chosen = arguments()
    if chosen.write:
        report.markers(chosen.write, SECTION)
    python = python_with_engines(chosen.work)
    ours = program(chosen.binary)
    folder = chosen.work / f"exports-{chosen.megabytes}-{chosen.small_files}"
    if not folder.exists():
        note(f"writing {folder}")
        write(folder, 8, chosen.megabytes, chosen.small_files)
    answers = {}

    def kpi(table, of, *more):
        line = [ours.path, "--threads", str(chosen.threads), "--format", "json", "--quiet", *more, "-c", QUESTION.format(table=f"'{table}'")]
        output, wall, usage = spawn(line, {}, chosen.timeout)
        answers.setdefault(of, {})["kpi-sql"] = [list(row.values()) for row in json.loads(output)]
        return wall, megabytes(usage)

    def duckdb(files, of, options):
        output, _, usage = spawn([python, "-c", DUCKDB, files, options, QUESTION, str(chosen.threads)], {}, chosen.timeout)
        said = json.loads(output.splitlines()[-1])
        answers.setdefault(of, {})["DuckDB"] = [[row[0], int(row[1]), row[2], float(row[3]), row[4]] for row in said["rows"]]
        return said["wall"], megabytes(usage)

    def unpacked(path):
        _, wall, usage = spawn([python, "-c", GUNZIP, path], {}, chosen.timeout)
        return wall, megabytes(usage)

    one, parts, packed, small = folder / "one" / "orders.csv", folder / "parts" / "*.csv", folder / "gzip" / "orders.csv.gz", folder / "small" / "*.csv"
    gigabytes = one.stat().st_size / 1e9
    cases = [
        (f"one file of {gigabytes:.1f} GB", [("kpi-sql", lambda: kpi(one, "one")), ("kpi-sql, 128 MB", lambda: kpi(one, "one", "--memory-limit", "128MB")), ("DuckDB", lambda: duckdb(str(one), "one", "")), ("DuckDB, types given", lambda: duckdb(str(one), "one", BEST))]),
        ("the same as eight files", [("kpi-sql", lambda: kpi(parts, "parts")), ("DuckDB", lambda: duckdb(str(parts), "parts", ""))]),
        ("the same as .csv.gz", [("kpi-sql", lambda: kpi(packed, "gzip")), ("DuckDB", lambda: duckdb(str(packed), "gzip", "")), ("gzip -dc", lambda: unpacked(packed))]),
        (f"{chosen.small_files:,} files of 2 kB", [("kpi-sql", lambda: kpi(small, "small")), ("DuckDB", lambda: duckdb(str(small), "small", ""))]),
    ]
    lines = []
    for name, contenders in cases:
        for who, run in contenders:
            try:
                wall, peak = medians(run, chosen.runs)
                lines.append([name, who, f"{wall:.2f}", f"{peak:.0f}"])
            except Failure as failure:
                lines.append([name, who, "–", "–"])
                note(f"  {failure}")
            note(" | ".join(lines[-1]))
    for of, said in answers.items():
        # Whoever failed has said nothing.
        for one, other in itertools.combinations(said.values(), 2):
            if len(one) != len(other) or not all(same(*cells) for rows in zip(one, other) for cells in zip(*rows, strict=True)):
                sys.exit(f"{of}: the answers differ: {one[:2]} and {other[:2]}")
    says = f"- {report.machine()}; {chosen.threads} threads; {ours.version}, DuckDB {versions()['duckdb']}; medians of {chosen.runs}."
    section = "\n".join([says, "", report.table(["what", "engine", "wall s", "peak MB"], lines)])
    print(section)
    if chosen.write:
        report.write(chosen.write, {SECTION: section})


if __name__ == "__main__":
    sys.exit(main())
