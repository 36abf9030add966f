"""The server for assistants, by the official client over stdio."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import kpi_sql
from conftest import REPOSITORY, SAMPLE

mcp = pytest.importorskip("mcp", reason='NOT TESTED: kpi_sql.mcp, for want of pip install "kpi-sql[mcp]"')
anyio = pytest.importorskip("anyio")

from kpi_sql.mcp import _desk  # noqa: E402
from kpi_sql.mcp._folder import Folder  # noqa: E402


def ask(data: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What a server over a folder answers: what is in the answer, or the words of an error."""

    async def talk() -> list[Any]:
        parameters = mcp.StdioServerParameters(command=sys.executable, args=["-m", "kpi_sql.mcp", "--data", str(data)])
        answers = []
        async with mcp.Client(mcp.stdio_client(parameters)) as client:
            for tool, arguments in calls:
                result = await client.call_tool(tool, arguments)
                answers.append(result.content[0].text if result.is_error else result.structured_content)
        return answers

    return anyio.run(talk)


def query(data: Path, *statements: str) -> list[Any]:
    return ask(data, *(("query", {"sql": sql}) for sql in statements))


def test_an_assistant_finds_its_way():
    found, page, ratio, tables, orders, answer = ask(
        SAMPLE,
        ("find_kpis", {"words": "share customers left"}),
        ("describe_kpi", {"name": "win_rate"}),
        ("describe_kpi", {"name": "cross_sell_ratio"}),
        ("list_tables", {}),
        ("describe_table", {"name": "orders"}),
        ("query", {"sql": "SELECT channel, cross_sell_rate(customer_id, product_id) AS rate FROM orders GROUP BY channel ORDER BY channel"}),
    )
    assert "churn_rate" in [kpi["name"] for kpi in found["kpis"]] and len(found["kpis"]) < found["of"] == len(kpi_sql.default_session().catalog())
    assert page["name"] == "cross_sell_conversion_rate" and page["formula"] and page["benchmarks"] == []
    assert ratio["benchmarks"][0]["source"] and {row["kpi"] for row in ratio["benchmarks"]} == {"cross_sell_ratio"}
    assert tables["tables"] == ["csv", "customers", "opportunities", "orders", "product_usage", "products", "subscriptions", "surveys"]
    assert orders["n_rows"] == 3940 and {"name": "amount", "type": "Decimal128(12, 2)"} in orders["columns"] and len(orders["first_rows"]) == 3
    assert answer["columns"][1] == {"name": "rate", "type": "Float64", "kpi": "cross_sell_rate", "unit": "percent"}
    expected = kpi_sql.Session(SAMPLE).sql("SELECT cross_sell_rate(customer_id, product_id) AS r FROM orders WHERE channel = 'Web'").value()
    assert answer["rows"][-1] == {"channel": "Web", "rate": expected}
    assert answer["is_truncated"] is False and answer["notes"] == []


def test_the_tools_say_that_they_only_read():
    async def listed() -> Any:
        parameters = mcp.StdioServerParameters(command=sys.executable, args=["-m", "kpi_sql.mcp", "--data", str(SAMPLE)])
        async with mcp.Client(mcp.stdio_client(parameters)) as client:
            return (await client.list_tools()).tools, client.instructions

    tools, instructions = anyio.run(listed)
    assert [tool.name for tool in tools] == ["find_kpis", "describe_kpi", "list_tables", "describe_table", "query"]
    assert all(tool.description and tool.annotations.read_only_hint for tool in tools)
    page = (REPOSITORY / "docs/assistants.md").read_text()
    for told in (instructions, page):
        assert f"{_desk.ROWS} rows" in told and f"{_desk.SECONDS} seconds" in told
    assert f"{_desk.CHARACTERS:,} characters" in page and all(f"| `{tool.name}` |" in page for tool in tools)


def test_hostile_statements_are_refused(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "orders.csv").write_text("id,amount\na,1\n")
    (data / "secret.txt").write_text("id,amount\ninside,1\n")
    (tmp_path / "secret.csv").write_text("id,amount\noutside,1\n")
    target = tmp_path / "written.csv"
    hostile = [
        f"COPY orders TO '{target}'",
        f"COPY (SELECT * FROM orders) TO '{target}' STORED AS PARQUET",
        f"CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{tmp_path}/secret.csv'",
        "CREATE TABLE t AS SELECT * FROM orders",
        "CREATE VIEW v AS SELECT * FROM orders",
        "CREATE FUNCTION f(INT) RETURNS INT RETURN $1",
        "INSERT INTO orders VALUES ('b', 2)",
        "UPDATE orders SET amount = 2",
        "DELETE FROM orders",
        "DROP TABLE orders",
        "SET datafusion.runtime.memory_limit = '900G'",
        f"SET kpi.benchmarks = '{tmp_path}/secret.csv'",
        "RESET datafusion.runtime.memory_limit",
        "PREPARE p AS SELECT 1",
        "SELECT 1; SELECT 2",
        f"SELECT 1; COPY orders TO '{target}'",
        f"SELECT * FROM '{tmp_path}/secret.csv'",
        "SELECT * FROM '../secret.csv'",
        "SELECT * FROM 'secret.txt'",
        'SELECT * FROM ".."',
        'SELECT * FROM "../secret"',
        "SELECT * FROM secret",
        f"SELECT * FROM 'file://{tmp_path}/secret.csv'",
        f"SELECT * FROM read_csv('{tmp_path}/secret.csv')",
        f"SELECT * FROM read_parquet('{tmp_path}/secret.csv')",
        f"SELECT * FROM orders WHERE id IN (SELECT id FROM '{tmp_path}/secret.csv')",
        f"WITH x AS (SELECT * FROM read_csv('{tmp_path}/secret.csv')) SELECT * FROM x",
        f"EXPLAIN ANALYZE COPY orders TO '{target}'",
        f"EXPLAIN ANALYZE SELECT * FROM '{tmp_path}/secret.csv'",
        "SELECT * FROM '/dev/stdin'",
        "SELECT * FROM 'https://example.com/secret.csv'",
        "SELECT FROM WHERE",
        "",
    ]
    answers = query(data, *hostile, "SELECT * FROM orders")
    for sql, words in zip(hostile, answers):
        assert isinstance(words, str) and words and "outside" not in words and "inside" not in words, (sql, words)
        # A crash says no more than this.
        assert words != "Error executing tool query", sql
    assert answers[-1]["rows"] == [{"id": "a", "amount": 1}]
    assert not target.exists() and sorted(os.listdir(data)) == ["orders.csv", "secret.txt"]


def test_no_link_leads_out_of_the_folder(tmp_path):
    data = tmp_path / "data"
    for folder in ("orders", "months", "pipes"):
        (data / folder).mkdir(parents=True)
    (tmp_path / "out").mkdir()
    (tmp_path / "out/secret.csv").write_text("id\noutside\n")
    (data / "plain.csv").write_text("id\ninside\n")
    (data / "orders/a.csv").write_text("id\ninside\n")
    (data / "orders/b.csv").symlink_to(tmp_path / "out/secret.csv")
    (data / "months/a.csv").write_text("id\ninside\n")
    (data / "months/more").symlink_to(tmp_path / "out")
    (data / "linked.csv").symlink_to(tmp_path / "out/secret.csv")
    (data / "folder").symlink_to(tmp_path / "out")
    os.mkfifo(data / "pipes/a.csv")
    names = ["orders", "months", "linked", "folder", "pipes", "secret"]
    tables, *answers = ask(
        data,
        ("list_tables", {}),
        *(("query", {"sql": f"SELECT * FROM {name}"}) for name in names),
        *(("describe_table", {"name": name}) for name in names),
    )
    assert tables["tables"] == ["plain"]
    assert set(tables["left_out"]) == {"orders", "months", "linked.csv", "folder", "pipes"}
    assert tables["left_out"]["orders"] == "b.csv in it is a link"
    for words in answers:
        assert isinstance(words, str) and "outside" not in words, words


def test_a_table_that_becomes_a_link_is_none_any_more(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "secret.csv").write_text("id\noutside\n")
    (data / "orders.csv").write_text("id\ninside\n")
    desk = _desk.Desk(data)
    assert desk.query("SELECT * FROM orders")["rows"] == [{"id": "inside"}]
    (data / "orders.csv").unlink()
    (data / "orders.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(kpi_sql.TableError, match="the tables are: none"):
        desk.query("SELECT * FROM orders")


def test_an_answer_has_500_rows_at_most_and_says_so():
    whole, cut, long = query(
        SAMPLE,
        "SELECT value FROM generate_series(1, 500)",
        "SELECT value FROM generate_series(1, 1000000) ORDER BY value DESC",
        "SELECT value, repeat('x', 10000) AS text FROM generate_series(1, 300)",
    )
    assert len(whole["rows"]) == 500 and whole["is_truncated"] is False and whole["notes"] == []
    assert len(cut["rows"]) == 500 and cut["is_truncated"] is True and "first 500 rows" in cut["notes"][0]
    assert cut["rows"][0] == {"value": 1_000_000}
    assert 0 < len(long["rows"]) < 21 and long["is_truncated"] is True and "200000 characters" in long["notes"][0]


def test_a_query_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(_desk, "SECONDS", 0.3)
    desk = _desk.Desk(SAMPLE)
    with pytest.raises(TimeoutError, match="had not ended after 0.3 seconds"):
        desk.query("SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b WHERE a.value % 7 = b.value % 11")
    assert desk.query("SELECT count(*) AS n FROM orders")["rows"] == [{"n": 3940}]


def test_notes_come_with_the_answer(tmp_path):
    (tmp_path / "orders.csv").write_text("customer,amount\na,1\nb,N/A\n")
    (answer,) = query(tmp_path, "SELECT arpa(customer, amount) AS arpa FROM orders")
    assert answer["rows"] == [{"arpa": 0.5}] and len(answer["notes"]) == 1
    assert "has 'N/A' in 1 row, which is read as NULL" in answer["notes"][0]


def test_what_is_not_there_is_said_with_what_is(tmp_path):
    kpi, table, missing = ask(
        SAMPLE,
        ("describe_kpi", {"name": "nonsense"}),
        ("describe_table", {"name": "nonsense"}),
        ("query", {"sql": "SELECT * FROM nonsense"}),
    )
    assert "find_kpis lists them" in kpi and "list_tables lists them" in table
    assert "the tables are: csv, customers" in missing and "register" not in missing
    with pytest.raises(kpi_sql.SettingError, match="there is no folder"):
        Folder(tmp_path / "nowhere")


def test_the_formats_of_the_data_folder_are_tables(tmp_path):
    for name in ("a.csv", "b.tsv", "c.json.gz", "d.parquet", ".hidden.csv", "notes.txt", "a.parquet"):
        (tmp_path / name).write_text("x\n1\n")
    (tmp_path / "e").mkdir()
    (tmp_path / "e/2026.csv").write_text("x\n1\n")
    (tmp_path / "empty").mkdir()
    tables = Folder(tmp_path).tables()
    assert list(tables) == ["a", "b", "c", "d", "e"]
    # As --data has it: the first ending counts.
    assert tables["a"].name == "a.parquet"
