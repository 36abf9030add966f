"""The command `kpi-sql` that the wheel brings: it is the program."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import kpi_sql
from conftest import REPOSITORY

PROGRAM = Path(sys.executable).with_name("kpi-sql")
ENDLESS = "SELECT count(DISTINCT value) FROM generate_series(1, 1000000000000)"


def run(*words, **options):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=60, cwd=REPOSITORY, **options)


@pytest.mark.parametrize("command", [[PROGRAM], [sys.executable, "-m", "kpi_sql"]])
def test_a_query(command):
    ran = subprocess.run([*command, "--format", "csv", "-c", "SELECT 1 AS a"], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "a\n1\n", "")


def test_a_query_from_standard_input():
    ran = run("--format", "csv", input="SELECT count(*) AS n FROM orders")
    assert (ran.returncode, ran.stdout) == (0, "n\n3940\n")


def test_help_and_version_are_those_of_the_program():
    ran = run("--help")
    assert ran.returncode == 0 and "Usage: kpi-sql" in ran.stdout and "Exit codes:" in ran.stdout
    assert run("--version").stdout == f"kpi-sql {kpi_sql.__version__}\n"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["-c", "SELEC 1"], 1, "error: "),
        (["-c", "SELECT a FROM nowhere"], 1, "there is no table nowhere"),
        (["--no-such-thing"], 2, "unexpected argument '--no-such-thing'"),
        (["--timeout", "1s", "-c", ENDLESS], 124, "--timeout 1s"),
    ],
)
def test_exit_codes(words, code, said):
    ran = run(*words)
    assert ran.returncode == code and said in ran.stderr and ran.stdout == ""
    assert "Traceback" not in ran.stderr


def test_a_reader_that_goes_away_ends_it_quietly():
    words = [PROGRAM, "--format", "csv", "-c", "SELECT value FROM generate_series(1, 1000000000000)"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout.readline() == b"value\n"
        program.stdout.close()
        assert program.wait(timeout=30) == 0
        assert program.stderr.read() == b""


@pytest.mark.parametrize(("sent", "code", "said"), [(signal.SIGINT, 130, b"cancelled\n"), (signal.SIGTERM, 143, b"ended by SIGTERM\n")])
def test_signals(tmp_path, sent, code, said):
    target = tmp_path / "t.csv"
    words = [PROGRAM, "-o", target, "-c", "SELECT value FROM generate_series(1, 1000000000000)"]
    with subprocess.Popen(words, stderr=subprocess.PIPE) as program:
        # What is written shows that the query has begun.
        started = time.monotonic()
        while not list(tmp_path.iterdir()):
            assert time.monotonic() - started < 30
            time.sleep(0.02)
        program.send_signal(sent)
        assert program.wait(timeout=30) == code
        assert program.stderr.read() == said
    assert list(tmp_path.iterdir()) == []


def test_the_prompt():
    """On a terminal there is one, and Ctrl-C ends the statement and not the session."""
    leader, follower = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "HOME": "/nonexistent"}
    with subprocess.Popen([PROGRAM], stdin=follower, stdout=follower, stderr=follower, start_new_session=True, env=environment, preexec_fn=_own_terminal) as program:
        os.close(follower)
        _until(leader, b"kpi")
        os.write(leader, f"{ENDLESS};\r".encode())
        time.sleep(1)
        os.write(leader, b"\x03")
        _until(leader, b"cancelled")
        os.write(leader, b"SELECT 40 + 2 AS answer;\r")
        _until(leader, b" 42 ")
        os.write(leader, b"\\q\r")
        assert program.wait(timeout=30) == 0
    os.close(leader)


def _own_terminal():
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _until(terminal, words):
    shown = b""
    started = time.monotonic()
    while words not in shown:
        assert time.monotonic() - started < 30, shown
        if select.select([terminal], [], [], 0.1)[0]:
            shown += os.read(terminal, 65536)
