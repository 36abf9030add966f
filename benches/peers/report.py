"""Results as Markdown: for the terminal, and between the markers of a page."""

import datetime
import os
import platform
from pathlib import Path

from cases import MEMORY_LIMIT, OURS
from engines import ENGINES
from measure import GaveUp


def table(header, rows):
    """A table whose columns are aligned in the source as well; every column but those of words stands to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    is_text = [name in ("case", "engine", "how", "fastest other", "leanest other", "what") for name in header]
    widths = [max(3, *(len(row[i]) for row in [header, *texts])) for i in range(len(header))]

    def line(row):
        cells = (cell.ljust(width) if text else cell.rjust(width) for cell, width, text in zip(row, widths, is_text))
        return f"| {' | '.join(cells)} |"

    rule = "|".join("-" * (width + 2) if text else "-" * (width + 1) + ":" for width, text in zip(widths, is_text))
    return "\n".join([line(header), f"|{rule}|", *map(line, texts)])


def seconds(value):
    return f"{value:.2f}" if value < 100 else f"{value:.0f}"


def times(value):
    return f"{value:.2f}×" if value < 10 else f"{value:.0f}×"


def number(value):
    return f"{value:,.0f}"


def case_table(results):
    """Every contender of a case."""

    def row(result):
        contender = result.contender
        if result.failure:
            words = result.failure if isinstance(result.failure, GaveUp) else "failed"
            return [contender.engine, f"{contender.how}: {words}", "", "", ""]
        return [contender.engine, contender.how, seconds(result.wall), seconds(result.cpu), number(result.peak)]

    return table(["engine", "how", "wall s", "CPU s", "peak MB"], map(row, results))


class Standing:
    """How kpi-sql stands among the others in a case."""

    def __init__(self, case, results):
        self.case = case
        self.ours = results[0]
        others = [result for result in results[1:] if not result.failure]
        self.is_comparable = self.ours.contender.engine == OURS and not self.ours.failure and bool(others)
        if self.is_comparable:
            self.fastest = min(others, key=lambda result: result.wall)
            self.leanest = min(others, key=lambda result: result.peak)
            self.faster = self.fastest.wall / self.ours.wall
            self.leaner = self.leanest.peak / self.ours.peak

    def row(self):
        name = f"`{self.case.name}`"
        ours = self.ours
        if ours.failure or ours.contender.engine != OURS:
            return [name, "none", *[""] * 7]
        if not self.is_comparable:
            return [name, seconds(ours.wall), "none", "", "", number(ours.peak), "none", "", ""]
        fastest, leanest = self.fastest, self.leanest
        time = [seconds(ours.wall), who(fastest), seconds(fastest.wall), times(self.faster)]
        return [name, *time, number(ours.peak), who(leanest), number(leanest.peak), times(self.leaner)]

    def losses(self):
        name, ours = self.case.name, self.ours
        if self.faster < 1:
            yield f"- Time of `{name}`: {seconds(ours.wall)} s; {who(self.fastest)} {seconds(self.fastest.wall)} s."
        if self.leaner < 1:
            yield f"- Memory of `{name}`: {number(ours.peak)} MB; {who(self.leanest)} {number(self.leanest.peak)} MB."


def who(result):
    return f"{result.contender.engine} {result.contender.style}"


def summary(measured):
    """One line per case: kpi-sql and the best of all others."""
    against_others = [Standing(case, results) for case, results in measured if case.group != "memory"]
    header = ["case", "wall s", "fastest other", "wall s", "ratio", "peak MB", "leanest other", "peak MB", "ratio"]
    parts = []
    if against_others:
        parts.append(table(header, [standing.row() for standing in against_others]))
    limited = [limit_row(case, *results) for case, results in measured if case.group == "memory"]
    if limited:
        header = ["case", "wall s", "limited: wall s", "ratio", "peak MB", "limited: peak MB", "ratio"]
        parts.append(f"With `--memory-limit {MEMORY_LIMIT}`, against no limit:\n\n" + table(header, limited))
    return "\n\n".join(parts)


def limit_row(case, free, limited):
    name = f"`{case.name}`"
    if free.failure or limited.failure:
        return [name, "failed" if free.failure else "", "failed" if limited.failure else "", *[""] * 4]
    return [
        name,
        *[seconds(free.wall), seconds(limited.wall), times(limited.wall / free.wall)],
        *[number(free.peak), number(limited.peak), times(limited.peak / free.peak)],
    ]


def losses(measured):
    standings = (Standing(case, results) for case, results in measured if case.group != "memory")
    compared = [standing for standing in standings if standing.is_comparable]
    if not compared:
        return "Nothing was compared."
    lines = [line for standing in compared for line in standing.losses()]
    return "\n".join(lines) or "In none of the cases that were measured."


def machine():
    """The machine, in a few words."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = models[0] if models else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {platform.system()}"


def page_section(measured, command, program, versions, idle, threads, load):
    """What stands in the page about a run."""
    engines = [name for name in idle if name != OURS]
    inside = {"chdb": f" (ClickHouse {versions['chdb-core']})"}
    packages = ", ".join(f"{engine} {versions[engine]}{inside.get(engine, '')}" for engine in engines)
    absent = [engine for engine in ENGINES if engine not in engines]
    others = f" {', '.join(absent)}: not part of this run." if absent else ""
    chosen = f"{threads} threads" if threads > 1 else "1 thread"
    facts = [
        f"- {datetime.date.today()}, {machine()}; {chosen} unless a case says otherwise.",
        f"- Processes that ran before it began (load average): {load:.1f}. Above 1, something else had a part of the machine.",
        f"- {program.version} beside the Python packages {packages}.{others}",
        "- What a process takes before its first query: "
        + ", ".join(f"{name} {number(peak)} MB" for name, peak in idle.items())
        + ".",
        f"- To repeat it: `{command}`",
    ]
    details = [f"#### {case.name}\n\n{headline(case)}\n\n{case_table(results)}" for case, results in measured]
    return "\n\n".join(["\n".join(facts), summary(measured), "### Each case", *details])


def headline(case):
    return f"{case.title}; {case.rows:,} rows, {case.customers:,} customers."


def markers(page, name):
    """The lines of a page between which a section stands; both are there, or it is better said before hours of measuring."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    if not page.exists() or start not in page.read_text() or end not in page.read_text():
        raise SystemExit(f"{page} is no page with the lines {start.strip()} and {end.strip()}")
    return start, end


def write(page, sections):
    """Puts each section between its two markers."""
    for name, section in sections.items():
        start, end = markers(page, name)
        before, rest = page.read_text().split(start, 1)
        _, after = rest.split(end, 1)
        page.write_text(f"{before}{start}{section}\n{end}{after}")
