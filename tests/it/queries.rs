//! Every file in `queries/`: a question that runs on Parquet, on CSV and on a user's own tables, with the same
//! numbers, and with those that plain SQL gives. Together they show every KPI of the sources, by the cuts that
//! the sources name.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use datafusion::sql::sqlparser::dialect::GenericDialect;
use datafusion::sql::sqlparser::tokenizer::{Token, Tokenizer};
use kpi_sql::define::Publication;
use kpi_sql::kpi::{all, find};

/// What the sources ask for beside the totals: each KPI by these columns of some query's result.
const CUTS: [(&str, &[&str]); 15] = [
    // Overall, by product and by channel; by product type, demographics and industry.
    (
        "cross_sell_rate",
        &[
            "product_id",
            "line",
            "channel",
            "segment",
            "country",
            "industry",
        ],
    ),
    // By product, segment (location, industry, customer type), representative and marketing channel.
    (
        "upsell_rate",
        &[
            "product_id",
            "line",
            "segment",
            "country",
            "industry",
            "sales_rep",
            "acquired_through",
        ],
    ),
    // By segment, tracked by the quarter.
    ("cross_sell_ratio", &["segment", "quarter"]),
    // Cross-sells beside deals with new customers.
    ("cross_sell_conversion_rate", &["deal", "quarter"]),
    ("cross_sell_opportunity_size", &["deal", "quarter"]),
    ("cross_sell_qualified_opportunities", &["deal", "quarter"]),
    ("sales_cycle_length", &["deal"]),
    ("implementation_success_rate", &["deal"]),
    ("sales_team_engagement", &["quarter"]),
    // Each product, and how products are spread.
    ("product_usage_rate", &["product_id"]),
    ("product_mix", &["line", "segment"]),
    // Customers with several products beside those with one.
    ("arpa", &["product_lines"]),
    ("clv", &["product_lines"]),
    ("csat", &["csat_one_line", "csat_several_lines"]),
    ("churn_gap", &["one_plan", "several_plans"]),
];

/// The queries by their names.
fn queries() -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let entries = std::fs::read_dir(folder).expect("the folder can be read");
    let mut files: Vec<_> = entries
        .map(|entry| entry.expect("the entry can be read").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sql"))
        .map(|path| (name(&path), path))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    stem.expect("file names are ASCII").to_string()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn question(sql: &str) -> &str {
    let first = sql.lines().next().unwrap_or_default();
    first.trim_start_matches("-- ")
}

#[test]
fn first_line_is_the_question() {
    for (_, path) in queries() {
        let sql = read(&path);
        assert!(sql.starts_with("-- "), "{}", path.display());
        assert!(question(&sql).ends_with('?'), "{}", path.display());
    }
}

/// The KPIs that a query calls, by any of their names and functions.
fn kpis_called(sql: &str) -> HashSet<&'static str> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize();
    let tokens = tokens.expect("the query is SQL");
    let calls = tokens.windows(2).filter_map(|pair| match pair {
        [Token::Word(word), Token::LParen] => Some(word.value.as_str()),
        _ => None,
    });
    calls
        .filter_map(|call| {
            let name = call.trim_end_matches("_parts").trim_end_matches("_state");
            Some(find(name)?.name)
        })
        .collect()
}

#[test]
fn every_kpi_of_the_sources_is_asked_for() {
    let called: HashSet<_> = queries()
        .iter()
        .flat_map(|(_, path)| kpis_called(&read(path)))
        .collect();
    for kpi in all() {
        let sources = kpi.sources.iter();
        let is_of_the_sources = sources
            .map(|source| source.publication)
            .any(|publication| publication != Publication::CommonUsage);
        if is_of_the_sources {
            assert!(called.contains(kpi.name), "no query has {}", kpi.name);
        }
    }
}

#[test]
fn every_cut_of_the_sources_is_made() {
    let columns: Vec<(HashSet<&str>, HashSet<String>)> = queries()
        .iter()
        .map(|(name, path)| {
            let results = tables(&SAMPLE[name]).into_iter();
            let columns = results.flat_map(|result| result.header);
            (kpis_called(&read(path)), columns.collect())
        })
        .collect();
    for (kpi, cuts) in CUTS {
        for cut in cuts {
            let is_made = columns
                .iter()
                .any(|(called, columns)| called.contains(kpi) && columns.contains(*cut));
            assert!(is_made, "no query has {kpi} by {cut}");
        }
    }
}

/// The folder's README lists each query with its question and the columns that it cuts by.
#[test]
fn the_readme_lists_every_query() {
    let readme = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("queries/README.md"));
    let rows = readme.lines().filter(|line| line.starts_with("| ["));
    let listed: HashMap<&str, (&str, &str)> = rows
        .map(|row| {
            let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [link, question, cuts] = cells[..] else {
                panic!("three cells in {row}");
            };
            let file = link.trim_start_matches('[').split(']').next();
            let file = file.unwrap_or_default();
            assert_eq!(link, format!("[{file}]({file})"));
            (file.trim_end_matches(".sql"), (question, cuts))
        })
        .collect();
    for (name, path) in queries() {
        let (listed, cuts) = listed
            .get(&*name)
            .unwrap_or_else(|| panic!("{name} is missing"));
        assert_eq!(*listed, question(&read(&path)), "{name}");
        let results = tables(&SAMPLE[&name]);
        for cut in cuts.split(", ").map(|cut| cut.trim_matches('`')) {
            let has_it = |result: &&Table| result.header.iter().any(|column| column == cut);
            let result = results.iter().find(has_it);
            let result = result.unwrap_or_else(|| panic!("{name} has no column {cut}"));
            let values: HashSet<_> = result.column(cut).collect();
            let n_values = values.iter().filter(|value| **value != "Total").count();
            assert!(n_values > 1, "{name} does not cut by {cut}: {values:?}");
        }
    }
    assert_eq!(listed.len(), queries().len());
}

/// One result that a query prints.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn column(&self, name: &str) -> impl Iterator<Item = &str> {
        let position = self.header.iter().position(|column| column == name);
        let position = position.unwrap_or_else(|| panic!("no column {name} in {:?}", self.header));
        self.rows.iter().map(move |row| row[position].as_str())
    }
}

/// What every query prints of the sample data, run once for all tests.
static SAMPLE: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let printed = queries().into_iter().map(|(name, query)| {
        let (csv, notes) = run(&query, &[]);
        assert!(notes.contains("sample_data"), "{notes}");
        (name, csv)
    });
    printed.collect()
});

/// The results of a query, which have an empty line between them.
fn tables(csv: &str) -> Vec<Table> {
    csv.split("\n\n").map(table).collect()
}

fn table(csv: &str) -> Table {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let texts = |record: &csv::StringRecord| record.iter().map(String::from).collect();
    let header = texts(reader.headers().expect("the program writes a header"));
    let rows = reader
        .records()
        .map(|record| texts(&record.expect("the program writes CSV")))
        .collect();
    Table { header, rows }
}

/// Runs a query from the package's folder, and gives what it prints and what it notes.
fn run(query: &Path, args: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kpi-sql"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["--format", "csv", "-f"])
        .arg(query)
        .args(args)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let (out, notes) = (text(output.stdout), text(output.stderr));
    assert!(
        output.status.success(),
        "{} {args:?}: {notes}",
        query.display()
    );
    (out, notes)
}

#[test]
fn parquet_csv_and_own_tables_give_the_same_numbers() {
    for (name, query) in queries() {
        let sample = &SAMPLE[&name];
        assert!(sample.lines().count() > 1, "{} is empty", query.display());
        let (csv, _) = run(&query, &["--data", "sample_data/csv"]);
        assert_eq!(&csv, sample, "{}", query.display());
        // A user's own tables, each in a form of its own.
        let tables = [
            "orders=sample_data/csv/orders/**/*.csv",
            "customers=sample_data/customers.parquet",
            "products=sample_data/csv/products.csv",
            "opportunities=sample_data/opportunities.parquet",
            "subscriptions=sample_data/csv/subscriptions.csv",
            "surveys=sample_data/surveys.parquet",
            "product_usage=sample_data/csv/product_usage.csv",
        ];
        let (own, notes) = run(&query, &tables.map(|table| ["--table", table]).concat());
        assert_eq!(&own, sample, "{}", query.display());
        assert_eq!(notes, "", "every table was named");
    }
}

/// Every query has a twin in `tests/plain_sql` that works some of its columns out without any KPI function,
/// as an analyst would have to. Row for row they say the same.
#[test]
fn plain_sql_says_the_same() {
    let twins = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plain_sql");
    for (name, _) in queries() {
        let twin = twins.join(format!("{name}.sql"));
        let sql = read(&twin);
        assert!(
            kpis_called(&sql).is_empty(),
            "{name}: the twin is not plain"
        );
        assert!(!sql.contains("kpi_"), "{name}: the twin is not plain");
        let (got, expected) = (tables(&SAMPLE[&name]), tables(&run(&twin, &[]).0));
        assert_eq!(got.len(), expected.len(), "{name}: a result has no twin");
        for (got, expected) in got.iter().zip(&expected) {
            says_the_same(&name, got, expected);
        }
    }
    let n_twins = std::fs::read_dir(twins)
        .expect("the folder can be read")
        .count();
    assert_eq!(n_twins, queries().len(), "a twin has lost its query");
}

fn says_the_same(name: &str, got: &Table, expected: &Table) {
    assert_eq!(got.rows.len(), expected.rows.len(), "{name}");
    for column in &expected.header {
        let cells = got.column(column).zip(expected.column(column));
        for (row, (got, expected)) in cells.enumerate() {
            let row = row + 1;
            assert!(
                same(got, expected),
                "{name}, {column}, row {row}: {got} {expected}"
            );
        }
    }
}

/// Whether two cells are the same number, written with as many digits as their type has, or the same text.
fn same(one: &str, other: &str) -> bool {
    match (one.parse::<f64>(), other.parse::<f64>()) {
        (Ok(one), Ok(other)) => (one - other).abs() < 1e-6,
        _ => one == other,
    }
}
