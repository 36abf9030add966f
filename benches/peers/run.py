#!/usr/bin/env python3
"""Measures kpi-sql beside DuckDB, Polars, ClickHouse (chDB) and DataFusion: the same KPIs, the same files, the same answers.

    python3 benches/peers/run.py    # everything but `scale`; hours
    python3 benches/peers/run.py --rows 1e6 --customers 1e5 --runs 1 --cases rate,scorecard,time    # a quick look; a minute

The first run installs the other engines, builds kpi-sql and writes the data, all in a cache folder. Runs on Linux and macOS.
"""

import os
import shlex
import sys
from dataclasses import replace

import report
from cases import DEFAULT, GROUPS, OURS, all_cases
from engines import ENGINES
from measure import Disagreement, GaveUp, idle_peak, measure
from prepare import note, parser_of, program, python_with_engines, table, versions

# What a page has markers for.
SECTIONS = ["losses", "results"]


def arguments():
    words = lambda text: text.split(",")
    whole = lambda text: int(float(text))
    parser = parser_of(__doc__, timeout=900)
    parser.add_argument("--cases", type=words, default=DEFAULT, help="names of cases and groups, as --list shows them")
    parser.add_argument("--engines", type=words, default=[OURS, *ENGINES], help=f"some of {','.join([OURS, *ENGINES])}")
    parser.add_argument("--rows", type=whole, default=40_000_000, help="of the table (default: 40e6)")
    parser.add_argument("--customers", type=whole, default=4_000_000, help="in the table (default: 4e6)")
    parser.add_argument("--list", action="store_true", help="show the cases and stop")
    chosen = parser.parse_args()
    for engine in set(chosen.engines) - {OURS, *ENGINES}:
        parser.error(f"no engine {engine}; there are {', '.join([OURS, *ENGINES])}")
    if chosen.runs < 1 or chosen.threads < 1 or not 1 <= chosen.customers <= chosen.rows:
        parser.error("--runs and --threads are at least 1, --customers at least 1 and at most --rows")
    return parser, chosen


def select(parser, chosen):
    """The cases that were asked for, with the engines that were asked for."""
    known = list(all_cases(chosen.rows, chosen.customers, chosen.threads))
    if chosen.list:
        for group, words in GROUPS.items():
            print(f"{group}: {words}")
            for case in (case for case in known if case.group == group):
                print(f"    {case.name:20} {case.title}")
        sys.exit()
    for name in set(chosen.cases) - {case.name for case in known} - set(GROUPS):
        parser.error(f"no case {name}; --list shows them")
    for case in known:
        if case.name in chosen.cases or case.group in chosen.cases:
            contenders = [contender for contender in case.contenders if contender.engine in chosen.engines]
            if contenders:
                yield replace(case, contenders=contenders)


def repeat(chosen):
    """The command that measures the same again, wherever the clone and its cache are."""
    command = ["python3", "benches/peers/run.py", "--rows", f"{chosen.rows}", "--customers", f"{chosen.customers}"]
    command += ["--runs", f"{chosen.runs}", "--threads", f"{chosen.threads}", "--cases", ",".join(chosen.cases)]
    if chosen.engines != [OURS, *ENGINES]:
        command += ["--engines", ",".join(chosen.engines)]
    return shlex.join(command)


def main():
    parser, chosen = arguments()
    cases = list(select(parser, chosen))
    for section in SECTIONS if chosen.write else []:
        report.markers(chosen.write, section)
    python = python_with_engines(chosen.work)
    ours = program(chosen.binary)
    load = os.getloadavg()[0]
    measured, has_errors = [], False
    for case in cases:
        if any(contender.memory_limit for contender in case.contenders) and not ours.knows("--memory-limit"):
            note(f"SKIPPED {case.name}: {ours.version} does not know --memory-limit")
            continue
        folder = table(chosen.work, python, case)
        try:
            results = measure(case, folder, ours, python, chosen.runs, chosen.timeout)
        except Disagreement as disagreement:
            sys.exit(f"WRONG ANSWER. {disagreement}")
        for result in results:
            if result.failure:
                note(f"FAILED {case.name}, {result.contender.engine} ({result.contender.how}): {result.failure}")
                has_errors |= result.contender.engine == OURS or not isinstance(result.failure, GaveUp)
        measured.append((case, results))
        print(f"\n{case.name}: {report.headline(case)}\n\n{report.case_table(results)}", flush=True)
    print(f"\n{report.summary(measured)}\n\nWhere others are better:\n\n{report.losses(measured)}")
    if chosen.write:
        idle = {engine: idle_peak(engine, ours, python) for engine in chosen.engines}
        section = report.page_section(measured, repeat(chosen), ours, versions(), idle, chosen.threads, load)
        report.write(chosen.write, dict(zip(SECTIONS, [report.losses(measured), section])))
    # That another engine needs too much is a result; that it refuses a query means that the query is to be mended.
    sys.exit(1 if has_errors else 0)


if __name__ == "__main__":
    main()
