//! One pass over a table: what is to be known of each of its columns.

use std::collections::HashMap;

use datafusion::arrow::datatypes::FieldRef;

use super::asked::{AskedTable, quoted};
use super::columns::{ColumnRole, is_text};
use super::text_form;
use crate::session;
use crate::tables::TextForm;

/// How many columns are looked at in one pass: of tables of thousands each pass has a part.
const AT_ONCE: usize = 60;

/// Days that stand for none.
pub(super) const SENTINELS: &[&str] = &[
    "0001-01-01",
    "1111-11-11",
    "1601-01-01",
    "1753-01-01",
    "1800-01-01",
    "1899-12-30",
    "1899-12-31",
    "1900-01-01",
    "1901-01-01",
    "1970-01-01",
    "2099-12-31",
    "2199-12-31",
    "2299-12-31",
    "2999-12-31",
    "3000-01-01",
    "9999-01-01",
    "9999-12-31",
];

/// The days of [`SENTINELS`] for an IN.
pub(super) fn sentinels() -> String {
    let days: Vec<String> = SENTINELS
        .iter()
        .map(|day| format!("DATE '{day}'"))
        .collect();
    format!("({})", days.join(", "))
}

/// What is known of a column.
pub(super) struct ColumnProfile {
    pub field: FieldRef,
    pub role: ColumnRole,
    measures: HashMap<&'static str, String>,
}

impl ColumnProfile {
    pub fn name(&self) -> &str {
        self.field.name()
    }

    pub fn is_text(&self) -> bool {
        is_text(self.field.data_type())
    }

    /// How many.
    pub fn n(&self, measure: &str) -> u64 {
        self.measures
            .get(measure)
            .and_then(|n| n.parse().ok())
            .unwrap_or(0)
    }

    pub fn text(&self, measure: &str) -> Option<&str> {
        self.measures.get(measure).map(String::as_str)
    }
}

/// What is known of a table.
pub(super) struct TableProfile {
    pub rows: u64,
    pub columns: Vec<ColumnProfile>,
}

/// Looks at every column of a table; `roles` are what they are taken for.
pub(super) async fn profile(
    table: &AskedTable,
    roles: &[ColumnRole],
) -> Result<TableProfile, session::Error> {
    let mut rows = None;
    let mut columns = vec![];
    let all: Vec<(&FieldRef, ColumnRole)> = table.columns().zip(roles.iter().copied()).collect();
    for some in all.chunks(AT_ONCE) {
        let mut read = vec![];
        let mut wanted = vec!["count(*)".to_string()];
        let mut names = vec![];
        for (i, (field, role)) in some.iter().enumerate() {
            // Names of folders are kept as a dictionary, of which no function knows the values.
            read.push(match is_text(field.data_type()) {
                true => format!("CAST({} AS VARCHAR) AS c{i}", quoted(field.name())),
                false => format!("{} AS c{i}", quoted(field.name())),
            });
            if is_text(field.data_type()) {
                read.push(format!(
                    "{}({}) AS f{i}",
                    text_form::NAME,
                    quoted(field.name())
                ));
            }
            for (name, sql) in measures(field, *role, i) {
                wanted.push(sql);
                names.push((i, name));
            }
        }
        let sql = format!(
            "SELECT {} FROM (SELECT {} FROM {})",
            wanted
                .iter()
                .enumerate()
                .map(|(i, sql)| format!("{sql} AS m{i}"))
                .collect::<Vec<_>>()
                .join(", "),
            read.join(", "),
            table.from()
        );
        let mut cells = table.ask_one(&sql).await?.into_iter();
        rows = cells.next().flatten().and_then(|n| n.parse().ok());
        let mut found: Vec<HashMap<&'static str, String>> = vec![HashMap::new(); some.len()];
        for ((column, name), cell) in names.into_iter().zip(cells) {
            if let Some(cell) = cell {
                found[column].insert(name, cell);
            }
        }
        columns.extend(
            some.iter()
                .zip(found)
                .map(|((field, role), measures)| ColumnProfile {
                    field: FieldRef::clone(field),
                    role: *role,
                    measures,
                }),
        );
    }
    Ok(TableProfile {
        rows: rows.unwrap_or(0),
        columns,
    })
}

/// What is asked of a column that the query calls `c{i}`, and its form `f{i}`.
fn measures(field: &FieldRef, role: ColumnRole, i: usize) -> Vec<(&'static str, String)> {
    let c = format!("c{i}");
    let mut all = vec![("values", format!("count({c})"))];
    let data_type = field.data_type();
    let number_of = |condition: &str| format!("count(*) FILTER (WHERE {condition})");
    let least_of = |condition: &str| format!("min({c}) FILTER (WHERE {condition})");
    if is_text(data_type) {
        for (name, example, form) in [
            ("blank", "", TextForm::Blank),
            ("nothing", "a_nothing", TextForm::Nothing),
            ("total", "a_total", TextForm::Total),
            ("number", "a_number", TextForm::Number),
            ("day", "a_day", TextForm::Day),
        ] {
            let is_it = format!("f{i} = {}", text_form::number_of(form));
            all.push((name, number_of(&is_it)));
            if !example.is_empty() {
                all.push((example, least_of(&is_it)));
            }
        }
        let is_none = format!("f{i} IN (0, 3)");
        all.push(("a_word", least_of(&is_none)));
        all.push(("distinct", format!("approx_distinct({c})")));
        all.push(("shortest", format!("min(character_length({c}))")));
        all.push(("longest", format!("max(character_length({c}))")));
        if role == ColumnRole::Key {
            let padded = format!("{c} <> btrim({c}) AND f{i} <> 1");
            all.push(("padded", number_of(&padded)));
            all.push(("a_padded", least_of(&padded)));
            all.push(("small", number_of(&format!("{c} <> upper({c})"))));
            all.push(("capital", number_of(&format!("{c} <> lower({c})"))));
            all.push(("of_15", number_of(&format!("{c} ~ '^[A-Za-z0-9]{{15}}$'"))));
            all.push(("of_18", number_of(&format!("{c} ~ '^[A-Za-z0-9]{{18}}$'"))));
        }
    } else if role == ColumnRole::Date {
        let day = format!("CAST({c} AS DATE)");
        let is_sentinel = format!("{day} IN {}", sentinels());
        all.push(("sentinel", number_of(&is_sentinel)));
        let lies_ahead = format!(
            "{day} > CAST(CAST(now() AS DATE) + INTERVAL '1 day' AS DATE) AND {day} NOT IN {}",
            sentinels()
        );
        all.push(("ahead", number_of(&lies_ahead)));
        all.push((
            "last",
            format!("CAST(max({day}) FILTER (WHERE {lies_ahead}) AS VARCHAR)"),
        ));
    } else if data_type.is_numeric() {
        if role == ColumnRole::Key {
            let values = match data_type.is_integer() {
                true => c.clone(),
                false => format!("CAST({c} AS VARCHAR)"),
            };
            all.push(("distinct", format!("approx_distinct({values})")));
        }
        if role == ColumnRole::Amount {
            all.push(("negative", number_of(&format!("{c} < 0"))));
            all.push(("least", format!("CAST(min({c}) AS VARCHAR)")));
            all.push(("zero", number_of(&format!("{c} = 0"))));
        }
        if data_type.is_floating() {
            all.push(("nan", number_of(&format!("isnan({c})"))));
        }
    }
    all
}
