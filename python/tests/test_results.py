"""Results: read once, streamed, written, shown."""

import re
import warnings

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import kpi_sql

THREE = "SELECT a, 2 * a AS b FROM (VALUES (1), (2), (NULL)) AS t(a) ORDER BY a"


def test_every_way_out(session):
    result = session.sql(THREE)
    assert result.columns == ["a", "b"]
    assert [column.type for column in result.schema] == ["Int64", "Int64"]
    assert len(result) == 3
    expected = {"a": [1, 2, None], "b": [2, 4, None]}
    assert result.to_arrow().to_pydict() == expected
    assert result.to_polars().to_dict(as_series=False) == expected
    pd.testing.assert_frame_equal(result.to_pandas(), pd.DataFrame({"a": [1, 2, None], "b": [2, 4, None]}, dtype="float64"))
    assert result.to_pylist() == [{"a": 1, "b": 2}, {"a": 2, "b": 4}, {"a": None, "b": None}]


def test_anything_reads_the_stream(session):
    assert pa.table(session.sql(THREE)).num_rows == 3
    assert pl.DataFrame(session.sql(THREE)).height == 3
    answer = session.sql(THREE)
    assert duckdb.sql("SELECT sum(b) FROM answer").fetchall() == [(6,)]
    assert pa.schema(session.sql(THREE)).names == ["a", "b"]


def test_a_stream_is_read_batch_by_batch(session):
    # More rows than would fit: whoever reads the first ones does not wait for the last.
    result = session.sql("SELECT value FROM generate_series(1, 1000000000000)")
    reader = pa.RecordBatchReader.from_stream(result)
    assert reader.read_next_batch()["value"][0].as_py() == 1
    reader.close()


def test_rows_are_read_once_and_kept(session, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("a\n1\n")
    result = session.sql(f"SELECT a FROM '{path}'")
    assert result.to_arrow().to_pydict() == {"a": [1]}
    path.unlink()
    assert result.to_pandas()["a"].tolist() == [1]
    assert pa.table(result).to_pydict() == {"a": [1]}
    assert "1 rows" in repr(result)


def test_one_value(session):
    assert session.sql("SELECT 1").value() == 1
    with pytest.raises(ValueError, match="this result has 3 and 2"):
        session.sql(THREE).value()


def test_files(session, tmp_path):
    result = session.sql(THREE)
    assert result.write_parquet(tmp_path / "t.parquet") == 3
    assert pq.read_table(tmp_path / "t.parquet").to_pydict() == {"a": [1, 2, None], "b": [2, 4, None]}
    assert result.write_csv(str(tmp_path / "t.csv")) == 3
    assert (tmp_path / "t.csv").read_text() == "a,b\n1,2\n2,4\n,\n"
    assert result.write_json(tmp_path / "t.ndjson") == 3
    assert (tmp_path / "t.ndjson").read_text().splitlines()[0] == '{"a":1,"b":2}'
    assert sorted(path.name for path in tmp_path.iterdir()) == ["t.csv", "t.ndjson", "t.parquet"]


def test_empty_results_have_their_columns(session, tmp_path):
    result = session.sql(f"SELECT * FROM ({THREE}) WHERE a > 5")
    assert len(result) == 0 and bool(result)
    assert result.to_pandas().columns.tolist() == ["a", "b"]
    assert result.to_polars().columns == ["a", "b"]
    assert result.write_parquet(tmp_path / "t.parquet") == 0
    assert pq.read_table(tmp_path / "t.parquet").column_names == ["a", "b"]
    assert result.write_csv(tmp_path / "t.csv") == 0
    assert (tmp_path / "t.csv").read_text() == "a,b\n"


def test_a_file_that_cannot_be_written_leaves_the_old_one(session, tmp_path):
    path = tmp_path / "t.parquet"
    session.sql("SELECT 1 AS a").write_parquet(path)
    with pytest.raises(kpi_sql.DataError):
        session.sql("SELECT CAST(value || 'x' AS INT) AS a FROM generate_series(1, 10)").write_parquet(path)
    assert pq.read_table(path).to_pydict() == {"a": [1]}
    with pytest.raises(kpi_sql.OutputError, match="no/such/folder/t.csv cannot be written") as failed:
        session.sql("SELECT 1").write_csv("no/such/folder/t.csv")
    assert isinstance(failed.value, OSError)
    with pytest.raises(kpi_sql.OutputError, match="two columns named a"):
        session.sql("SELECT x.a, y.a FROM (SELECT 1 AS a) x, (SELECT 2 AS a) y").write_parquet(path)


def test_shown_as_the_command_line_does(session, capsys):
    session.sql(THREE).show()
    assert capsys.readouterr().out == (
        "+------+------+\n|    a |    b |\n+------+------+\n|    1 |    2 |\n|    2 |    4 |\n| NULL | NULL |\n+------+------+\n"
    )
    session.sql("SELECT value FROM generate_series(1, 100)").show(2)
    assert capsys.readouterr().out.endswith("98 more of 100 rows\n")
    assert "| 1 " not in str(session.sql("SELECT 'a' AS t"))


def test_html_shows_each_kpi_in_its_unit(sample):
    result = sample.sql(
        """
        SELECT segment, cross_sell_rate(customer_id, product_id) AS rate, round(arpa(customer_id, amount), 2) AS "arpa <€>",
               time_to_cross_sell(customer_id, product_id, ordered_at) AS days, customer_lifespan(customer_id, ordered_at) AS years,
               count(*) AS lines, NULL AS nothing
        FROM orders JOIN customers USING (customer_id) WHERE segment = 'SMB' GROUP BY segment
        """
    )
    units = {column.name: (column.kpi, column.unit) for column in result.schema}
    assert units["rate"] == ("cross_sell_rate", "percent")
    assert units["arpa <€>"] == ("arpa", "money")
    assert units["days"] == ("time_to_cross_sell", "days")
    assert units["years"] == ("customer_lifespan", "years")
    assert units["lines"] == units["segment"] == (None, None)
    html = result._repr_html_()
    row = result.to_pylist()[0]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", html)
    assert cells[:3] == ["SMB", f"{row['rate']:.1f} %", f"{float(row['arpa <€>']):,.2f}"]
    assert cells[3] == f"{row['days']:,.1f} days" and cells[4] == f"{row['years']:.2f} years"
    assert cells[5:] == [str(row["lines"]), "–"]
    assert "arpa &lt;€&gt;" in html and "1 row<" in html


def test_units_are_found_behind_names_joins_and_parts(sample):
    result = sample.sql(
        """
        WITH parts AS (SELECT channel, cross_sell_ratio_parts(order_id, is_cross_sell) AS p FROM orders GROUP BY channel),
             value AS (SELECT channel AS c, nps(nps_score) AS n FROM surveys CROSS JOIN (SELECT DISTINCT channel FROM orders) GROUP BY channel)
        SELECT p['value'] AS ratio, p['ci_low'] AS ci_low, p['denominator'] AS n, v.n AS nps, v.n / 2 AS half, p
        FROM parts JOIN value v ON c = channel ORDER BY 1 LIMIT 3
        """
    )
    assert [(column.kpi, column.unit) for column in result.schema] == [
        ("cross_sell_ratio", "percent"), ("cross_sell_ratio", "percent"), (None, None), ("nps", "points"), (None, None), (None, None),
    ]
    windowed = sample.sql("SELECT nps(nps_score) OVER (PARTITION BY customer_id) FROM surveys")
    assert windowed.schema[0].kpi == "nps"


def test_long_results_are_cut_in_html(session):
    html = session.sql("SELECT value FROM generate_series(1, 1000)")._repr_html_()
    assert html.count("<tr>") == 41 and "40 of 1,000 rows" in html


def test_plans(session):
    session.register("t", {"c": ["a"], "p": ["b"]})
    plan = session.sql("SELECT cross_sell_rate(c, p) FROM t").explain()
    assert "KpiFoldExec" in plan and "metrics" not in plan
    assert "output_rows" in session.sql("SELECT cross_sell_rate(c, p) FROM t").explain(analyze=True)


def test_progress_is_told(session):
    told = []
    result = session.sql("SELECT count(DISTINCT value % 1000003) FROM generate_series(1, 8000000)")
    result.collect(lambda rows, seconds, share: told.append((rows, seconds)))
    assert told, "the query was too fast for a report"
    assert told == sorted(told)
    with pytest.raises(ZeroDivisionError):
        session.sql("SELECT count(DISTINCT value % 1000003) FROM generate_series(1, 80000000)").collect(lambda *_: 1 / 0)


def test_progress_is_a_share_where_it_is_known_how_much_there_is(session, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i % 7}\n" for i in range(3_000_000)))
    session.register("rows", path)
    told = []
    session.sql("SELECT count(DISTINCT a), count(DISTINCT b) FROM rows").collect(lambda rows, seconds, share: told.append(share))
    assert told, "the query was too fast for a report"
    assert told == sorted(told) and 0 <= told[0] and told[-1] <= 1


ORDERS = {"customer": ["c1", "c1", "c2"], "product": ["CRM", "N/A", "CRM"]}
RATE = "SELECT cross_sell_rate(customer, product) AS rate FROM orders"


@pytest.mark.parametrize("read", [lambda r: r.collect(), lambda r: r.to_pylist(), lambda r: pa.table(r), lambda r: str(r)])
def test_what_only_the_rows_can_tell_is_a_warning_when_they_are_read(read):
    session = kpi_sql.Session()
    session.register("orders", ORDERS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = session.sql(RATE)
    with pytest.warns(kpi_sql.KpiWarning, match="product has 'N/A' in 1 row, which counts as a product") as told:
        read(result)
    assert told[0].filename == __file__


def test_a_warning_that_is_an_error_reaches_the_reader_of_a_stream():
    session = kpi_sql.Session()
    session.register("orders", ORDERS)
    with warnings.catch_warnings():
        warnings.simplefilter("error", kpi_sql.KpiWarning)
        with pytest.raises(Exception, match="counts as a product"):
            pa.table(session.sql(RATE))
