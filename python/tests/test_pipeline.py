"""The example of a pipeline runs as an orchestrator would run it."""

import subprocess
import sys

import pyarrow.parquet as pq

from conftest import REPOSITORY, SAMPLE

PIPELINE = REPOSITORY / "python/examples/pipeline.py"


def run(*args):
    command = [sys.executable, PIPELINE, *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True)


def test_all_is_well(tmp_path, sample):
    output = tmp_path / "kpis.parquet"
    ran = run("--data", SAMPLE, "--month", "2026-06", "--output", output)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    rows = pq.read_table(output).to_pylist()
    assert [row["segment"] for row in rows] == ["Enterprise", "Mid-Market", "SMB", "Startup"]
    expected = sample.sql("SELECT cross_sell_rate(customer_id, is_cross_sell) FROM orders JOIN customers USING (customer_id) WHERE month = '2026-06' AND segment = 'SMB'")
    assert rows[2]["cross_sell_rate"] == expected.value()


def test_an_alarm(tmp_path):
    output = tmp_path / "kpis.parquet"
    ran = run("--data", SAMPLE, "--month", "2026-06", "--output", output, "--alarm", "0.9")
    assert ran.returncode == 3 and "ALARM: " in ran.stderr and output.exists()


def test_failures(tmp_path):
    output = tmp_path / "kpis.parquet"
    nothing = run("--data", SAMPLE, "--month", "1999-01", "--output", output)
    assert nothing.returncode == 1 and "no orders in 1999-01" in nothing.stderr
    missing = run("--data", tmp_path, "--month", "2026-06", "--output", output)
    assert missing.returncode == 1 and "there is no table orders" in missing.stderr
    assert not output.exists()
