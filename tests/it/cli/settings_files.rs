//! `kpi-sql.toml`: settings of a folder and of a user, and what takes precedence over what.

use crate::command::{Folder, Outcome};

fn folder() -> Folder {
    let folder = Folder::new();
    folder
        .file("data/orders.csv", "id;amount\n0042;10\n007;-\n")
        .file("data/customers.csv", "id,name\n1,Ann\n")
        .file(
            "kpi-sql.toml",
            "format = \"csv\"\nthreads = 2\nmemory-limit = \"1GB\"\nquiet = true\n\n[tables]\n\
             orders = { path = \"data/orders.csv\", delimiter = \";\", null = [\"-\"], types = { id = \"TEXT\" } }\n\
             crm = \"data/customers.csv\"\nbroken = \"data/none.csv\"\n",
        );
    folder
}

fn with_env(folder: &Folder, args: &[&str], variables: &[(&str, &str)]) -> Outcome {
    let output = folder
        .command(args)
        .envs(variables.iter().copied())
        .output()
        .expect("the program starts");
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// The value of a setting and where it comes from.
fn setting(printed: &str, name: &str) -> (String, String) {
    let line = printed
        .lines()
        .find(|line| line.starts_with(&format!("{name} ")));
    let line = line.unwrap_or_else(|| panic!("{name} is not in\n{printed}"));
    let mut words = line[name.len()..].split_whitespace().map(String::from);
    (
        words.next().expect("a value"),
        words.next().expect("an origin"),
    )
}

#[test]
fn settings_and_tables_are_found_above_and_their_paths_are_theirs() {
    let folder = folder();
    let sql = "SELECT id, amount FROM orders ORDER BY id";
    let outcome = folder.run(&["-c", sql]);
    assert_eq!(outcome.stderr, "");
    assert_eq!(outcome.succeeded(), "id,amount\n0042,10\n007,\n");
    folder.file("deep/er/x.sql", "SELECT count(*) AS c FROM crm");
    let below = folder
        .command(&["-f", "x.sql"])
        .current_dir(folder.path("deep/er"))
        .output()
        .expect("the program starts");
    assert_eq!(String::from_utf8_lossy(&below.stdout), "c\n1\n");
    // A table that no statement names is not opened; one that is and cannot be is told by its line.
    folder
        .run(&["-c", "SELECT * FROM broken"])
        .failed(1, &["error: kpi-sql.toml:9: ", "none.csv"]);
    // Nor is it on a list.
    let listed = folder.csv(&[
        "-c",
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    ]);
    assert_eq!(listed, "table_name\ncrm\norders\n");
    // To have a table's name within a word is not to name it.
    let outcome = folder.run(&["-c", "SELECT 1 AS broken_pieces"]);
    assert_eq!(outcome.succeeded(), "broken_pieces\n1\n");
    let own = folder.run(&[
        "--table",
        "crm=data/orders.csv",
        "--delimiter",
        ";",
        "-c",
        "SELECT count(*) AS c FROM crm",
    ]);
    assert_eq!(own.succeeded(), "c\n2\n");
}

#[test]
fn a_table_of_a_file_has_its_own_dates_and_decimals() {
    let folder = Folder::new();
    folder.file("t.csv", "day,v\n03/04/2026,\"1,200\"\n").file(
        "kpi-sql.toml",
        "date-format = \"%d/%m/%Y\"\n[tables]\na = \"t.csv\"\n\
             b = { path = \"t.csv\", date_format = \"%m/%d/%Y\", decimal_separator = \",\" }\n",
    );
    let sql = "SELECT a.day AS a, b.day AS b, b.v FROM a, b";
    let outcome = folder.run(&["--quiet", "--format", "csv", "-c", sql]);
    assert_eq!(outcome.succeeded(), "a,b,v\n2026-04-03,2026-03-04,1.2\n");
}

#[test]
fn arguments_take_precedence_over_the_environment_and_that_over_files() {
    let folder = folder();
    let threads = |args: &[&str], variables: &[(&str, &str)]| {
        let printed = with_env(&folder, &[args, &["config"]].concat(), variables).succeeded();
        setting(&printed, "threads")
    };
    let pair = |value: &str, origin: &str| (value.to_string(), origin.to_string());
    assert_eq!(threads(&[], &[]), pair("2", "kpi-sql.toml:2"));
    let variable = [("KPI_SQL_THREADS", "3")];
    assert_eq!(threads(&[], &variable), pair("3", "KPI_SQL_THREADS"));
    assert_eq!(
        threads(&["--threads", "1"], &variable),
        pair("1", "--threads")
    );
    // And so they are used.
    let sql = "SHOW datafusion.execution.target_partitions";
    let used = |args: &[&str], variables: &[(&str, &str)]| {
        with_env(&folder, &[args, &["-c", sql]].concat(), variables).succeeded()
    };
    assert!(used(&[], &[]).ends_with(",2\n"));
    assert!(used(&[], &variable).ends_with(",3\n"));
    assert!(used(&["--threads", "1"], &variable).ends_with(",1\n"));
    with_env(&folder, &["-c", sql], &[("KPI_SQL_THREADS", "many")])
        .failed(2, &["many", "--threads"]);
}

#[test]
fn config_says_what_is_in_force_and_from_where() {
    let folder = folder();
    folder.file("home/kpi-sql/kpi-sql.toml", "format = \"json\"\nspill-limit = \"1GB\"\n[tables]\ncrm = \"mine.csv\"\nown = \"own.csv\"\n");
    let home = folder.path("home");
    let variables = [("XDG_CONFIG_HOME", home.to_str().expect("UTF-8"))];
    let printed = with_env(&folder, &["--max-rows", "5", "config"], &variables).succeeded();
    assert!(
        printed.starts_with("settings of kpi-sql.toml\nsettings of /"),
        "{printed}"
    );
    let user_file = home.join("kpi-sql/kpi-sql.toml");
    let user_file = user_file.to_str().expect("UTF-8");
    let origin = |name: &str| setting(&printed, name).1;
    assert_eq!(origin("format"), "kpi-sql.toml:1");
    assert_eq!(origin("spill-limit"), format!("{user_file}:2"));
    assert_eq!(
        setting(&printed, "infer-rows"),
        ("100000".to_string(), "default".to_string())
    );
    assert_eq!(
        setting(&printed, "data"),
        ("-".to_string(), "default".to_string())
    );
    assert_eq!(
        setting(&printed, "table crm"),
        (
            "data/customers.csv".to_string(),
            "kpi-sql.toml:8".to_string()
        )
    );
    assert_eq!(origin("table own"), format!("{user_file}:5"));
    let typed = folder.run(&["--table", "crm=x.csv", "config"]).succeeded();
    assert_eq!(
        setting(&typed, "table crm"),
        ("x.csv".to_string(), "--table".to_string())
    );
    let none = Folder::new().run(&["config"]).succeeded();
    assert!(
        none.starts_with("there is no kpi-sql.toml in this folder"),
        "{none}"
    );
    folder.file("other.toml", "format = \"tsv\"\n");
    let chosen = with_env(&folder, &["--config", "other.toml", "config"], &variables).succeeded();
    assert_eq!(setting(&chosen, "format").1, "other.toml:1");
    assert_eq!(setting(&chosen, "threads").1, "default");
}

#[test]
fn what_a_file_says_wrongly_is_an_error_with_its_line() {
    for (text, words) in [
        (
            "threads = 2\nformt = \"csv\"",
            "kpi-sql.toml:2: there is no setting formt; did you mean format?\n  there are data, format",
        ),
        (
            "memory_limit = \"1GB\"",
            "kpi-sql.toml:1: there is no setting memory_limit; did you mean memory-limit?",
        ),
        (
            "\nformat = \"xml\"",
            "kpi-sql.toml:2: format = \"xml\": possible values: table, csv",
        ),
        (
            "memory-limit = \"lots\"",
            "kpi-sql.toml:1: memory-limit = \"lots\": write a number with K, M, G or T",
        ),
        (
            "memory-limit = 5",
            "kpi-sql.toml:1: memory-limit is a text in quotes",
        ),
        (
            "threads = 0",
            "kpi-sql.toml:1: threads = \"0\": 0 is not in 1..=1024",
        ),
        (
            "threads = \"2\"",
            "kpi-sql.toml:1: threads is a whole number",
        ),
        ("quiet = \"yes\"", "kpi-sql.toml:1: quiet is true or false"),
        (
            "timeout = \"60\"",
            "kpi-sql.toml:1: timeout = \"60\": write a number with ms, s, m or h",
        ),
        ("format = csv", "kpi-sql.toml:1: "),
        ("format = \"csv\"\nformat = \"json\"", "kpi-sql.toml:2: "),
        (
            "tables = \"x\"",
            "kpi-sql.toml:1: tables stand below [tables]",
        ),
        (
            "[tables]\norders = 5",
            "kpi-sql.toml:2: the table orders has no path",
        ),
        (
            "[tables]\norders = \"x\"\nformat = \"csv\"",
            "kpi-sql.toml:3: format stands below [tables]",
        ),
        (
            "[tables]\nread-only = \"true\"",
            "kpi-sql.toml:2: read-only stands below [tables]",
        ),
        (
            "[tables]\nquiet = true",
            "kpi-sql.toml:2: quiet stands below [tables]",
        ),
        (
            "[tables]\norders = { delimiter = \";\" }",
            "kpi-sql.toml:2: the table orders has no path",
        ),
        (
            "[tables.orders]\npath = \"x\"\nsep = \";\"",
            "kpi-sql.toml:3: a table has no sep; there are path, delimiter",
        ),
        (
            "[tables.orders]\npath = \"x\"\ndelimiter = \"ab\"",
            "kpi-sql.toml:3: the delimiter of orders is one character",
        ),
        (
            "[tables.orders]\npath = \"x\"\ndate_format = \"dd\"",
            "kpi-sql.toml:3: the date_format of orders: dd is not a date format",
        ),
        (
            "[tables.orders]\npath = \"x\"\ndecimal_separator = 1",
            "kpi-sql.toml:3: decimal_separator of the table orders is written in another way",
        ),
        (
            "[tables.orders]\npath = \"x\"\nheader = \"no\"",
            "kpi-sql.toml:3: header of the table orders is written in another way",
        ),
    ] {
        let folder = Folder::new();
        folder.file("kpi-sql.toml", text);
        let outcome = folder.run(&["-c", "SELECT 1"]);
        assert_eq!(outcome.stdout, "");
        outcome.failed(2, &[&format!("error: {words}")]);
    }
    Folder::new()
        .run(&["--config", "none.toml", "-c", "SELECT 1"])
        .failed(2, &["none.toml: the settings cannot be read"]);
}

/// A setting is for all runs: where an argument would be an error, it waits for the next one.
#[test]
fn a_setting_is_not_in_the_way_of_an_argument() {
    let folder = Folder::new();
    folder.file("kpi-sql.toml", "format = \"csv\"\nmax-rows = 1\nnull = [\"-\", \"a:b\"]\nheader = true\ntypes = { id = \"TEXT\" }\n");
    folder.file("x.csv", "id,n\n007,-\n008,a:b\n009,3\n");
    let sql = "SELECT id, n FROM 'x.csv' ORDER BY id";
    assert_eq!(
        folder.run(&["-c", sql]).succeeded(),
        "id,n\n007,\n008,\n009,3\n"
    );
    folder.run(&["-o", "out.json", "-c", sql]).succeeded();
    assert!(
        folder.read("out.json").starts_with("[{\"id\":\"007\""),
        "{}",
        folder.read("out.json")
    );
    let table = folder.run(&["--format", "table", "-c", sql]).succeeded();
    assert!(table.contains("007") && !table.contains("008"), "{table}");
}

#[test]
fn benchmarks_can_be_set_for_all_runs() {
    let folder = Folder::new();
    folder
        .file("targets.csv", "kpi,band,low,high\nnps,ours,0,100\n")
        .file(
            "kpi-sql.toml",
            "benchmarks = \"targets.csv\"\nformat = \"csv\"\n",
        );
    let sql = "SELECT kpi_band('nps', 50.0) AS band";
    assert_eq!(folder.run(&["-c", sql]).succeeded(), "band\nours\n");
    folder.file("more.csv", "kpi,band,low,high\nnps,theirs,0,100\n");
    assert_eq!(
        folder
            .run(&["--benchmarks", "more.csv", "-c", sql])
            .succeeded(),
        "band\ntheirs\n"
    );
    folder
        .run(&["--benchmarks", "none.csv", "-c", sql])
        .failed(1, &["none.csv", "no such file"]);
}

#[test]
fn init_runs_before_all_else() {
    let folder = Folder::new();
    folder
        .file("init.sql", "CREATE VIEW v AS SELECT 1 AS x;\n")
        .file("a.sql", "SELECT x FROM v");
    assert_eq!(folder.csv(&["-f", "a.sql", "--init", "init.sql"]), "x\n1\n");
    let piped = folder.run_with_stdin(
        &["--format", "csv", "--init", "init.sql"],
        "SELECT x + 1 AS y FROM v",
    );
    assert_eq!(piped.succeeded(), "y\n2\n");
    folder.file("init.sql", "SELECT nope");
    folder
        .run(&["-f", "a.sql", "--init", "init.sql"])
        .failed(1, &["error: init.sql:1: there is no column nope"]);
}

/// The nearest file may have come with an archive.
#[test]
fn no_file_lifts_what_the_user_forbids() {
    let folder = Folder::new();
    folder.file("kpi-sql.toml", "read-only = false\n").file(
        "home/kpi-sql/kpi-sql.toml",
        "read-only = true\nquiet = true\n",
    );
    let home = folder.path("home");
    let home = [("XDG_CONFIG_HOME", home.to_str().expect("UTF-8"))];
    let sql = "COPY (SELECT 1 AS x) TO 'out.csv'";
    with_env(&folder, &["-c", sql], &home).failed(1, &["COPY writes files"]);
    // The user's own variable does; that is how a switch of a file is turned off.
    let variables = [home[0], ("KPI_SQL_READ_ONLY", "false")];
    assert_eq!(with_env(&folder, &["-c", sql], &variables).stderr, "");
    assert_eq!(folder.read("out.csv"), "x\n1\n");
    let variables = [
        home[0],
        ("KPI_SQL_READ_ONLY", "false"),
        ("KPI_SQL_QUIET", "false"),
    ];
    let loud = with_env(&folder, &["-c", sql], &variables);
    assert_eq!(loud.stderr, "note: 1 row written to out.csv\n");
}

#[test]
fn check_and_schema_take_the_tables_of_a_file_of_settings() {
    let folder = folder();
    folder.file(
        "kpi-sql.toml",
        "[tables]\norders = { path = \"data/orders.csv\", delimiter = \";\", null = [\"-\"], types = { id = \"TEXT\" } }\n\
         crm = \"data/customers.csv\"\n",
    );
    // Files of that name stand where a name alone is looked for.
    folder
        .file("sample_data/orders.csv", "other\n1\n2\n3\n")
        .file("orders/x.csv", "another\n1\n");
    for args in [&["orders"][..], &["orders", "--data", "sample_data"]] {
        let schema = folder.run(&[&["schema"], args].concat()).succeeded();
        assert!(
            schema.starts_with("orders: 2 rows, 2 columns\n"),
            "{schema}"
        );
        assert!(schema.contains("id      TEXT\n"), "{schema}");
        let report = folder.run(&[&["check"], args].concat()).succeeded();
        assert!(
            report.starts_with("orders: 2 rows, 2 columns\n"),
            "{report}"
        );
    }
    let all = folder.run(&["check"]).succeeded();
    for table in ["orders: 2 rows, 2 columns", "crm: 1 row, 2 columns"] {
        assert!(all.contains(table), "{table}: {all}");
    }
    // One that is typed takes precedence.
    let typed = folder.run(&["check", "orders", "--table", "orders=data/customers.csv"]);
    let typed = typed.succeeded();
    assert!(typed.starts_with("orders: 1 row, 2 columns\n"), "{typed}");
    // Beside a query, nobody has asked for them.
    let joins = folder.run(&["check", "-c", "SELECT count(*) AS n FROM crm"]);
    assert!(!joins.succeeded().contains("orders"));
}
