//! Columns without a value, columns of text that are of another type, and lines that are sums of others.

use super::super::asked::{AskedTable, quoted, written};
use super::super::columns::{ColumnRole, has_word, is_named_like_a_key};
use super::super::finding::{Finding, Severity};
use super::super::profile::ColumnProfile;
use super::super::shown;
use super::super::text_form;
use crate::session;
use crate::tables::{NumberTexts, TextForm};

/// So many of the values that are there.
const NEARLY_ALL: f64 = 0.9;

/// Words of names of codes that are made of digits.
const CODES: &[&str] = &[
    "zip",
    "zipcode",
    "postal",
    "postalcode",
    "postcode",
    "plz",
    "phone",
    "phones",
    "telephone",
    "telefon",
    "tel",
    "mobile",
    "fax",
    "code",
    "codes",
    "barcode",
    "sku",
    "skus",
    "ean",
    "gtin",
    "isbn",
    "iban",
    "version",
];

pub(super) async fn check(
    asked: &AskedTable,
    column: &ColumnProfile,
    rows: u64,
    notes: &[String],
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let values = column.n("values");
    let something = values - column.n("blank").min(values);
    if something == 0 && !column.field.data_type().is_nested() {
        found.push(
            Finding::new(
                Severity::Info,
                "no_value",
                format!("none of {} has a value", shown::many(rows, "row")),
            )
            .of(column.name())
            .counted(rows, rows)
            .advice("check whether the export should have it"),
        );
        return Ok(());
    }
    let nan = column.n("nan");
    if nan > 0 {
        found.push(
            Finding::new(
                Severity::Warning,
                "nan",
                format!(
                    "{} {} NaN, which makes every sum NaN",
                    shown::of(nan, values, "value"),
                    shown::are(nan)
                ),
            )
            .of(column.name())
            .counted(nan, values)
            .advice(format!(
                "NULLIF({}, 'NaN') makes them NULL; KPIs do so by themselves",
                written(column.name())
            )),
        );
    }
    if !column.is_text() {
        return Ok(());
    }
    totals(asked, column, rows, found).await?;
    // What reading has said of a column is not said again.
    let is_said = notes
        .iter()
        .any(|note| note.contains(&format!("column {} ", column.name())));
    if !is_said {
        other_type(asked, column, found).await?;
    }
    Ok(())
}

async fn totals(
    asked: &AskedTable,
    column: &ColumnProfile,
    rows: u64,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let totals = column.n("total");
    // Where every second line is one, it is a word of the column.
    if totals == 0 || totals * 2 > rows {
        return Ok(());
    }
    let c = quoted(column.name());
    let sql = format!(
        "SELECT DISTINCT {c} AS name FROM {} WHERE {}({c}) = {} ORDER BY name LIMIT 4",
        asked.from(),
        text_form::NAME,
        text_form::number_of(TextForm::Total)
    );
    let named = asked.ask(&sql).await?;
    let named: Vec<String> = named
        .iter()
        .filter_map(|row| Some(shown::literal(row.first()?.as_deref()?)))
        .collect();
    let name = written(column.name());
    let example = column.text("a_total").unwrap_or_default();
    found.push(
        Finding::new(
            Severity::Error,
            "total_line",
            format!(
                "{} {} the name of a total, {}: sums count the same amounts twice",
                shown::of(totals, rows, "row"),
                shown::have(totals),
                shown::quoted(example)
            ),
        )
        .of(column.name())
        .counted(totals, rows)
        .such_as(Some(example))
        .advice(match column.n("values") < rows {
            // NULL is neither in a list nor not in it.
            true => format!(
                "WHERE ({name} IS NULL OR {name} NOT IN ({})) leaves such rows out, and no others",
                named.join(", ")
            ),
            false => format!(
                "WHERE {name} NOT IN ({}) leaves such rows out",
                named.join(", ")
            ),
        }),
    );
    Ok(())
}

async fn other_type(
    asked: &AskedTable,
    column: &ColumnProfile,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let is_code = has_word(column.name(), CODES);
    let is_key = column.role == ColumnRole::Key || is_named_like_a_key(column.name());
    let there = column.n("values") - column.n("blank") - column.n("nothing");
    let is_nearly = |n: u64| n > 0 && n as f64 >= NEARLY_ALL * there as f64;
    let (numbers, days) = (column.n("number"), column.n("day"));
    let (what, n, example, sql_type) = if is_nearly(days) {
        ("dates", days, column.text("a_day"), "DATE")
    } else if is_nearly(numbers) && !is_key && !is_code {
        ("numbers", numbers, column.text("a_number"), "DOUBLE")
    } else {
        return Ok(());
    };
    let name = written(column.name());
    let other = column.text("a_word").or(column.text("a_nothing"));
    let but = match other {
        Some(other) => format!("; {} is none", shown::quoted(other)),
        None => String::new(),
    };
    let numbers = match what {
        "numbers" => Some(number_texts(asked, column).await?),
        _ => None,
    };
    let odd = match &numbers {
        Some(_) => no_plain_number(asked, column).await?,
        None => None,
    };
    let advice = match (&numbers, other) {
        // CAST would read some of them as NULL, or not at all.
        (Some(numbers), _) if odd.is_some() => {
            let read_by = numbers.read_by(&name);
            match other {
                Some(other) => format!(
                    "--null {} reads the others as NULL; {read_by}",
                    shown::literal(other)
                ),
                None => read_by,
            }
        }
        (_, Some(other)) => {
            let null = shown::literal(other);
            let reads = match is_read_by_a_cast(what, example.unwrap_or_default()) {
                true => format!("TRY_CAST({name} AS {sql_type}) is NULL for the others"),
                false => of_days(&format!("NULLIF({name}, {null})")),
            };
            format!("--null {null} reads the others as NULL; in a query {reads}")
        }
        (_, None) => read_by(&name, what, example.unwrap_or_default()),
    };
    found.push(
        Finding::new(
            Severity::Warning,
            if what == "dates" { "dates_as_text" } else { "numbers_as_text" },
            format!(
                "a column of text, and {} {} {what} such as {}{but}: they sort and compare letter by letter",
                shown::of(n, column.n("values"), "value"),
                shown::are(n),
                shown::quoted(example.unwrap_or_default())
            ),
        )
        .of(column.name())
        .counted(n, column.n("values"))
        .such_as(example)
        .advice(advice),
    );
    if let Some(numbers) = &numbers {
        signs(column, numbers, found);
    }
    Ok(())
}

/// The texts of a column as numbers.
async fn number_texts(
    asked: &AskedTable,
    column: &ColumnProfile,
) -> Result<NumberTexts, session::Error> {
    let c = quoted(column.name());
    let mut numbers = NumberTexts::default();
    let sql = format!("SELECT {c} FROM {} WHERE {c} IS NOT NULL", asked.from());
    asked.each_text(&sql, |text| numbers.add(text)).await?;
    Ok(numbers)
}

/// One of the numbers of a column that CAST does not read: `1,000.50`.
async fn no_plain_number(
    asked: &AskedTable,
    column: &ColumnProfile,
) -> Result<Option<String>, session::Error> {
    let c = quoted(column.name());
    let sql = format!(
        "SELECT min({c}) FROM {} WHERE {}({c}) = {} AND TRY_CAST({c} AS DOUBLE) IS NULL",
        asked.from(),
        text_form::NAME,
        text_form::number_of(TextForm::Number)
    );
    Ok(asked.ask_one(&sql).await?.into_iter().next().flatten())
}

/// Whether CAST reads numbers and days such as this one.
fn is_read_by_a_cast(what: &str, example: &str) -> bool {
    match what {
        "numbers" => example.parse::<f64>().is_ok(),
        _ => example.get(4..5) == Some("-"),
    }
}

/// What reads days that CAST does not read.
fn of_days(value: &str) -> String {
    format!(
        "to_date({value}, '%d.%m.%Y') reads 31.12.2026: write the order and the separators as they are in the column"
    )
}

/// What reads numbers and days, by one of them.
fn read_by(name: &str, what: &str, example: &str) -> String {
    if !is_read_by_a_cast(what, example) {
        return of_days(name);
    }
    if what == "numbers" {
        return format!(
            "--types {name}=DOUBLE reads and checks them; CAST({name} AS DOUBLE) does in a query"
        );
    }
    let offset = example
        .get(10..)
        .is_some_and(|time| time.contains(['+', 'Z', '-']));
    match (example.contains(':'), offset) {
        (false, _) => format!(
            "--types {name}=DATE reads and checks them; CAST({name} AS DATE) does in a query"
        ),
        (true, false) => format!(
            "--types {name}=TIMESTAMP reads and checks them; CAST({name} AS TIMESTAMP) does in a query"
        ),
        (true, true) => format!(
            "--types {name}=TIMESTAMPTZ reads and checks them, --time-zone says whose days are meant"
        ),
    }
}

/// Amounts with the signs of several currencies.
fn signs(column: &ColumnProfile, numbers: &NumberTexts, found: &mut Vec<Finding>) {
    let currencies = numbers.currencies();
    if currencies.len() < 2 {
        return;
    }
    let named = currencies.iter().take(5);
    let named: Vec<String> = named
        .map(|(sign, n)| format!("{sign} ({})", shown::number(*n)))
        .collect();
    // $ would be in US$ as well.
    let is_in_none = |sign: &&str| {
        let mut others = currencies.iter().filter(|(other, _)| other != sign);
        !others.any(|(other, _)| other.contains(*sign))
    };
    let mut signs = currencies.iter().map(|(sign, _)| *sign);
    let sign = signs.find(is_in_none).unwrap_or_default();
    found.push(
        Finding::new(
            Severity::Error,
            "currencies",
            format!("amounts of several currencies: {}", named.join(", ")),
        )
        .of(column.name())
        .such_as(Some(sign))
        .advice(format!(
            "sum each by itself: WHERE {} LIKE '%{sign}%', or convert them first",
            written(column.name())
        )),
    );
}
