//! Keys: NULL and blank ones, those that are there twice, and those of one thing that are written in several ways.

use super::super::asked::{AskedTable, quoted, whole, written, written_table};
use super::super::columns::{ColumnRole, is_named_after};
use super::super::finding::{Finding, Severity};
use super::super::options::SaidColumns;
use super::super::profile::{ColumnProfile, TableProfile};
use super::super::shown;
use crate::session;

/// A column is looked at as the key of its table where so many of its values differ.
const NEARLY_UNIQUE: f64 = 0.9;

/// Of so many keys, those that are there twice are a slip where they are no more than this share.
const MANY: u64 = 100;
const FEW: f64 = 0.02;

/// What tells the rows of a table apart.
pub(super) struct TableKey {
    pub columns: Vec<String>,
    pub is_unique: bool,
}

struct Repeated {
    keys: u64,
    rows: u64,
    all: u64,
    example: Option<String>,
}

/// Finds the key of a table, and the rows that share one.
pub(super) async fn own(
    asked: &AskedTable,
    profile: &TableProfile,
    columns: &[&ColumnProfile],
    said: &SaidColumns,
    found: &mut Vec<Finding>,
) -> Result<Option<TableKey>, session::Error> {
    if let Some(key) = said.key(&asked.schema) {
        let repeated = repeated(asked, key).await?;
        if repeated.keys > 0 {
            found.push(several_rows(asked, key, &repeated, Severity::Error));
        }
        // Rows without it are told apart by nothing; which they are is said of each of its columns.
        let has_null = profile.columns.iter().any(|column| {
            column.n("values") < profile.rows && key.iter().any(|name| name == column.name())
        });
        return Ok(Some(TableKey {
            columns: key.to_vec(),
            is_unique: repeated.keys == 0 && !has_null,
        }));
    }
    let is_own = |column: &ColumnProfile| {
        let name = column.name();
        name.eq_ignore_ascii_case("id") || is_named_after(name, &asked.name)
    };
    let is_nearly_unique = |column: &ColumnProfile| {
        column.n("distinct") as f64 >= NEARLY_UNIQUE * column.n("values") as f64
    };
    // One that is named as the key of this table is to be one, however many rows share it.
    let is_near = |column: &&&ColumnProfile| {
        let values = column.n("values");
        column.role == ColumnRole::Key && values > 0 && (is_own(column) || is_nearly_unique(column))
    };
    let mut near: Vec<&ColumnProfile> = columns.iter().filter(is_near).copied().collect();
    near.sort_by_key(|column| !is_own(column));
    let mut first = None;
    for column in near {
        let key = [column.name().to_string()];
        let repeated = repeated(asked, &key).await?;
        if repeated.keys == 0 && column.n("values") == profile.rows {
            return Ok(Some(TableKey {
                columns: key.to_vec(),
                is_unique: true,
            }));
        }
        if repeated.keys > 0 && first.is_none() && is_own(column) {
            first = Some((key, repeated));
        }
    }
    let Some((key, repeated)) = first else {
        return Ok(None);
    };
    // Where many share it, or few rows are there to tell, it may be a key of another table.
    let is_slip = repeated.all >= MANY && repeated.keys as f64 <= FEW * repeated.all as f64;
    // An export of orders may have a row for each product of an order.
    let has_other_keys = |column: &&ColumnProfile| {
        column.name() == key[0]
            && !is_nearly_unique(column)
            && columns
                .iter()
                .any(|other| other.role == ColumnRole::Key && other.name() != key[0])
    };
    let may_be_lines = columns.iter().any(has_other_keys);
    let severity = match is_slip || key[0].eq_ignore_ascii_case("id") {
        true => Severity::Error,
        false if may_be_lines => Severity::Info,
        false => Severity::Warning,
    };
    found.push(several_rows(asked, &key, &repeated, severity));
    Ok(Some(TableKey {
        columns: key.to_vec(),
        is_unique: false,
    }))
}

async fn repeated(asked: &AskedTable, key: &[String]) -> Result<Repeated, session::Error> {
    let columns: Vec<String> = key.iter().map(|column| quoted(column)).collect();
    let shown: Vec<String> = columns
        .iter()
        .map(|c| format!("CAST({c} AS VARCHAR)"))
        .collect();
    let there: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE n > 1), coalesce(sum(n) FILTER (WHERE n > 1), 0), \
         min(k) FILTER (WHERE n > 1) \
         FROM (SELECT concat_ws(', ', {}) AS k, count(*) AS n FROM {} WHERE {} GROUP BY {})",
        shown.join(", "),
        asked.from(),
        there.join(" AND "),
        columns.join(", "),
    );
    let row = asked.ask_one(&sql).await?;
    Ok(Repeated {
        all: whole(row.first()),
        keys: whole(row.get(1)),
        rows: whole(row.get(2)),
        example: row.get(3).cloned().flatten(),
    })
}

fn several_rows(
    asked: &AskedTable,
    key: &[String],
    repeated: &Repeated,
    severity: Severity,
) -> Finding {
    let names: Vec<String> = key.iter().map(|column| written(column)).collect();
    let names = names.join(", ");
    let rows = shown::number(repeated.rows);
    let one = if key.len() == 1 {
        "key"
    } else {
        "keys of several columns"
    };
    Finding::new(
        severity,
        "duplicate_key",
        format!(
            "{} {} several rows, {rows} together: a join on it multiplies rows, and their values are counted again",
            shown::of(repeated.keys, repeated.all, one),
            shown::have(repeated.keys),
        ),
    )
    .of(&key.join(", "))
    .counted(repeated.keys, repeated.all)
    .such_as(repeated.example.as_deref())
    .advice(format!(
        "see them with SELECT {names}, count(*) FROM {} GROUP BY {names} HAVING count(*) > 1; if rows may share it, \
         name the columns that tell them apart with --key COLUMN,COLUMN",
        written_table(&asked.name)
    ))
}

/// What is wrong with the values of a key.
pub(super) async fn values(
    asked: &AskedTable,
    column: &ColumnProfile,
    rows: u64,
    key: Option<&TableKey>,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    if column.role != ColumnRole::Key {
        return Ok(());
    }
    let name = written(column.name());
    let is_own = key.is_some_and(|key| key.columns.iter().any(|c| c == column.name()));
    let nulls = rows - column.n("values");
    if nulls > 0 && column.n("values") > 0 {
        let severity = if is_own {
            Severity::Error
        } else {
            Severity::Warning
        };
        found.push(
            Finding::new(
                severity,
                "null_key",
                format!("{} {} no key (NULL)", shown::of(nulls, rows, "row"), shown::have(nulls)),
            )
            .of(column.name())
            .counted(nulls, rows)
            .advice(format!(
                "KPIs leave these rows out, and an inner join on {name} loses them; WHERE {name} IS NULL shows them"
            )),
        );
    }
    let blank = column.n("blank");
    if blank > 0 {
        found.push(
            Finding::new(
                Severity::Error,
                "blank_key",
                format!(
                    "{} {} blank: all of them count as one customer, order or product",
                    shown::of(blank, rows, "key"),
                    shown::are(blank)
                ),
            )
            .of(column.name())
            .counted(blank, rows)
            .advice(format!(
                "NULLIF(btrim({name}), '') makes them NULL, which KPIs leave out"
            )),
        );
    }
    let nothing = column.n("nothing");
    if nothing > 0 {
        let example = column.text("a_nothing").unwrap_or_default();
        found.push(
            Finding::new(
                Severity::Warning,
                "placeholder_key",
                format!(
                    "{} {} a placeholder such as {}, and would count as one",
                    shown::of(nothing, rows, "key"),
                    shown::are(nothing),
                    shown::quoted(example)
                ),
            )
            .of(column.name())
            .counted(nothing, rows)
            .such_as(Some(example))
            .advice(format!(
                "--null {} reads it as NULL",
                shown::literal(example)
            )),
        );
    }
    if column.is_text() {
        written_in_several_ways(asked, column, found).await?;
    }
    Ok(())
}

/// `C1`, `c1` and ` C1` are three customers to a KPI.
async fn written_in_several_ways(
    asked: &AskedTable,
    column: &ColumnProfile,
    found: &mut Vec<Finding>,
) -> Result<(), session::Error> {
    let (name, c) = (written(column.name()), quoted(column.name()));
    let (of_15, of_18) = (column.n("of_15"), column.n("of_18"));
    let padded = column.n("padded");
    if padded > 0 {
        let (pairs, all, example) = pairs(asked, &c, &format!("btrim({c})"), "TRUE").await?;
        let severity = if pairs > 0 {
            Severity::Error
        } else {
            Severity::Warning
        };
        let also = match pairs {
            0 => ", and find no partner in a join".to_string(),
            _ => format!(
                ", and {} of {} {} also there without",
                shown::number(pairs),
                shown::number(all),
                shown::are(pairs)
            ),
        };
        let values = column.n("values");
        found.push(
            Finding::new(
                severity,
                "padded_key",
                format!(
                    "{} {} blanks around it{also}",
                    shown::of(padded, values, "key"),
                    shown::have(padded)
                ),
            )
            .of(column.name())
            .counted(padded, values)
            .such_as(example.as_deref().or(column.text("a_padded")))
            .advice(format!("btrim({name}) removes them")),
        );
    }
    // The 15 characters of a CRM's ids differ by case where they are different: those of two records may be equal but for it.
    let are_ids_of_a_crm = of_15 + of_18 >= column.n("values") - column.n("blank");
    if column.n("small") > 0 && column.n("capital") > 0 && !are_ids_of_a_crm {
        let (pairs, all, example) = pairs(asked, &c, &format!("lower({c})"), "TRUE").await?;
        if pairs > 0 {
            found.push(
                Finding::new(
                    Severity::Error,
                    "case_of_key",
                    format!(
                        "{} {} written in both lower and upper case: each spelling counts separately",
                        shown::of(pairs, all, "key"),
                        shown::are(pairs)
                    ),
                )
                .of(column.name())
                .counted(pairs, all)
                .such_as(example.as_deref())
                .advice(format!("lower({name}) makes them the same, in every table that is joined")),
            );
        }
    }
    if of_15 > 0 && of_18 > 0 {
        let is_id = format!("{c} ~ '^[A-Za-z0-9]{{15}}([A-Za-z0-9]{{3}})?$'");
        let (pairs, all, example) =
            pairs(asked, &c, &format!("substr({c}, 1, 15)"), &is_id).await?;
        let is_mixed = pairs > 0;
        let what = match is_mixed {
            true => format!(
                "{} {} there with 15 and with 18 characters: a CRM's id of 18 is that of 15 and a checksum",
                shown::of(pairs, all, "id"),
                shown::are(pairs)
            ),
            false => format!(
                "{} of {} ids have 15 characters and the others 18, as exports of a CRM mix them: those of one record would \
                 not be equal",
                shown::number(of_15),
                shown::number(of_15 + of_18)
            ),
        };
        found.push(
            Finding::new(
                if is_mixed {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                "length_of_key",
                what,
            )
            .of(column.name())
            .counted(
                if is_mixed { pairs } else { of_15 },
                if is_mixed { all } else { of_15 + of_18 },
            )
            .such_as(example.as_deref())
            .advice(format!(
                "left({name}, 15) makes them the same, in every table that is joined"
            )),
        );
    }
    Ok(())
}

/// How many keys there are in several spellings, of how many, and two spellings of one.
async fn pairs(
    asked: &AskedTable,
    column: &str,
    folded: &str,
    condition: &str,
) -> Result<(u64, u64, Option<String>), session::Error> {
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE n > 1), min(concat(a, ''' and ''', b)) FILTER (WHERE n > 1) \
         FROM (SELECT count(*) AS n, min(k) AS a, max(k) AS b \
         FROM (SELECT DISTINCT {column} AS k, {folded} AS one FROM {} WHERE {column} IS NOT NULL AND {condition}) GROUP BY one)",
        asked.from()
    );
    let row = asked.ask_one(&sql).await?;
    Ok((
        whole(row.get(1)),
        whole(row.first()),
        row.get(2).cloned().flatten(),
    ))
}
