"""What has to be there before anything is measured: the other engines, the program, the data. Kept in a cache folder."""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
REQUIREMENTS = HERE / "requirements.txt"


def parser_of(description, timeout):
    """A parser of what every measurement has to know."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kpi-sql" / "bench"
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3, help="of which the median is taken, after one that warms up (default: 3)")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of every engine (default: one per core)")
    parser.add_argument("--timeout", type=float, default=timeout, help=f"seconds after which a run is given up (default: {timeout})")
    parser.add_argument("--work", type=lambda path: Path(path).resolve(), default=cache, help=f"folder for packages and data (default: {cache})")
    parser.add_argument("--binary", type=Path, help="a kpi-sql to measure instead of building one")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the results into a page, such as docs/benchmarks.md")
    return parser


def note(words):
    print(words, file=sys.stderr, flush=True)


def python_with_engines(work):
    """A Python that has the other engines, in an environment of its own."""
    environment = work / "venv"
    python = environment / "bin" / "python"
    installed = environment / "requirements.txt"
    wanted = REQUIREMENTS.read_text()
    if installed.exists() and installed.read_text() == wanted:
        return python
    note(f"installing {REQUIREMENTS} in {environment}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", environment], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", REQUIREMENTS], check=True)
    # Written last, so that an interrupted installation is done again.
    installed.write_text(wanted)
    return python


def versions():
    """The version of every package that is pinned."""
    pins = (line.split("==") for line in REQUIREMENTS.read_text().splitlines() if "==" in line)
    return dict(pins)


@dataclass(frozen=True)
class Program:
    """The kpi-sql program that is measured."""

    path: Path
    version: str
    help: str

    def knows(self, option):
        return f"{option} " in self.help


def program(path):
    """The program at a path, or the one that a release build of this clone gives."""
    path = Path(path).resolve() if path else build()
    ask = lambda option: subprocess.run([path, option], check=True, capture_output=True, text=True).stdout
    return Program(path, ask("--version").strip(), ask("--help"))


def build():
    note("building kpi-sql; the first release build of DataFusion takes a while")
    command = ["cargo", "build", "--release", "--locked", "--bin", "kpi-sql", "--message-format", "json-render-diagnostics"]
    output = subprocess.run(command, check=True, cwd=HERE, stdout=subprocess.PIPE, text=True).stdout
    messages = map(json.loads, output.splitlines())
    # The folder is where cargo's settings want it, so cargo is asked.
    return Path(next(message["executable"] for message in messages if message.get("executable")))


def table(work, python, case):
    """The folder with the files of a case's table."""
    folder = work / "data" / f"{case.table}-{case.rows}-{case.customers}"
    if not folder.exists():
        note(f"writing {folder}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([python, HERE / "data.py", case.table, str(case.rows), str(case.customers), folder], check=True)
    return folder
