//! Rows that JSON has in lists within objects, and in pages.

use super::json_files::{is, run};
use crate::command::Folder;

#[test]
fn rows_in_an_object_around_them_are_the_table() {
    let folder = Folder::new();
    folder.file(
        "charges.json",
        "{\n \"object\": \"list\",\n \"data\": [{\"id\": \"a\", \"amount\": 1000}, {\"id\": \"b\", \"amount\": 3000}],\n \
         \"has_more\": false\n}\n",
    );
    let outcome = run(
        &folder,
        "SELECT count(*) AS n, sum(amount) AS s FROM 'charges.json'",
    );
    assert_eq!(
        outcome.stderr,
        "note: charges.json is one object around its rows: those of the list data are read, and not what stands beside it: \
         object, has_more; read_json('charges.json', records => '') reads the object as one row\n"
    );
    assert_eq!(outcome.succeeded(), "n,s\n2,4000\n");
    // What the note and an error say works.
    let as_a_row =
        "SELECT object, unnest(data)['id'] AS id FROM read_json('charges.json', records => '')";
    is(run(&folder, as_a_row), "object,id\nlist,a\nlist,b\n");
    is(
        run(
            &folder,
            "SELECT max(id) AS id FROM read_json('charges.json', records => 'data')",
        ),
        "id\nb\n",
    );
    run(&folder, "SELECT * FROM read_json('charges.json', records => 'rows')").failed(
        1,
        &["charges.json has no list of rows rows; it has data: read_json('charges.json', records => 'data')"],
    );
    // Pages, one of which has no rows, packed or not.
    folder
        .file(
            "pages/1.json",
            "{\"total\":3,\"data\":[{\"id\":1},{\"id\":2}]}",
        )
        .file(
            "pages/2.json",
            "\u{feff}{\"data\":[{\"id\":3,\"x\":[{\"y\":1}]}],\"total\":3}",
        )
        .file("pages/3.json", "{\"data\":[],\"total\":3}");
    let outcome = run(
        &folder,
        "SELECT count(*) AS n, sum(id) AS s FROM 'pages/' WHERE id > 1",
    );
    assert!(
        outcome
            .stderr
            .contains("3 files are one object around their rows (pages/1.json, for example)"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "n,s\n2,5\n");
    // Where names promise a row on each line, there is one.
    folder.file("one.ndjson", "{\"id\":1,\"lines\":[{\"x\":1},{\"x\":2}]}\n");
    let outcome = run(&folder, "SELECT id FROM 'one.ndjson'");
    assert!(outcome.stderr.contains("unnest(\"lines\")"), "{outcome:?}");
    assert_eq!(outcome.succeeded(), "id\n1\n");
    // A wrong value has its line in the file.
    folder.file(
        "bad.json",
        "{\"total\": 2,\n\"data\": [\n{\"m\": 1},\n{\"m\": \"x\"}\n]}\n",
    );
    run(&folder, "SELECT * FROM 'bad.json'").failed(
        1,
        &["bad.json: m is a number in line 3, but text in line 4"],
    );
    // What stands beside the rows may be anything.
    folder.file(
        "meta.json",
        "{\"meta\": {\"a\": [[1, \"x\"]]}, \"data\": [{\"m\": 1}]}",
    );
    assert_eq!(
        folder.csv(&["--quiet", "-c", "SELECT m FROM 'meta.json'"]),
        "m\n1\n"
    );
    folder.file("none.json", "{\"data\":[],\"total\":0}");
    let outcome = run(
        &folder,
        "SELECT count(*) AS n FROM read_json('none.json', records => 'data')",
    );
    outcome.failed(1, &["none.json has no rows: its list data is empty"]);
    folder.file("cut.json", "{\"data\":[{\"m\":1},{\"m\":2}");
    run(&folder, "SELECT * FROM 'cut.json'").failed(1, &["cut.json, line 1: EOF"]);
}

#[test]
fn rows_within_objects_are_found_or_asked_for() {
    let folder = Folder::new();
    folder.file(
        "page.json",
        "{\"results\":{\"items\":[{\"c\":\"c1\",\"a\":1},{\"c\":\"c2\",\"a\":2}]},\"paging\":{}}",
    );
    let outcome = run(
        &folder,
        "SELECT count(*) AS n, sum(a) AS s FROM 'page.json'",
    );
    assert!(
        outcome
            .stderr
            .contains("those of the list results.items are read"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "n,s\n2,3\n");
    folder.file(
        "two.json",
        "{\"orders\":[{\"a\":1},{\"a\":2}],\"customers\":[{\"c\":\"c1\"}]}",
    );
    run(&folder, "SELECT count(*) AS n FROM 'two.json'").failed(
        1,
        &[
            "two.json is one object with several lists of rows, orders, customers",
            "read_json('two.json', records => 'orders')",
        ],
    );
    is(
        run(
            &folder,
            "SELECT sum(a) AS s FROM read_json('two.json', records => 'orders')",
        ),
        "s\n3\n",
    );
    is(
        run(
            &folder,
            "SELECT c FROM read_json('two.json', records => 'customers')",
        ),
        "c\nc1\n",
    );
    folder.file(
        "columns.json",
        "{\"c\":{\"0\":\"c1\",\"1\":\"c2\"},\"a\":{\"0\":1,\"1\":2}}",
    );
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'columns.json'");
    let call =
        "pandas.read_json('columns.json').to_json('rows.json', orient='records', lines=True)";
    assert!(outcome.stderr.contains(call), "{outcome:?}");
    folder.file(
        "index.json",
        "{\"c1\":{\"a\":1,\"n\":\"x\"},\"c2\":{\"a\":2,\"n\":\"y\"}}",
    );
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'index.json'");
    assert!(
        outcome
            .stderr
            .contains("pandas.read_json('index.json', orient='index')"),
        "{outcome:?}"
    );
    folder.file(
        "split.json",
        "{\"columns\":[\"c\",\"a\"],\"data\":[[\"c1\",1],[\"c2\",2]]}",
    );
    run(&folder, "SELECT * FROM 'split.json'")
        .failed(1, &["the rows in data are lists", "orient='records'"]);
    folder.file("lists.json", "{\"c\":[\"c1\",\"c2\"],\"a\":[1,2]}");
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'lists.json'");
    let call = "SELECT unnest(\"c\") AS \"c\", unnest(\"a\") AS \"a\" FROM 'lists.json'";
    assert!(outcome.stderr.contains(call), "{outcome:?}");
    assert_eq!(folder.csv(&["--quiet", "-c", call]), "c,a\nc1,1\nc2,2\n");
    folder.file(
        "sheet.json",
        "{\"range\":\"A1\",\"values\":[[\"c\",\"a\"],[\"c1\",\"1\"]]}",
    );
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'sheet.json'");
    assert!(
        outcome
            .stderr
            .contains("the rows in its list values are lists"),
        "{outcome:?}"
    );
    folder.file(
        "table.json",
        "{\"schema\":{\"fields\":[{\"name\":\"c\"}]},\"data\":[{\"c\":\"c1\"},{\"c\":\"c2\"}]}",
    );
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'table.json'");
    assert!(
        outcome.stderr.contains("those of the list data are read"),
        "{outcome:?}"
    );
    assert_eq!(outcome.succeeded(), "n\n2\n");
    // One order is a row.
    folder.file(
        "one.json",
        "{\"c\":\"c1\",\"of\":{\"city\":\"Ulm\",\"zip\":\"1\"}}",
    );
    assert_eq!(
        run(&folder, "SELECT count(*) AS n FROM 'one.json'").stderr,
        ""
    );
}

#[test]
fn pages_without_rows_are_no_row() {
    let folder = Folder::new();
    folder
        .file("none.json", "{\"data\":[],\"total\":0}")
        .file("point.json", "{\"x.y\":[{\"a\":1},{\"a\":2}],\"z\":1}");
    run(&folder, "SELECT count(*) AS n FROM 'none.json'").failed(
        1,
        &[
            "none.json has no rows: its list data is empty",
            "read_json('none.json', records => '')",
        ],
    );
    assert_eq!(
        folder.csv(&[
            "--quiet",
            "-c",
            "SELECT total FROM read_json('none.json', records => '')"
        ]),
        "total\n0\n"
    );
    let sql = "SELECT sum(a) AS s FROM read_json('point.json', records => 'x.y')";
    assert_eq!(folder.csv(&["--quiet", "-c", sql]), "s\n3\n");
}

#[test]
fn pages_in_one_file_are_said() {
    let folder = Folder::new();
    let page = |id: u8| format!("{{\"data\":[{{\"id\":{id}}},{{\"id\":7}}],\"has_more\":true}}");
    folder
        .file("lines.json", format!("{}\n{}\n", page(1), page(2)))
        .file("array.json", format!("[{},{}]", page(1), page(2)))
        .file(
            "orders.json",
            "{\"id\":1,\"items\":[{\"n\":1}]}\n{\"id\":2,\"items\":[{\"n\":2}]}\n",
        );
    for name in ["lines.json", "array.json"] {
        let outcome = run(&folder, &format!("SELECT count(*) AS n FROM '{name}'"));
        let rows = format!("SELECT r FROM (SELECT unnest(\"data\") AS r FROM '{name}')");
        let words = format!("{name} looks like 2 pages, a table of 2 rows");
        assert!(outcome.stderr.contains(&words), "{outcome:?}");
        assert!(outcome.stderr.contains(&rows), "{outcome:?}");
        outcome.succeeded();
        let sql = format!("SELECT sum(r['id']) AS s FROM ({rows})");
        assert_eq!(folder.csv(&["--quiet", "-c", &sql]), "s\n17\n");
    }
    // Rows may have lists.
    let outcome = run(&folder, "SELECT count(*) AS n FROM 'orders.json'");
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "n\n2\n");
}

#[test]
fn a_list_is_the_rows_by_its_name_or_by_what_stands_beside_it() {
    let folder = Folder::new();
    folder
        .file(
            "split.json",
            "{\"columns\":[{\"name\":\"a\"}],\"data\":[[1,2],[3,4]]}",
        )
        .file("none.json", "{\"data\":[],\"errors\":[{\"code\":5}]}")
        .file(
            "orders/1.json",
            "{\"id\":1,\"lines\":[{\"n\":1},{\"n\":2}]}",
        )
        .file("orders/2.json", "{\"id\":2,\"lines\":[{\"n\":3}]}")
        .file(
            "page.json",
            "{\"orders\":[{\"n\":1},{\"n\":2}],\"total\":2,\"links\":[{\"href\":\"x\"}]}",
        );
    let page = run(&folder, "SELECT sum(n) AS s FROM 'page.json'");
    assert!(page.stderr.contains("the list orders"), "{page:?}");
    assert_eq!(page.succeeded(), "s\n3\n");
    run(&folder, "SELECT * FROM 'split.json'").failed(
        1,
        &[
            "the rows in its list data are lists",
            "read_json('split.json', records => '')",
        ],
    );
    run(&folder, "SELECT * FROM 'none.json'")
        .failed(1, &["none.json has no rows: its list data is empty"]);
    let orders = run(&folder, "SELECT count(*) AS n, sum(id) AS s FROM 'orders/'");
    let call = "read_json('orders/1.json', records => 'lines')";
    assert!(orders.stderr.contains(call), "{orders:?}");
    assert_eq!(orders.succeeded(), "n,s\n2,3\n");
    let sql = format!("SELECT sum(n) AS s FROM {call}");
    assert_eq!(folder.csv(&["--quiet", "-c", &sql]), "s\n3\n");
}

#[test]
fn a_wrong_record_of_a_list_is_told_as_others_are() {
    let folder = Folder::new();
    folder
        .file(
            "number.json",
            "{\"total\":2,\n\"data\":[\n{\"m\":1},\n7\n]}\n",
        )
        .file(
            "null.json",
            "{\"total\":2,\n\"data\":[\n{\"m\":1},\nnull\n]}\n",
        );
    let words = "expected an object; a table in JSON is an array of objects";
    for (file, what) in [
        ("number", "invalid type: integer `7`"),
        ("null", "invalid type: null"),
    ] {
        let at = format!("{file}.json, line 4: {what}, {words}");
        run(&folder, &format!("SELECT * FROM '{file}.json'")).failed(1, &[&at]);
        let asked = format!("SELECT * FROM read_json('{file}.json', records => 'data')");
        run(&folder, &asked).failed(1, &[&at]);
    }
}
