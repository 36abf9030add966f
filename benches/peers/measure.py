"""Measures a case: every contender in turn, in a process of its own, again and again."""

import json
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from cases import OURS

HERE = Path(__file__).parent
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Failure(Exception):
    """A contender did not answer."""


class GaveUp(Failure):
    """It took more time or memory than there is, which is a result as well."""


@dataclass(frozen=True)
class Sample:
    wall: float  # seconds
    cpu: float  # seconds
    peak: float  # MB
    rows: list


@dataclass(frozen=True)
class Result:
    """The medians of a contender, or the reason why there are none."""

    contender: object
    wall: float = math.nan
    cpu: float = math.nan
    peak: float = math.nan
    failure: Failure | None = None


class Disagreement(Exception):
    """Two contenders answered different numbers."""


def command(contender, case, table, program, python):
    """What is started, and what is added to its environment."""
    threads = str(contender.threads)
    if contender.engine != OURS:
        arguments = [contender.engine, contender.style, case.folder, table, threads]
        return [python, HERE / "engines.py", *arguments], {}
    arguments, environment = ["--table", f"orders={table}", "--format", "json"], {}
    if contender.memory_limit:
        arguments += ["--memory-limit", contender.memory_limit]
    if program.knows("--threads"):
        arguments += ["--threads", threads]
    else:
        # What the option does, for older programs.
        arguments += ["-c", f"SET datafusion.execution.target_partitions = {threads}"]
        environment["TOKIO_WORKER_THREADS"] = threads
    return [program.path, *arguments, "-f", case.folder / "kpi.sql"], environment


def sample(contender, case, table, program, python, timeout):
    """One run."""
    output, wall, usage = spawn(*command(contender, case, table, program, python), timeout)
    answer = json.loads(output)
    if contender.engine == OURS:
        rows = [list(row.values()) for row in answer]
    else:
        wall, rows = answer["wall"], answer["rows"]
    return Sample(wall, usage.ru_utime + usage.ru_stime, megabytes(usage), rows)


def idle_peak(engine, program, python):
    """The memory of a process that has started and not read anything, in MB."""
    line = [program.path, "-c", "SELECT 1"] if engine == OURS else [python, "-c", f"import {engine}"]
    _, _, usage = spawn(line, {}, 60)
    return megabytes(usage)


def spawn(line, environment, timeout):
    """Runs a command: what it printed, the seconds it took, what it used.

    This process stays small and imports no engine, because Linux counts the memory of whoever starts a process towards its peak.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(line, stdout=output, stderr=errors, env={**os.environ, **environment})
        die_first(process.pid)
        too_late = threading.Timer(timeout, process.kill)
        too_late.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        too_late.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode == -signal.SIGKILL:
            raise GaveUp(f"more than {timeout:g} s" if wall >= timeout else "killed, for want of memory perhaps")
        if process.returncode != 0:
            raise Failure(reason(errors.read().decode(errors="replace")) or f"exit code {process.returncode}")
        return output.read(), wall, usage


def reason(errors):
    """The line that says what went wrong, among all that an engine has to say about it."""
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return next((line for line in reversed(lines) if "error" in line.lower()), "".join(lines[-1:]))


def megabytes(usage):
    return usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def die_first(pid):
    """If the machine runs out of memory, the process that is measured goes, and nothing else."""
    try:
        Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
    except OSError:
        pass  # Not Linux, or the process has ended already.


def measure(case, table, program, python, runs, timeout):
    """Results in the order of the contenders. The first round warms the file cache and is not counted."""
    samples = {contender: [] for contender in case.contenders}
    failures = {}
    expected = None
    for round in range(runs + 1):
        for contender in case.contenders:
            if contender in failures:
                continue
            try:
                taken = sample(contender, case, table, program, python, timeout)
            except Failure as failure:
                failures[contender] = failure
                continue
            if expected is None:
                expected = contender, taken.rows
            compare(case, *expected, contender, taken.rows)
            if round > 0:
                samples[contender].append(taken)
    return [result(contender, samples[contender], failures.get(contender)) for contender in case.contenders]


def medians(run, runs):
    """The medians of what several runs give, column by column. The first run warms the file cache and is not counted."""
    samples = [run() for _ in range(runs + 1)][1:]
    return [statistics.median(column) for column in zip(*samples)]


def result(contender, samples, failure):
    if failure is not None:
        return Result(contender, failure=failure)
    medians = {field: statistics.median(getattr(sample, field) for sample in samples) for field in ("wall", "cpu", "peak")}
    return Result(contender, **medians)


def compare(case, one, one_rows, other, other_rows):
    """The same rows, with numbers that are equal to nine digits."""
    place = f"{case.name}: {one.engine} ({one.how}) and {other.engine} ({other.how})"
    if len(one_rows) != len(other_rows):
        raise Disagreement(f"{place} have {len(one_rows)} and {len(other_rows)} rows")
    if not one_rows:
        raise Disagreement(f"{place} have no rows")
    for number, (left, right) in enumerate(zip(one_rows, other_rows), 1):
        if len(left) != len(right) or not all(map(same, left, right)):
            raise Disagreement(f"{place} differ in row {number}:\n  {left}\n  {right}")


def same(left, right):
    if isinstance(left, str) and isinstance(right, str):
        # A month is a date in one engine, a timestamp in another; both begin with the day.
        day = DAY.match(left)
        return left == right or (day is not None and right.startswith(day.group()))
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return math.isclose(left, right, rel_tol=1e-9)
    return left == right
