#!/usr/bin/env python3
"""Measures the queries that this project ships beside their twins in plain SQL, in DuckDB, on the sample data many times over.

    python3 benches/peers/pack.py                       # 7.9 M order lines; about 15 minutes
    python3 benches/peers/pack.py --times 200 --runs 1 --queries monthly,scorecard    # a quick look

Every customer, order, opportunity and survey of the sample data is there so many times under other ids. Beside each query stands its
floor: the same query with count(*) in the place of every KPI, which is what reading, joining and grouping take by themselves. Where an
expert would write the twin otherwise, best/ has what he would write; its rows are compared with those of the twin.
"""

import json
import re
import statistics
import sys
from pathlib import Path

import report
from measure import Failure, medians, megabytes, spawn
from prepare import note, parser_of, program, python_with_engines, versions

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
SECTION = "pack"

# By table: the columns that tell things apart, which are other ones each time.
IDS = {
    "customers": ["customer_id"],
    "opportunities": ["opportunity_id", "customer_id"],
    "product_usage": ["customer_id"],
    "products": [],
    "subscriptions": ["customer_id"],
    "surveys": ["survey_id", "customer_id"],
}
ORDER_IDS = ["order_id", "customer_id"]

MAKE = """
import duckdb, pathlib, sys
root, out, times = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(sys.argv[3])
ids, order_ids = eval(sys.argv[4]), eval(sys.argv[5])
database = duckdb.connect()

def write(source, ids, to, order=""):
    renamed = ", ".join(f"{column} || '-' || time AS {column}" for column in ids)
    many = f"SELECT * EXCLUDE (time) REPLACE ({renamed}) FROM read_parquet('{source}', hive_partitioning = false), range({times}) AS r(time)"
    database.execute(f"COPY ({many if ids else f'FROM read_parquet({str(source)!r})'} {order}) TO '{to}'")

for table, columns in ids.items():
    write(root / f"{table}.parquet", columns, out / f"{table}.parquet")
for month in sorted((root / "orders").glob("month=*")):
    (out / "orders" / month.name).mkdir(parents=True)
    write(month / "*.parquet", order_ids, out / "orders" / month.name / "part-0.parquet", "ORDER BY ordered_at")
"""

# Opening the tables is a part of it; the start of Python is not.
TWIN = """
import duckdb, json, sys, time
folder, statement, threads = sys.argv[1:]
database = duckdb.connect()
started = time.perf_counter()
database.execute(f"SET threads = {threads}; SET enable_progress_bar = false")
for table in ["customers", "opportunities", "product_usage", "products", "subscriptions", "surveys"]:
    database.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{folder}/{table}.parquet')")
database.execute(f"CREATE VIEW orders AS SELECT * FROM read_parquet('{folder}/orders/*/*.parquet', hive_partitioning = true)")
database.execute("CREATE MACRO to_char(day, form) AS strftime(day, form)")
rows = database.execute(open(statement).read()).fetchall()
print(json.dumps({"wall": time.perf_counter() - started, "rows": [[str(cell) for cell in row] for row in rows]}))
"""


def arguments():
    parser = parser_of(__doc__, timeout=300)
    parser.add_argument("--times", type=int, default=2000, help="how often the sample data is there (default: 2000)")
    parser.add_argument("--queries", type=lambda text: text.split(","), help="names of some of queries/ (default: all)")
    return parser.parse_args()


def table(work, python, times):
    """The folder of the data, which is written once."""
    folder = work / f"pack-{times}"
    if not folder.exists():
        note(f"writing {folder}")
        new = work / f"pack-{times}.new"
        new.mkdir(parents=True, exist_ok=True)
        spawn([python, "-c", MAKE, ROOT / "sample_data", new, str(times), repr(IDS), repr(ORDER_IDS)], {}, 3600)
        new.rename(folder)
    return folder


COUNT = "CAST(count(*) AS DOUBLE)"
COUNTS = ["value", "numerator", "denominator", "std_error", "ci_low", "ci_high"]
# What stands in the place of a call, by the end of its name; lists and structs have the shape of what they replace.
IN_PLACE = {
    "_parts": "named_struct('kpi', 'KPI', %s)" % ", ".join(f"'{name}', {COUNT}" for name in [*COUNTS, "rows", "rows_ignored"]),
    "_state": "count(*)",
    "_mix": f"make_array(named_struct('product', 'x', 'customers', count(*), 'share', {COUNT}))",
    "": "count(*)",
}


def closed(sql, start):
    """Where the bracket ends that was opened before a place."""
    depth = 1
    while depth:
        depth += {"(": 1, ")": -1}.get(sql[start], 0)
        start += 1
    return start


def floor(sql, names):
    """The query with count(*) in the place of every call of a KPI, and of every count of distinct values."""
    merged = r"kpi_finish(?:_parts)?\((?=kpi_merge\()"
    call = re.compile(rf"{merged}|\b(?:{'|'.join(names)})(?:_parts|_state)?\(")
    while found := call.search(sql):
        end = closed(sql, found.end())
        if filtered := re.match(r"\s+FILTER \(", sql[end:]):
            end = closed(sql, end + filtered.end())
        name = found[0][:-1]
        place = next(of for of in IN_PLACE if name.endswith(of))
        in_place = IN_PLACE[place].replace("KPI", name.removesuffix("_parts"))
        sql = f"{sql[:found.start()]}{in_place}{sql[end:]}"
    return re.sub(r"count\(DISTINCT [^)]*\)", "count(*)", sql)


def median(run, runs):
    """The medians of wall seconds and peak MB, or why there are none."""
    try:
        return medians(run, runs)
    except Failure as failure:
        return str(failure)


def measure(name, folder, ours, python, chosen, names, scratch):
    query = ROOT / "queries" / f"{name}.sql"
    below = scratch / f"{name}.sql"
    below.write_text(floor(query.read_text(), names))
    twin = ROOT / "tests" / "plain_sql" / f"{name}.sql"
    program = [ours.path, "--threads", str(chosen.threads), "--data", folder, "--format", "csv", "--quiet", "-f"]

    def kpi(file):
        _, wall, usage = spawn([*program, file], {}, chosen.timeout)
        return wall, megabytes(usage)

    answers = {}

    def duckdb(file):
        output, _, usage = spawn([python, "-c", TWIN, folder, file, str(chosen.threads)], {}, chosen.timeout)
        said = json.loads(output.splitlines()[-1])
        answers[file] = said["rows"]
        return said["wall"], megabytes(usage)

    best = HERE / "best" / f"{name}.sql"
    results = [median(run, chosen.runs) for run in (lambda: kpi(query), lambda: duckdb(twin), lambda: kpi(below))]
    results.append(median(lambda: duckdb(best), chosen.runs) if best.exists() else None)
    if best in answers and answers[best] != answers[twin]:
        sys.exit(f"{best} and {twin} do not say the same")
    return results


def shown(result, digits):
    """Two cells: seconds and MB."""
    if result is None or isinstance(result, str):
        return ["–", "–"]
    return [f"{result[0]:.{digits}f}", f"{result[1]:.0f}"]


def main():
    chosen = arguments()
    if chosen.write:
        report.markers(chosen.write, SECTION)
    python = python_with_engines(chosen.work)
    ours = program(chosen.binary)
    folder = table(chosen.work, python, chosen.times)
    scratch = chosen.work / "floors"
    scratch.mkdir(exist_ok=True)
    listed, _, _ = spawn([ours.path, "--format", "csv", "-c", "SELECT name FROM kpi_catalog()"], {}, 60)
    names = listed.decode().split()[1:]
    known = sorted(path.stem for path in (ROOT / "queries").glob("*.sql"))
    lines, ratios, losses = [], [], []
    for name in chosen.queries or known:
        kpi, duckdb, below, best = measure(name, folder, ours, python, chosen, names, scratch)
        ratio = duckdb[0] / kpi[0] if not isinstance(kpi, str) and not isinstance(duckdb, str) else None
        if ratio is not None:
            ratios.append(ratio)
            losses += [name] if ratio < 1 else []
        cells = [f"`{name}`", f"{ratio:.2f}×" if ratio else "–", *shown(kpi, 2), *shown(duckdb, 2), shown(best, 2)[0], shown(below, 2)[0]]
        lines.append(f"| {' | '.join(cells)} |")
        note(lines[-1] + "".join(f" {result}" for result in (kpi, duckdb, below, best) if isinstance(result, str)))
    head = ["| query | ratio | kpi-sql s | MB | DuckDB s | MB | best s | floor s |", "|---|---:|---:|---:|---:|---:|---:|---:|"]
    versions_of = f"{ours.version}, DuckDB {versions()['duckdb']}"
    says = [
        f"- {report.machine()}; {chosen.threads} threads; sample data × {chosen.times}; {versions_of}; medians of {chosen.runs}.",
        f"- The median ratio is {statistics.median(ratios):.2f}×. DuckDB is faster in: {', '.join(f'`{name}`' for name in losses) or 'none'}.",
    ]
    section = "\n".join([*says, "", *head, *lines])
    print(section)
    if chosen.write:
        report.write(chosen.write, {SECTION: section})


if __name__ == "__main__":
    sys.exit(main())
