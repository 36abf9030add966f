"""DuckDB as a second opinion: every formula that the catalog prints, group by group, against one pass with all KPIs."""

import duckdb
import numpy as np
import pandas as pd
import pytest

import kpi_sql

#: By argument: the column of the rows, or the number that its formula is printed with.
ARGUMENTS = {
    "customer": "customer",
    "product": "product",
    "transaction": "order_id",
    "order": "order_id",
    "opportunity": "order_id",
    "basket": "order_id",
    "rep": "rep",
    "product_line": "line",
    "tier": "tier",
    "amount": "amount",
    "revenue": "amount",
    "start_revenue": "start_amount",
    "end_revenue": "end_amount",
    "at": "day",
    "opened_at": "day",
    "closed_at": "later",
    "score": "score",
    "at_least": "3",
    "satisfied_from": "4",
    "lifespan_years": "3.5",
    "is_holder": "flag",
    "has_base": "flag",
    "has_attached": "flag2",
    "has_a": "flag",
    "has_b": "flag2",
}

#: What must make no difference: threads, rows in a batch, memory, and whether the calls are asked together.
SETTINGS = {
    "one thread": ({"threads": 1}, 8192, True),
    "two threads": ({"threads": 2}, 8192, True),
    "sixteen threads, small batches": ({"threads": 16}, 50, True),
    "each call by itself": ({"threads": 2}, 8192, False),
    "little memory": ({"threads": 2, "memory_limit": "16MB"}, 500, False),
}


def rows(ids):
    random = np.random.default_rng(7)
    n = 6_000

    def some(values, nulls=0.1):
        chosen = pd.Series(values)
        return chosen.mask(random.random(n) < nulls)

    def name(kind, below):
        numbers = random.integers(0, below, n)
        if ids == "integer":
            return some(pd.array(numbers, dtype="Int64"))
        return some([f"{kind}-{number:05}" for number in numbers])

    def flag(share):
        return some(pd.array(random.random(n) < share, dtype="boolean"))

    def money():
        return some(random.integers(-200, 2_000, n) / 4.0)

    days = pd.Timestamp("2026-01-01") + pd.to_timedelta(random.integers(0, 90, n), unit="D")
    return pd.DataFrame({
        "segment": some(random.choice(["a", "b", "c"], n)),
        "channel": some(random.choice(["web", "shop"], n)),
        "customer": name("c", 900),
        "product": name("p", 12),
        "order_id": name("o", 3_000),
        "rep": name("r", 20),
        "line": name("l", 4),
        "tier": some(pd.array(random.integers(1, 6, n), dtype="Int64")),
        "score": some(pd.array(random.integers(1, 6, n), dtype="Int64")),
        "points": some(pd.array(random.integers(0, 11, n), dtype="Int64")),
        "flag": flag(0.3),
        "flag2": flag(0.5),
        "amount": money(),
        "start_amount": money().abs(),
        "end_amount": money().abs(),
        "day": some(days),
        "later": some(days + pd.to_timedelta(random.integers(-3, 60, n), unit="D")),
    })


def forms():
    for row in kpi_sql.default_session().catalog().to_pylist():
        # A list has no number to compare.
        if row["name"] == "product_mix":
            continue
        for signature, formula in zip(row["signatures"], row["formula_sql"].split(";\n\n"), strict=True):
            names = signature[len(row["name"]) + 1 : -1].split(", ")
            arguments = {name: ARGUMENTS.get(name, "flag") for name in names}
            if row["name"] == "nps":
                arguments["score"] = "points"
            yield row["name"], arguments, formula


KEYS = ["segment", "channel"]


def by_duckdb(table, arguments, formula, groups):
    connection = duckdb.connect()
    connection.register("all_rows", table)
    columns = ", ".join(f'{column} AS "{name}"' for name, column in arguments.items())
    for group in groups:
        values = {key: "NULL" if group[key] is None else f"'{group[key]}'" for key in KEYS}
        same = [f"{key} IS NOT DISTINCT FROM {values[key]}" for key in KEYS if not group[f"all_{key}s"]]
        connection.execute(f"CREATE OR REPLACE VIEW t AS SELECT {columns} FROM all_rows WHERE {' AND '.join(same) or 'true'}")
        value = connection.execute(formula).fetchone()
        yield None if value is None or value[0] is None else float(value[0])


@pytest.mark.parametrize("ids", ["text", "integer"])
def test_every_formula_in_every_group_and_setting(ids):
    table = rows(ids)
    all_forms = list(forms())
    assert len(all_forms) > 45
    keys = ", ".join([*KEYS, *(f"grouping({key}) = 1 AS all_{key}s" for key in KEYS)])
    expected = None
    for setting, (options, batch, together) in SETTINGS.items():
        session = kpi_sql.Session(**options)
        session.sql(f"SET datafusion.execution.batch_size = {batch}").collect()
        session.register("all_rows", table)
        calls = [f"CAST({name}({', '.join(arguments.values())}) AS DOUBLE) AS f{n}" for n, (name, arguments, _) in enumerate(all_forms)]
        answers = [session.sql(f"SELECT {keys}, {call} FROM all_rows GROUP BY CUBE ({', '.join(KEYS)}) ORDER BY 3, 4, 1, 2").to_pylist()
                   for call in ([", ".join(calls)] if together else calls)]
        got = [{column: value for answer in group for column, value in answer.items()} for group in zip(*answers, strict=True)]
        if expected is None:
            assert len(got) == 20
            expected = [list(by_duckdb(table, arguments, formula, got)) for _, arguments, formula in all_forms]
        for n, (name, arguments, _) in enumerate(all_forms):
            for group, value in zip(got, expected[n], strict=True):
                assert group[f"f{n}"] == (None if value is None else pytest.approx(value, rel=1e-9)), (setting, name, arguments, group)
