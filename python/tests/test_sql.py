"""Sessions: tables by name and path, statements, settings."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import kpi_sql
from conftest import SAMPLE

SURVEYS = "(VALUES (10), (9), (3), (NULL)) AS surveys(score)"


def test_a_query_in_the_default_session():
    assert kpi_sql.sql(f"SELECT nps(score) FROM {SURVEYS}").value() == pytest.approx(100 / 3)
    kpi_sql.register("answers", {"score": [10, 0]})
    assert kpi_sql.sql("SELECT nps(score) FROM answers").value() == 0
    assert kpi_sql.default_session().deregister("answers")
    assert not kpi_sql.default_session().deregister("answers")


def test_the_data_folder_is_a_place_for_tables(sample):
    assert sample.sql("SELECT count(*) FROM orders").value() == 3940
    assert len(sample.table("customers")) == 400


def test_there_is_no_data_folder_that_nobody_named(session):
    with pytest.raises(kpi_sql.TableError, match=r'no table orders(.|\n)*session.register\("orders", path\)'):
        session.sql("SELECT count(*) FROM orders")


@pytest.mark.parametrize("path", [SAMPLE / "orders", f"{SAMPLE}/orders/**/*.parquet", f"{SAMPLE}/csv/orders/**/*.csv"])
def test_paths_folders_and_globs(session, path):
    session.register("orders", path)
    assert session.sql("SELECT count(*) FROM orders").value() == 3940
    text = os.fspath(path)
    assert session.sql(f"SELECT count(*) FROM '{text}'").value() == 3940


def test_a_path_is_read_anew(session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")
    session.register("t", path)
    assert len(session.table("t")) == 1
    path.write_text("a\n1\n2\n")
    assert len(session.table("t")) == 2


def test_a_registered_name_gives_up_its_table(session, tmp_path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    session.register("t", {"a": [1, 2, 3]})
    session.register("t", tmp_path / "t.csv")
    assert session.table("t").to_pylist() == [{"a": 1}]
    session.register("t", {"b": [7]})
    assert session.table("t").to_pylist() == [{"b": 7}]


def test_names_with_capitals_and_quotes(session):
    session.register('My "T"', {"a": [1]})
    assert session.table('My "T"').value() == 1


def test_several_statements(session, tmp_path):
    target = tmp_path / "copy.parquet"
    result = session.sql(
        f"""
        CREATE TABLE t AS SELECT * FROM (VALUES (1), (2)) AS v(a);
        INSERT INTO t VALUES (3);
        COPY t TO '{target}';
        -- and the last one is the answer
        SELECT sum(a) AS total FROM t;
        """
    )
    assert result.to_pylist() == [{"total": 6}]
    assert session.sql(f"SELECT count(*) FROM '{target}'").value() == 3


def test_what_has_no_rows_has_happened(session, tmp_path):
    result = session.sql("SET datafusion.execution.batch_size = 100")
    assert result.columns == []
    assert str(result) == "(no result)"
    assert session.sql("SHOW datafusion.execution.batch_size").to_pylist()[0]["value"] == "100"
    session.register("t", {"a": [1]})
    inserted = session.sql("INSERT INTO t VALUES (2), (3)")
    assert inserted.value() == 2
    assert len(session.table("t")) == 3
    # Nothing makes it work twice.
    for again in (lambda: inserted.write_csv(tmp_path / "t.csv"), lambda: inserted.explain(analyze=True)):
        with pytest.raises(ValueError, match="has done its work already"):
            again()
    assert inserted.to_arrow().num_rows == len(inserted) == 1
    assert len(session.table("t")) == 3


def test_a_query_that_is_not_read_does_nothing(session):
    result = session.sql("SELECT CAST(a AS INT) AS a FROM (VALUES ('x')) AS t(a)")
    assert result.columns == ["a"]
    assert "not read" in repr(result)
    with pytest.raises(kpi_sql.DataError, match="x"):
        result.collect()


def test_notes_are_warnings(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a;b\n" + "1;\n" * 2000 + "1;2\n")
    session = kpi_sql.Session(infer_rows=1)
    with pytest.warns(kpi_sql.KpiWarning) as told:
        session.register("t", path)
    told = [str(note.message) for note in told]
    assert any("t.csv is read with ';' between its values" in note for note in told), told
    assert any("column b has no value" in note and "Session(infer_rows=N) looks further" in note for note in told), told


def test_settings_reach_the_engine(tmp_path):
    session = kpi_sql.Session(
        threads=3, memory_limit="1GB", spill_dir=tmp_path, spill_limit="5MB",
        config={"datafusion.execution.batch_size": 1234, "kpi.operator": "off", "datafusion.execution.parquet.pushdown_filters": True},
    )
    shown = session.sql("SELECT name, value FROM information_schema.df_settings").to_pylist()
    shown = {row["name"]: row["value"] for row in shown}
    assert shown["datafusion.execution.target_partitions"] == "3"
    assert shown["datafusion.execution.batch_size"] == "1234"
    assert shown["datafusion.execution.parquet.pushdown_filters"] == "true"
    assert shown["kpi.operator"] == "off"
    assert shown["datafusion.runtime.memory_limit"] == "1G"


def test_intervals_cover_what_is_asked_for():
    sql = "SELECT p['ci_high'] - p['ci_low'] AS width FROM (SELECT csat_parts(x) AS p FROM (VALUES (5), (4), (1)) AS t(x))"
    widths = [kpi_sql.Session(config=config).sql(sql).to_pylist()[0]["width"] for config in [{"kpi.confidence": 0.8}, {"kpi.confidence": 80}, {}]]
    assert widths[0] == widths[1] < widths[2]
    with pytest.raises(kpi_sql.SettingError, match="kpi.confidence must be a percentage above 50 and below 100"):
        kpi_sql.Session(config={"kpi.confidence": 5})


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"data": "no/such/folder"}, "data: there is no folder no/such/folder"),
        ({"memory_limit": "much"}, "memory_limit: \"much\" is no size; write a number"),
        ({"memory_limit": 0}, "memory_limit"),
        ({"spill_limit": "5X"}, "spill_limit: \"5X\" is no size"),
        ({"spill_dir": "no/such/folder"}, "spill_dir: there is no folder"),
        ({"threads": 0}, "threads: a whole number from 1 to 1024; got 0"),
        ({"threads": "two"}, "threads"),
        ({"delimiter": "ab"}, "delimiter: one character"),
        ({"config": {"kpi.speed": 1}}, "there is no option kpi.speed"),
    ],
)
def test_settings_that_cannot_be(settings, words):
    with pytest.raises(ValueError) as failed:
        kpi_sql.Session(**settings)
    assert words in str(failed.value)


def test_a_delimiter_and_a_number_of_rows_for_types(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a|b\n1|2\n")
    assert kpi_sql.Session(delimiter="|").sql(f"SELECT b FROM '{path}'").value() == 2


def test_what_is_spilled_is_removed_at_the_end(tmp_path):
    code = """
    import os, sys, kpi_sql
    session = kpi_sql.Session(memory_limit="60MB", spill_dir=sys.argv[1], threads=2)
    groups = session.sql("SELECT count(*) FROM (SELECT value, count(*) FROM generate_series(1, 3000000) GROUP BY value)")
    assert groups.value() == 3000000
    assert len(os.listdir(sys.argv[1])) == 1, "nothing was spilled"
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code), str(tmp_path)], check=True)
    assert list(tmp_path.iterdir()) == []


def test_the_catalog_tells_about_every_kpi(session):
    names = {row["name"] for row in session.catalog().to_pylist()}
    assert {"cross_sell_rate", "arpa", "nps"} <= names and len(names) > 30


def test_a_deeply_nested_query_is_no_crash(session):
    condition = " OR ".join(f"a = {i}" for i in range(3000))
    session.register("t", {"a": [1, 5000]})
    counted = session.sql(f"SELECT count(*) FROM t WHERE {condition}")
    assert counted.value() == 1
    assert "1" in repr(counted)
    assert counted.to_arrow().num_rows == 1
    assert "2999" in counted.explain()
    filtered = session.sql(f"SELECT a, {condition} AS small FROM t ORDER BY a")
    assert filtered.to_pylist() == [{"a": 1, "small": True}, {"a": 5000, "small": False}]
    with pytest.raises(kpi_sql.SqlSyntaxError, match="nested too deeply"):
        session.sql("SELECT " + "(" * 1000 + "1" + ")" * 1000)


def test_relative_paths_are_those_of_the_process(session, tmp_path, monkeypatch):
    Path(tmp_path, "here.csv").write_text("a\n5\n")
    monkeypatch.chdir(tmp_path)
    assert session.sql("SELECT a FROM 'here.csv'").value() == 5
