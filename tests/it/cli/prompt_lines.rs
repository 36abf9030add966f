//! The lines of the prompt: history, completion, colours, and terminals of all kinds.

use serde_json::json;

use super::prompt::{ENDLESS, orders, table};
use super::typing::{ASKS, CTRL_C, CTRL_D, TAB, Typist, UP};
use crate::command::Folder;

#[test]
fn earlier_texts_are_kept() {
    let folder = orders();
    let seen = Typist::new(&folder)
        .begins()
        .enters("SELECT\r41 + 1 AS a;")
        .enters(" SELECT 'secret' AS s;")
        .keys("\\q\r", "\n")
        .runs(&[]);
    assert_eq!(seen.code, Some(0));
    let kept = folder.read("state/kpi-sql/history");
    assert_eq!(kept, "#V2\nSELECT\\n41 + 1 AS a;\n\\\\q\n");
    let seen = Typist::new(&folder)
        .begins()
        .keys(UP, "\\q")
        .keys(UP, "41")
        // Enter, behind what has come back.
        .enters("")
        .keys(CTRL_D, "\n")
        .runs(&[]);
    assert_eq!(seen.printed(3), table("a", "42"), "{seen:?}");
}

#[test]
fn a_history_that_is_none_is_left_alone() {
    let folder = orders();
    let bytes = b"#V2\n\xff\xfe\x00 something else\n";
    folder.file("state/kpi-sql/history", bytes);
    let seen = Typist::new(&folder)
        .begins()
        .enters("SELECT 1 AS a;")
        .keys(CTRL_D, "\n")
        .runs(&[]);
    assert!(
        seen.shown[0].contains("note: the history of this session is not saved: "),
        "{seen:?}"
    );
    assert_eq!(seen.printed(1), table("a", "1"));
    let read = std::fs::read(folder.path("state/kpi-sql/history")).expect("it is there");
    assert_eq!(read, bytes);
}

#[test]
fn tab_completes_names_calls_commands_and_paths() {
    let folder = orders();
    folder.file("data/Odd.csv", "customerID\n1\n");
    let seen = Typist::new(&folder)
        .begins()
        // Tables, columns of those that are named, and paths within quotes.
        .enters(&format!("SELECT count(*) AS n FROM ord{TAB};"))
        .keys(
            &format!("SELECT sum(amo) AS s FROM orders;{}", "\u{1b}[D".repeat(19)),
            "s FROM",
        )
        .enters(TAB)
        .enters(&format!(
            "SELECT max(o.am{TAB}) AS m FROM orders o;\u{1}\u{b}"
        ))
        .enters(&format!("SELECT count(*) AS n FROM 'da{TAB}ord{TAB}';"))
        // A name that needs quotes gets them.
        .enters(&format!("SELECT \"cust{TAB} AS c FROM 'data/Odd.csv';"))
        .keys(&format!("sel{TAB}"), "select")
        .keys(CTRL_C, ASKS)
        .keys(&format!("SELECT nr{TAB}"), "nrr(")
        .keys(CTRL_C, ASKS)
        .keys(&format!("\\ti{TAB}"), "timing")
        .keys(CTRL_C, ASKS)
        .keys(&format!("\\kpi win{TAB}"), "win_rate")
        .keys(CTRL_C, ASKS)
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0), "{seen:?}");
    assert_eq!(seen.printed(1), table("n", "3"), "{seen:?}");
    assert_eq!(seen.printed(3), table("s", "60"), "{seen:?}");
    assert_eq!(seen.printed(5), table("n", "3"), "{seen:?}");
}

#[test]
fn a_list_of_kpis_has_their_arguments() {
    let folder = Folder::new();
    let seen = Typist::new(&folder)
        .begins()
        .keys(
            &format!("SELECT cross_sell_rate{TAB}"),
            "cross_sell_rate_state(customer, product)",
        )
        .keys(CTRL_C, ASKS)
        .keys(CTRL_D, "\n")
        .runs(&[]);
    let shown = &seen.shown[1];
    for call in [
        "cross_sell_rate(customer, is_cross_sell)",
        "cross_sell_rate(customer, product)",
    ] {
        assert!(shown.contains(call), "{shown}");
    }
}

#[test]
fn the_arguments_of_a_call_are_shown_as_it_begins() {
    let folder = Folder::new();
    let seen = Typist::new(&folder)
        .environment("NO_COLOR", "")
        .begins()
        .keys("SELECT arpu(", "customer, revenue)")
        .keys("'x' -- y", "y")
        .keys(CTRL_C, ASKS)
        .keys(CTRL_D, "\n")
        .runs(&[]);
    assert!(
        seen.shown[1].contains("\u{1b}[1mSELECT\u{1b}[0m \u{1b}[36marpu\u{1b}[0m("),
        "{seen:?}"
    );
    assert!(
        seen.shown[1].contains("\u{1b}[2mcustomer, revenue)"),
        "{seen:?}"
    );
    let seen = Typist::new(&folder)
        .environment("NO_COLOR", "")
        .begins()
        .enters("SELECT 'x' AS a; -- y")
        .keys(CTRL_D, "\n")
        .runs(&[]);
    assert!(
        seen.shown[1].contains("\u{1b}[32m'x'\u{1b}[0m")
            && seen.shown[1].contains("\u{1b}[2m-- y\u{1b}[0m"),
        "{seen:?}"
    );
}

#[test]
fn nothing_is_coloured_where_nobody_wants_it() {
    let folder = Folder::new();
    let seen = Typist::new(&folder)
        .begins()
        .enters("SELECT arpu('a', 1) AS a;")
        .keys(CTRL_D, "\n")
        .runs(&[]);
    let shown = seen.shown.concat();
    for style in ["[1m", "[2m", "[32m", "[36m", "customer, revenue"] {
        assert!(!shown.contains(style), "{shown:?}");
    }
}

#[test]
fn a_narrow_terminal_has_the_whole_text() {
    let folder = orders();
    let seen = Typist::new(&folder)
        .columns(20)
        .begins()
        .enters("SELECT customer_id, segment, amount FROM orders WHERE amount = 30;")
        .step(json!({ "columns": 60, "send": "SELECT 1 AS a", "until": "a" }))
        .enters(";")
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0));
    // As many columns do not fit, they are lines.
    assert!(seen.printed(1).contains("customer_id: 3\n"), "{seen:?}");
    assert_eq!(seen.printed(3), table("a", "1"), "{seen:?}");
}

#[test]
fn what_is_cut_can_be_had_whole() {
    let folder = Folder::new();
    let long = "SELECT 'one two three four five six' AS a, 'seven eight nine ten' AS b, 1 AS c;";
    let seen = Typist::new(&folder)
        .columns(50)
        .begins()
        .enters(long)
        .enters("SELECT value FROM generate_series(1, 1234);")
        .enters("\\format vertical")
        .enters(long)
        .keys(CTRL_D, "\n")
        .runs(&[]);
    let words =
        "cut to fit the terminal; \\format vertical shows them whole, and so does \\o FILE\n";
    assert!(seen.printed(1).ends_with(words), "{seen:?}");
    assert!(
        seen.printed(2)
            .ends_with("… and 234 rows more; \\o FILE has all\n"),
        "{seen:?}"
    );
    assert!(
        seen.printed(4).contains("a: one two three four five six\n"),
        "{seen:?}"
    );
}

#[test]
fn a_dumb_terminal_has_plain_lines() {
    let folder = orders();
    let ready = "kpi-sql> ";
    let pause = |send: &str, until: &str| json!({ "pause": 1, "send": send, "until": until });
    let seen = Typist::new(&folder)
        .environment("TERM", "dumb")
        .keys("", ready)
        .keys("SELECT count(*) AS n\n", "...> ")
        .keys("FROM orders;\n", ready)
        .keys("\\format csv\n", ready)
        .keys("SELECT oops\n", "...> ")
        .keys(CTRL_C, ready)
        .keys("SELECT 7 AS a;\n", ready)
        .keys(&format!("{ENDLESS};\n"), "\n")
        .step(pause(CTRL_C, ready))
        .keys("SELECT 8 AS b;\n", ready)
        .keys(CTRL_D, "\n")
        .runs(&["--data", "data"]);
    assert_eq!(seen.code, Some(0));
    assert!(seen.shown[2].contains(&table("n", "3")), "{seen:?}");
    assert!(seen.shown[6].contains("a\n7\n"), "{seen:?}");
    assert!(seen.shown[8].contains("cancelled\n"), "{seen:?}");
    assert!(seen.shown[9].contains("b\n8\n"), "{seen:?}");
    assert!(!seen.shown.concat().contains('\u{1b}'), "{seen:?}");
}
