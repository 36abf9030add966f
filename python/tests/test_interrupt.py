"""Ctrl-C ends a query at once, and the session goes on."""

import subprocess
import sys
import textwrap

import pytest

ENDLESS = "SELECT count(DISTINCT value) FROM generate_series(1, 1000000000000)"

WAYS = {
    "collect": f"session.sql({ENDLESS!r}).collect()",
    "to_arrow": f"session.sql({ENDLESS!r}).to_arrow()",
    "write": f"session.sql({ENDLESS!r}).write_csv(folder + '/t.csv')",
    "explain": f"session.sql({ENDLESS!r}).explain(analyze=True)",
    "a statement that works at once": f"session.sql('CREATE TABLE t AS ' + {ENDLESS!r})",
    # PyArrow raises an error of its own for the end of a stream, and the interrupt comes right behind it.
    "a stream": f"""
    import pyarrow
    try:
        pyarrow.table(session.sql({ENDLESS!r}))
    except ValueError:
        time.sleep(1)""",
}

# The signal comes from the process itself, so that it is there when the query has begun.
SCRIPT = """
import os, signal, sys, threading, time
import kpi_sql
session, folder = kpi_sql.Session(memory_limit="500MB"), sys.argv[1]
started = time.monotonic()
threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    {way}
except KeyboardInterrupt:
    seconds = time.monotonic() - started
    assert 0.9 < seconds < 30, seconds
    assert session.sql("SELECT 1").value() == 1
    assert os.listdir(folder) == [], os.listdir(folder)
    print("interrupted")
"""


@pytest.mark.parametrize("way", WAYS)
def test_ctrl_c(tmp_path, way):
    script = textwrap.dedent(SCRIPT).replace("{way}", WAYS[way])
    ran = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert ran.stdout == "interrupted\n", ran.stderr
