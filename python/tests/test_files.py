"""How files are read: the keywords of Session and of register, and the words for what they are needed for."""

import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kpi_sql


def call_of(message, name):
    """The arguments of the call `Session(name=...)` that a message names."""
    found = re.search(rf"Session\(({name}=.*?[\]}}\"e])\)", str(message))
    assert found, f"{message} names no Session({name}=…)"
    return eval(f"dict({found[1]})")


@pytest.fixture
def orders(tmp_path):
    """A file whose rows are read in different ways."""
    path = tmp_path / "orders.csv"
    path.write_text("customer,plan,amount\na,1.1,5\na,1.10,N/A\nb,1.1,7\n")
    return path


def test_header(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("1,A\n2,B\n")
    query = f"SELECT * FROM '{path}'"
    with pytest.warns(kpi_sql.KpiWarning, match="has no header line") as told:
        assert kpi_sql.Session().sql(query).columns == ["column_1", "column_2"]
    options = call_of(told[0].message, "header")
    assert options == {"header": True}
    assert kpi_sql.Session(**options).sql(query).to_pylist() == [{"1": 2, "A": "B"}]
    rows = kpi_sql.Session(header=False).sql(query).to_pylist()
    assert rows == [{"column_1": 1, "column_2": "A"}, {"column_1": 2, "column_2": "B"}]


def test_a_header_that_nothing_tells(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("word,kind\nrun,verb\nword,noun\n")
    with pytest.raises(kpi_sql.TableError) as asked:
        kpi_sql.Session().sql(f"SELECT * FROM '{path}'")
    assert "Session(header=True)" in str(asked.value) and "Session(header=False)" in str(asked.value)
    session = kpi_sql.Session()
    session.register("t", path, header=True)
    assert session.table("t").to_pylist() == [{"word": "run", "kind": "verb"}, {"word": "word", "kind": "noun"}]


@pytest.mark.parametrize("null", ["N/A", ["N/A"], ("N/A", "-")])
def test_null(orders, null):
    # 5 and 7 are left.
    assert kpi_sql.Session(null=null).sql(f"SELECT sum(amount) FROM '{orders}'").value() == 12


@pytest.mark.parametrize("word", ["N/A", "\\N", "-"])
def test_the_note_about_words_for_nothing_has_a_call_that_works(tmp_path, word):
    path = tmp_path / "t.csv"
    path.write_text(f"amount\n5\n{word}\n7\n")
    query = f"SELECT amount FROM '{path}'"
    with pytest.warns(kpi_sql.KpiWarning, match="in 1 row, which is read as NULL") as told:
        assert kpi_sql.Session().sql(query).to_pylist() == [{"amount": 5}, {"amount": None}, {"amount": 7}]
    options = call_of(told[0].message, "types")
    assert options == {"types": {"amount": "TEXT"}}
    assert kpi_sql.Session(**options).sql(query).to_pylist() == [{"amount": "5"}, {"amount": word}, {"amount": "7"}]


def test_several_words_are_one_list(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("amount\n5\nN/A\n-\n7\n")
    with pytest.warns(kpi_sql.KpiWarning, match="'-' in 1 row, 'N/A' in 1 row, which is read as NULL"):
        assert kpi_sql.Session().sql(f"SELECT max(amount) FROM '{path}'").value() == 7


def test_types(orders):
    query = f"SELECT cross_sell_rate(customer, plan) FROM '{orders}'"
    with pytest.raises(kpi_sql.QueryError) as refused:
        kpi_sql.Session().sql(query)
    options = call_of(refused.value, "types")
    assert options == {"types": {"plan": "TEXT"}}
    # a has the plans 1.1 and 1.10, b has one.
    assert kpi_sql.Session(**options).sql(query).value() == 50
    # As numbers they are the same.
    assert kpi_sql.Session(types={"plan": "DOUBLE"}).sql(query).value() == 0


def test_types_are_checked_in_every_row(orders):
    session = kpi_sql.Session(types={"plan": "BIGINT"})
    with pytest.raises(kpi_sql.DataError, match=r"orders.csv, line 2.*has '1.1' in column plan") as failed:
        session.sql(f"SELECT sum(plan) FROM '{orders}'").collect()
    assert call_of(failed.value, "types") == {"types": {"plan": "TEXT"}}


def test_types_of_one_table(tmp_path):
    for name in ("orders", "leads"):
        pq.write_table(pa.table({"is_won": [1, 0, None]}), tmp_path / f"{name}.parquet")
    session = kpi_sql.Session(tmp_path, types={"orders.is_won": "BOOLEAN"})
    assert session.table("orders").schema[0].type == "Boolean"
    assert session.sql("SELECT win_rate(is_won) FROM orders").value() == 50
    assert session.table("leads").schema[0].type == "Int64"


def test_time_zone(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("at\n2026-07-31T23:30:00Z\n")
    month = f"SELECT date_part('month', at) FROM '{path}'"
    assert kpi_sql.Session().sql(month).value() == 7
    # In Berlin it is half past one in the night.
    assert kpi_sql.Session(time_zone="Europe/Berlin").sql(month).value() == 8


def test_newlines_in_values(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('a,b\n1,"x\n2,y\n3,z"\n')
    query = f"SELECT * FROM '{path}'"
    with pytest.raises(kpi_sql.Error, match=r"Session\(newlines_in_values=True\)"):
        kpi_sql.Session().sql(query).collect()
    assert kpi_sql.Session(newlines_in_values=True).sql(query).to_pylist() == [{"a": 1, "b": "x\n2,y\n3,z"}]


def test_raw_files(tmp_path):
    (tmp_path / "orders" / "_delta_log").mkdir(parents=True)
    (tmp_path / "orders" / "_delta_log" / "00000000000000000000.json").write_text('{"commitInfo":{}}\n')
    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "orders" / "part-0.parquet")
    with pytest.raises(kpi_sql.TableError, match=r"(?s)Delta.*Session\(raw_files=True\)"):
        kpi_sql.Session(tmp_path).table("orders")
    with pytest.warns(kpi_sql.KpiWarning, match="Delta"):
        assert len(kpi_sql.Session(tmp_path, raw_files=True).table("orders")) == 2


def test_delimiter(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\tb\n1\t2\n")
    for tab in ("\t", "tab"):
        assert kpi_sql.Session(delimiter=tab).sql(f"SELECT a + b FROM '{path}'").value() == 3


def test_options_of_one_table(tmp_path, session):
    path = tmp_path / "t.csv"
    path.write_text("1;007\n2;none\n")
    session.register("t", path, header=False, null="none", types={"column_2": "TEXT"}, delimiter=";")
    rows = [{"column_1": 1, "column_2": "007"}, {"column_1": 2, "column_2": None}]
    assert session.table("t").to_pylist() == rows
    # It is the same table when the file has changed.
    path.write_text("1;007\n2;none\n3;none\n")
    assert session.table("t").to_pylist() == [*rows, {"column_1": 3, "column_2": None}]
    # Others are read as before, and the same file is, if it is registered anew.
    other = tmp_path / "other.csv"
    other.write_text("a,b\nx,none\n")
    session.register("other", other)
    assert session.table("other").to_pylist() == [{"a": "x", "b": "none"}]
    session.register("t", other)
    assert session.table("t").columns == ["a", "b"]


def test_options_of_a_table_go_before_those_of_the_session(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,-\n2,N/A\n")
    session = kpi_sql.Session(header=False, null="-", types={"a": "TEXT"})
    session.register("t", path, header=True, null="N/A", types={"a": "DOUBLE", "b": "TEXT"})
    assert session.table("t").to_pylist() == [{"a": 1.0, "b": None}, {"a": 2.0, "b": None}]
    session.deregister("t")
    session.register("t", path)
    # The header line is a row again, and N/A a text.
    assert session.table("t").columns == ["column_1", "column_2"]
    assert session.sql("SELECT count(*), count(column_2) FROM t").to_arrow().to_pydict() == {"count(*)": [3], "count(t.column_2)": [2]}


def test_a_registered_table_is_told_of_its_own_options(orders, session):
    query = "SELECT cross_sell_rate(customer, plan) FROM t"
    session.register("t", orders, types={"plan": "BIGINT"})
    with pytest.raises(kpi_sql.DataError, match=r'line 2, has \'1.1\' in column plan, which is BIGINT. register\(..., types=\{"plan": "TEXT"\}\) reads the'):
        session.sql(query).collect()
    session.register("t", orders)
    with pytest.raises(kpi_sql.QueryError, match=r'register\(..., types=\{"plan": "TEXT"\}\) reads it as it is written'):
        session.sql(query)
    session.register("t", orders, types={"plan": "TEXT"})
    assert session.sql(query).value() == 50
    with pytest.warns(kpi_sql.KpiWarning, match=r'register\(..., types=\{"amount": "TEXT"\}\) keeps the texts'):
        session.sql("SELECT max(amount) FROM t").collect()


def test_a_table_that_cannot_be_keeps_what_was_there(tmp_path, session):
    path = tmp_path / "t.csv"
    path.write_text("id\n007\n")
    session.register("t", path, types={"id": "TEXT"})
    with pytest.raises(kpi_sql.TableError, match=r'register\("t", ".*": .*no column idd; did you mean id\?'):
        session.register("t", path, types={"idd": "BIGINT"})
    path.write_text("id\n007\n008\n")
    assert session.table("t").to_pylist() == [{"id": "007"}, {"id": "008"}]


def test_the_session_that_is_there_for_all(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("id\n007\n7\n")
    kpi_sql.register("options_of_files", path, types={"id": "BIGINT"})
    assert kpi_sql.sql("SELECT count(DISTINCT id) FROM options_of_files").value() == 1
    with pytest.raises(TypeError, match="register takes a name and a table"):
        kpi_sql.register("options_of_files", types={"id": "BIGINT"})


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("header", "no", r"header: True if .*; got 'no'. Example: {call}header=False\)"),
        ("null", 0, r'null: a text that means NULL.*; got 0. Example: {call}null=\["N/A", "-"\]\)'),
        ("null", ["-", None], r'null: .*; got None. Example: {call}null='),
        ("null", {"orders": "-"}, r"null: .*; got \{{'orders': '-'\}}. Example: "),
        ("types", "id=TEXT", r'types: a dictionary of columns and their SQL types; got \'id=TEXT\'. Example: {call}types=\{{"customer_id": "TEXT"'),
        ("types", {"id": str}, r"types: .*; got <class 'str'> for the column 'id'"),
        ("types", {"": "TEXT"}, r"types: .*; got 'TEXT' for the column ''"),
        ("delimiter", ";;", r'delimiter: one character .*; got \';;\'. Example: {call}delimiter=";"\)'),
        ("delimiter", 9, r"delimiter: one character .*; got 9"),
    ],
)
def test_values_that_cannot_be(session, option, value, words):
    with pytest.raises(kpi_sql.SettingError, match=words.format(call=r"Session\(")):
        kpi_sql.Session(**{option: value})
    path = "100%s {x}.csv"
    with pytest.raises(kpi_sql.SettingError, match=words.format(call=r'register\("t", "100%s {{x}}.csv", '.replace("{{", r"\{").replace("}}", r"\}"))):
        session.register("t", path, **{option: value})


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("time_zone", "Berlin", r'Session\(time_zone="Berlin"\): there is no time zone Berlin; .*Europe/Berlin'),
        ("time_zone", 2, r'time_zone: .*; got 2. Example: Session\(time_zone="Europe/Berlin"\)'),
        ("types", {"a": "MONEYS"}, r'Session\(types=\{"a": "MONEYS"\}\): MONEYS is not a SQL type that a column can have; there are TEXT'),
        ("newlines_in_values", "yes", r"newlines_in_values: True or False; got 'yes'. Example: Session\(newlines_in_values=True\)"),
        ("raw_files", None, r"raw_files: True or False; got None"),
        ("infer_rows", "all", r"infer_rows: a number of rows; got 'all'. Example: Session\(infer_rows=1_000_000\)"),
        ("infer_rows", -1, r"infer_rows: a number of rows; got -1"),
    ],
)
def test_settings_that_cannot_be(option, value, words):
    with pytest.raises(kpi_sql.SettingError, match=words):
        kpi_sql.Session(**{option: value})


@pytest.mark.parametrize(("option", "value"), [("header", True), ("null", "-"), ("types", {"a": "TEXT"}), ("delimiter", ";")])
def test_a_table_in_memory_has_no_options_of_files(session, option, value):
    with pytest.raises(TypeError, match=rf'register: {option} is for files, and t is a table in memory.*Example: register\("t", "exports/t.csv", {option}='):
        session.register("t", {"a": [1]}, **{option: value})


def test_types_that_are_for_nothing(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text("id,amount\n1,2\n")
    # Close to a name that there is.
    with pytest.raises(kpi_sql.TableError, match=r'Session\(types=\{"amout": "DOUBLE"\}\): there is no column amout; did you mean amount\? If another table has it, name both: Session\(types=\{"TABLE.amout": "DOUBLE"\}\)'):
        kpi_sql.Session(types={"amout": "DOUBLE"}).sql(f"SELECT * FROM '{path}'")
    # A table, or one with the column, may still come.
    session = kpi_sql.Session(types={"p.amount": "DOUBLE"})
    session.register("o", path)
    session.register("p", path)
    assert [session.table(name).schema[1].type for name in "op"] == ["Int64", "Float64"]
    session = kpi_sql.Session(tmp_path, types={"id": "TEXT", "score": "BIGINT"})
    session.table("orders")
    with pytest.raises(kpi_sql.TableError, match=r'(?s)Session\(types=\{"score": "BIGINT"\}\): no table .*columns: amount, id'):
        session.check_options()
    (tmp_path / "surveys.csv").write_text("score\n10\n")
    session.table("surveys")
    session.check_options()


def test_a_name_is_written_as_python_has_it(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('customer,"the ""plan"", \\v"\na,1.1\na,1.10\n')
    query = f"""SELECT cross_sell_rate(customer, "the ""plan"", \\v") FROM '{path}'"""
    with pytest.raises(kpi_sql.QueryError) as refused:
        kpi_sql.Session().sql(query)
    options = call_of(refused.value, "types")
    assert options == {"types": {'the "plan", \\v': "TEXT"}}
    assert kpi_sql.Session(**options).sql(query).value() == 100


def test_damaged_lines_are_left_out_and_saved(tmp_path):
    rows = "".join(f"c{i},{i}\n" for i in range(300))
    (tmp_path / "orders.csv").write_text(f"id,amount\n{rows}c300\n")
    query = f"SELECT count(*) AS n FROM '{tmp_path}/orders.csv'"
    with pytest.raises(kpi_sql.Error, match=r"Session\(lenient=True\) leaves damaged lines out"):
        kpi_sql.Session().sql(query).to_pylist()
    rejects = tmp_path / "rejects.csv"
    session = kpi_sql.Session(lenient=True, rejects=rejects)
    with pytest.warns(match="1 damaged line"):
        assert session.sql(query).to_pylist() == [{"n": 300}]
    assert rejects.read_text().splitlines()[1].endswith("orders.csv,302,,1 value instead of 2,c300")
    session = kpi_sql.Session(rejects=rejects)
    session.register("orders", tmp_path / "orders.csv", lenient=True, max_rejects=0)
    with pytest.raises(kpi_sql.Error, match="max_rejects"):
        session.sql("SELECT count(*) FROM orders").to_pylist()


def test_the_dialect_is_said_by_hand(tmp_path):
    (tmp_path / "t.csv").write_bytes("one\na,b\n%\n1,|ä,|\n".encode("mac_roman"))
    session = kpi_sql.Session(encoding="macintosh", quote="|", skip=1, comment="%")
    assert session.sql(f"SELECT b FROM '{tmp_path}/t.csv'").to_pylist() == [{"b": "ä,"}]
    for wrong in [{"quote": "ab"}, {"skip": -1}, {"encoding": "klingon"}, {"max_rejects": "x"}, {"lenient": "maybe"}]:
        with pytest.raises(kpi_sql.SettingError, match=next(iter(wrong))):
            kpi_sql.Session(**wrong)


def test_each_table_has_its_own_dates_and_decimals(tmp_path):
    (tmp_path / "t.csv").write_text('day,v\n03/04/2026,"1,200"\n')
    session = kpi_sql.Session(date_format="%d/%m/%Y", decimal_separator=".")
    session.register("a", tmp_path / "t.csv")
    session.register("b", tmp_path / "t.csv", date_format="%m/%d/%Y", decimal_separator=",")
    query = "SELECT CAST(a.day AS TEXT) AS a, a.v, CAST(b.day AS TEXT) AS b, b.v AS w FROM a, b"
    with pytest.warns(match="is read as (DATE|BIGINT|DOUBLE)"):
        rows = session.sql(query).to_pylist()
    assert rows == [{"a": "2026-04-03", "v": 1200, "b": "2026-03-04", "w": 1.2}]
    for wrong in [{"date_format": "dd"}, {"decimal_separator": ";"}]:
        with pytest.raises(kpi_sql.SettingError, match=next(iter(wrong))):
            kpi_sql.Session(**wrong)
