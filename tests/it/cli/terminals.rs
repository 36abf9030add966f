//! Results on a terminal, which a few lines of Python stand for.

use std::process::{Command, Output};

use crate::command::Folder;

/// What a terminal of so many columns shows of a call.
fn on_a_terminal(width: usize, environment: &[(&str, &str)], args: &[&str]) -> Output {
    let folder = Folder::new();
    folder.file("on_a_terminal.py", include_str!("on_a_terminal.py"));
    Command::new("python3")
        .arg("on_a_terminal.py")
        .arg(width.to_string())
        .arg(env!("CARGO_BIN_EXE_kpi-sql"))
        .args(args)
        .current_dir(folder.path("."))
        // A slow machine would show a bar on others.
        .env("TERM", "dumb")
        .env("NO_COLOR", "1")
        .env("PAGER", "cat")
        .envs(environment.iter().copied())
        .output()
        .expect("python3 runs")
}

#[track_caller]
fn shown(width: usize, args: &[&str]) -> String {
    let output = on_a_terminal(width, &[], args);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

const LONG: &str =
    "SELECT 12345678901 AS n, 'one two three four five six seven' AS text, NULL AS x, 'ab' AS s";

#[test]
fn a_table_fits_the_terminal_and_counts_what_is_cut() {
    let table = "\
+-------------+---------------+------+----+
|           n | text          | x    | s  |
+-------------+---------------+------+----+
| 12345678901 | one two thre… | NULL | ab |
+-------------+---------------+------+----+
1 value is cut to fit the terminal; --format vertical or --raw shows them whole, and so does -o FILE
";
    assert_eq!(shown(43, &["-c", LONG]), table);
}

#[test]
fn nothing_is_cut_that_fits() {
    let printed = shown(80, &["-c", LONG]);
    assert!(
        printed.contains("| one two three four five six seven |"),
        "{printed}"
    );
    assert!(!printed.contains('…'), "{printed}");
    // Neither with --raw, nor in other formats.
    let whole = "one two three four five six seven";
    for more in [
        &["--raw"][..],
        &["--format", "markdown"],
        &["--format", "csv"],
    ] {
        let printed = shown(43, &[more, &["-c", LONG]].concat());
        assert!(
            printed.contains(whole) && !printed.contains('…'),
            "{printed}"
        );
    }
}

#[test]
fn too_many_columns_become_lines() {
    let columns: Vec<String> = (1..=30).map(|n| format!("{n} AS column_{n}")).collect();
    let sql = format!("SELECT {} FROM generate_series(1, 2)", columns.join(", "));
    let printed = shown(80, &["-c", &sql]);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines.len(), 2 * 31 + 1, "{printed}");
    assert_eq!(lines[..3], ["Row 1", "  column_1:  1", "  column_2:  2"]);
    assert_eq!(lines[31..34], ["", "Row 2", "  column_1:  1"]);
    let none = format!("SELECT {} WHERE false", columns.join(", "));
    let printed = shown(80, &["-c", &none]);
    assert!(
        printed.starts_with("No rows; the columns are column_1, column_2, "),
        "{printed}"
    );
}

/// The widest results that there are.
#[test]
fn what_is_known_of_functions_and_kpis_can_be_read() {
    for sql in ["SELECT * FROM kpi_catalog()", "SHOW FUNCTIONS"] {
        let printed = shown(120, &["-c", sql]);
        let is_table = printed.starts_with('+');
        let frame = printed.lines().filter(|line| line.starts_with(['+', '|']));
        let widest = frame.map(|line| line.chars().count()).max().unwrap_or(0);
        assert!(widest <= 120, "{sql}: {widest}");
        assert!(!printed.contains("-----------------------------------------------------------------------------------------------------------------------"));
        let says = printed.contains("values are cut to fit the terminal");
        assert_eq!(is_table, says, "{sql}");
        assert!(printed.len() < 2_000_000, "{sql}: {} bytes", printed.len());
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let sql = ["-c", "SELECT 1 AS a, NULL AS b"];
    let printed = |environment: &[(&str, &str)]| {
        let output = on_a_terminal(80, environment, &sql);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let coloured = printed(&[("NO_COLOR", ""), ("TERM", "xterm")]);
    assert!(coloured.contains("\u{1b}[1ma\u{1b}[0m"), "{coloured:?}");
    assert!(coloured.contains("\u{1b}[2mNULL\u{1b}[0m"), "{coloured:?}");
    let plain = coloured.replace("\u{1b}[1m", "").replace("\u{1b}[2m", "");
    let without = printed(&[("TERM", "xterm")]);
    assert_eq!(plain.replace("\u{1b}[0m", ""), without);
    assert!(!printed(&[("NO_COLOR", ""), ("TERM", "dumb")]).contains('\u{1b}'));
    let wanted = [("NO_COLOR", ""), ("TERM", "xterm")];
    let wrong = on_a_terminal(80, &wanted, &["-c", "SELECT nope"]);
    let said = String::from_utf8(wrong.stdout).expect("UTF-8");
    assert!(
        said.starts_with("\u{1b}[1;31merror:\u{1b}[0m -c:1: "),
        "{said:?}"
    );
    assert_eq!(wrong.status.code(), Some(1));
    let piped = Folder::new().command(&sql).env("TERM", "xterm").output();
    let piped = piped.expect("it runs").stdout;
    assert!(!piped.contains(&0x1b));
}

#[test]
fn results_go_through_a_pager() {
    let two = ["-c", "COPY (SELECT 1 AS a) TO 'o.csv'; SELECT 1 AS a"];
    let through = |pager: &str, args: &[&str]| {
        let output = on_a_terminal(80, &[("PAGER", pager)], args);
        let code = output.status.code();
        (String::from_utf8(output.stdout).expect("UTF-8"), code)
    };
    let table = "> +---+\n> | a |\n> +---+\n> | 1 |\n> +---+\n";
    let note = "note: 1 row written to o.csv\n";
    // What is to be said waits until the person has left the pager.
    assert_eq!(
        through("sed 's/^/> /'", &two),
        (format!("{table}{note}"), Some(0))
    );
    let plain = table.replace("> ", "");
    assert_eq!(through("", &two), (format!("{note}{plain}"), Some(0)));
    let csv = ["--format", "csv", "-c", "SELECT 1 AS a"];
    assert_eq!(
        through("sed 's/^/> /'", &csv),
        ("a\n1\n".to_string(), Some(0))
    );

    let (said, code) = through("no_such_pager", &two);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("the pager cannot be run: no_such_pager; PAGER=less"),
        "{said}"
    );
    // A person who has seen enough is no error.
    let long = [
        "-c",
        "SELECT * FROM generate_series(1, 1000000)",
        "--max-rows",
        "0",
    ];
    assert_eq!(
        through("head -4 | tail -1", &long),
        ("|     1 |\n".to_string(), Some(0))
    );
    let wrong = ["-c", "SELECT 1 AS a; SELECT nope"];
    let (said, code) = through("sed 's/^/> /'", &wrong);
    assert_eq!(code, Some(1));
    assert!(
        said.starts_with(&format!("{table}error: -c:1: there is no column nope")),
        "{said}"
    );
}
