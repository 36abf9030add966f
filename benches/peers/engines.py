"""Runs one query in one of the other engines, in a process of its own: engines.py ENGINE STYLE CASE_FOLDER TABLE_FOLDER THREADS

Prints the seconds that the query took and its rows. Imports and connections are made before the clock starts; opening the files and
fetching the rows are part of it.
"""

import importlib.util
import json
import os
import re
import sys
import time
from pathlib import Path

ENGINES = ["duckdb", "polars", "chdb", "datafusion"]


def sql(case, style, engine):
    """The statement of a style: the engine's own file, or else the one for all."""
    own = case / f"{style}.{engine}.sql"
    return (own if own.exists() else case / f"{style}.sql").read_text()


def files(table):
    """The files of a table as a glob, and their ending."""
    ending = next(table.iterdir()).suffix
    return f"{table}/*{ending}", ending


def duckdb(case, style, table, threads):
    import duckdb

    database = duckdb.connect()
    database.execute(f"SET threads = {threads}")
    glob, ending = files(table)
    reader = {".parquet": "read_parquet", ".csv": "read_csv"}[ending]

    def run():
        database.execute(f"CREATE VIEW orders AS SELECT * FROM {reader}('{glob}')")
        return database.execute(sql(case, style, "duckdb")).fetchall()

    return run


def polars(case, style, table, threads):
    os.environ["POLARS_MAX_THREADS"] = str(threads)
    import polars

    # The expressions of a case import polars too, so the number of threads has to be known by now.
    spec = importlib.util.spec_from_file_location("expressions", case / "polars.py")
    expressions = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(expressions)
    query = getattr(expressions, style)
    glob, ending = files(table)
    scan = {".parquet": polars.scan_parquet, ".csv": polars.scan_csv}[ending]

    def run():
        return query(scan(glob)).collect(engine="streaming").rows()

    return run


def chdb(case, style, table, threads):
    import chdb

    glob, ending = files(table)
    source = f"file('{glob}', {dict([('.parquet', 'Parquet'), ('.csv', 'CSVWithNames')])[ending]})"
    # Views would need a database on disk, so the table function stands where the name was.
    statement = re.sub(r"\bFROM orders\b", f"FROM {source} AS orders", sql(case, style, "chdb"))

    def run():
        answer = chdb.query(f"{statement} SETTINGS max_threads = {threads}", "JSONCompactEachRow")
        return [json.loads(line) for line in str(answer).splitlines() if line]

    return run


def datafusion(case, style, table, threads):
    os.environ["TOKIO_WORKER_THREADS"] = str(threads)
    from datafusion import SessionConfig, SessionContext

    session = SessionContext(SessionConfig().with_target_partitions(threads))
    _, ending = files(table)
    register = {".parquet": session.register_parquet, ".csv": session.register_csv}[ending]

    def run():
        register("orders", f"{table}/")
        batches = session.sql(sql(case, style, "datafusion")).collect()
        return [list(row.values()) for batch in batches for row in batch.to_pylist()]

    return run


def main():
    engine, style, case, table, threads = sys.argv[1:]
    run = globals()[engine](Path(case), style, Path(table), int(threads))
    started = time.perf_counter()
    rows = run()
    wall = time.perf_counter() - started
    # Times become text that begins with the date.
    json.dump({"wall": wall, "rows": [list(row) for row in rows]}, sys.stdout, default=str)


if __name__ == "__main__":
    main()
