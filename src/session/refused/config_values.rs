//! The values of options that DataFusion takes and then does nothing with, hangs over, or panics at.

use datafusion::arrow::array::timezone::Tz;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, Statement};
use datafusion::prelude::SessionContext;

use crate::session::error::Refusal;
use crate::tables::closest;

/// Whole numbers, and from where to where they are of use. Beyond, memory is asked for that no machine has, threads
/// wait for one another, or a writer panics.
const RANGES: &[(&str, u64, u64)] = &[
    ("execution.batch_size", 1, 1 << 20),
    // 0 is one for every core.
    ("execution.target_partitions", 0, 1024),
    ("execution.planning_concurrency", 0, 1024),
    ("execution.meta_fetch_concurrency", 1, 1024),
    ("execution.minimum_parallel_output_files", 1, 1024),
    ("execution.max_buffered_batches_per_output_file", 2, 1 << 16),
    ("execution.soft_max_rows_per_output_file", 1, 1 << 40),
    ("execution.hash_join_buffering_capacity", 0, 1 << 40),
    ("execution.sort_spill_reservation_bytes", 0, 1 << 40),
    ("execution.max_spill_file_size_bytes", 1, 1 << 50),
    // Every piece of a file is one such buffer.
    ("execution.objectstore_writer_buffer_size", 1 << 16, 1 << 32),
    ("execution.parquet.column_index_truncate_length", 1, 1 << 16),
    ("execution.parquet.statistics_truncate_length", 1, 1 << 16),
    ("execution.parquet.data_page_row_count_limit", 1, 1 << 40),
    ("execution.parquet.data_pagesize_limit", 1, 1 << 40),
    ("execution.parquet.dictionary_page_size_limit", 1, 1 << 40),
    ("execution.parquet.write_batch_size", 1, 1 << 20),
    ("execution.parquet.max_row_group_size", 1, 1 << 40),
    ("execution.parquet.max_row_group_bytes", 1, 1 << 50),
    ("execution.parquet.bloom_filter_ndv", 1, 1 << 32),
    (
        "execution.parquet.maximum_buffered_record_batches_per_stream",
        1,
        1 << 16,
    ),
    (
        "execution.parquet.maximum_parallel_row_group_writers",
        1,
        1024,
    ),
    ("optimizer.default_filter_selectivity", 0, 100),
    ("optimizer.max_passes", 1, 1024),
];

/// Words of which any other is taken, and not looked at.
const CHOICES: &[(&str, &[&str])] = &[
    (
        "execution.parquet.statistics_enabled",
        &["none", "chunk", "page"],
    ),
    ("execution.parquet.coerce_int96", &["ns", "us", "ms", "s"]),
    (
        "sql_parser.default_null_ordering",
        &["nulls_max", "nulls_min", "nulls_first", "nulls_last"],
    ),
];

/// Options that are read when a session is made, and never again.
const TOO_LATE: &[&str] = &[
    "catalog.create_default_catalog_and_schema",
    "catalog.location",
    "catalog.format",
];

/// Settings that nothing here looks at, and what does their work.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    (
        "sql_parser.dialect",
        "the SQL here is one: that of DataFusion, near to PostgreSQL's",
    ),
    (
        "sql_parser.recursion_limit",
        "all statements have been read before the first begins; WITH parts a deep query",
    ),
    (
        "catalog.has_header",
        "every file says itself whether it has a header line, and CREATE EXTERNAL TABLE … OPTIONS ('format.has_header' 'false') for those that do not",
    ),
    (
        "execution.listing_table_ignore_subdirectory",
        "a folder is read with the folders below it; a pattern takes one of them: FROM 'orders/*.parquet'",
    ),
];

/// How DataFusion's own program shows values. Nothing here is shown with it.
const FORMATS: &str = "format.";

/// Refuses the options of a SET, COPY or CREATE EXTERNAL TABLE.
pub(in crate::session) fn check(plan: &LogicalPlan) -> Result<(), Refusal> {
    match plan {
        LogicalPlan::Statement(Statement::SetVariable(set)) => {
            check_one(&set.variable, &set.value, "SET")
        }
        LogicalPlan::Copy(copy) => all(copy.options.iter()),
        LogicalPlan::Ddl(DdlStatement::CreateExternalTable(table)) => all(table.options.iter()),
        LogicalPlan::Explain(explain) => check(&explain.plan),
        _ => Ok(()),
    }
}

fn all<'a>(options: impl Iterator<Item = (&'a String, &'a String)>) -> Result<(), Refusal> {
    let mut options: Vec<_> = options.collect();
    options.sort();
    options
        .into_iter()
        .try_for_each(|(name, value)| check_one(name, value, "OPTIONS"))
}

/// A name of a table may be one that is still to come; a file is there.
fn own_benchmarks(place: &str) -> Result<(), Refusal> {
    let is_a_file = place.contains(['/', '\\', '.']);
    match is_a_file && !std::path::Path::new(place).exists() {
        true => Err(Refusal::new(format!(
            "kpi.benchmarks = '{place}': there is no such file; CREATE TABLE targets AS SELECT …, then \
             SET kpi.benchmarks = 'targets' takes a table"
        ))),
        false => Ok(()),
    }
}

/// Refuses a value that an option must not have.
pub(in crate::session) fn check_one(name: &str, value: &str, of: &str) -> Result<(), Refusal> {
    let lower = name.to_lowercase();
    let short = match lower.strip_prefix("format.") {
        // The options of a format in COPY are those of Parquet's, under another name.
        Some(option) => format!(
            "execution.parquet.{}",
            option.split("::").next().unwrap_or(option)
        ),
        None => lower
            .strip_prefix("datafusion.")
            .unwrap_or(&lower)
            .to_string(),
    };
    let value = value.trim();
    if lower == "kpi.benchmarks" {
        return own_benchmarks(value);
    }
    let example = |good: &str| match of {
        "OPTIONS" => format!("OPTIONS ('{name}' '{good}')"),
        _ => format!("SET {name} = '{good}'"),
    };
    if let Some((_, least, most)) = RANGES.iter().find(|(known, ..)| *known == short) {
        return match value.parse::<u64>() {
            Ok(number) if (*least..=*most).contains(&number) => Ok(()),
            _ => Err(Refusal::new(format!(
                "{name} is a whole number from {least} to {most}, not {value}; for example {}",
                example(&usual(&short).unwrap_or_else(|| least.to_string()))
            ))),
        };
    }
    if let Some((_, choices)) = CHOICES.iter().find(|(known, _)| *known == short) {
        return match choices.contains(&value) {
            true => Ok(()),
            false => Err(Refusal::new(format!(
                "{name} is {}, not {value}; for example {}",
                choices.join(" or "),
                example(choices[0])
            ))),
        };
    }
    let without = WITHOUT_EFFECT.iter().find(|(known, _)| *known == short);
    let without = match without {
        Some((_, instead)) => Some(*instead),
        None if short.starts_with(FORMATS) => Some(
            "to_char(day, '%d.%m.%Y') has a time in another form, and coalesce(CAST(x AS VARCHAR), 'none') a word for NULL",
        ),
        None => None,
    };
    if let Some(instead) = without {
        return Err(Refusal::new(format!(
            "{name} has no effect here: {instead}"
        )));
    }
    match short.as_str() {
        "execution.parquet.bloom_filter_fpp" => match value.parse::<f64>() {
            Ok(share) if share > 0.0 && share < 1.0 => Ok(()),
            _ => Err(Refusal::new(format!(
                "{name} is a share between 0 and 1, not {value}; for example {}",
                example("0.01")
            ))),
        },
        "execution.time_zone" | "execution.parquet.coerce_int96_tz" => match value.parse::<Tz>() {
            Ok(_) => Ok(()),
            Err(_) if value.is_empty() => Ok(()),
            Err(_) => Err(Refusal::new(format!(
                "{name} is a time zone, which {value} is not; for example {}",
                example("Europe/Berlin")
            ))),
        },
        late if TOO_LATE.contains(&late) => Err(Refusal::new(format!(
            "{name} is read when a session is made, and has no effect later; \
             CREATE EXTERNAL TABLE, or a path in FROM, opens a table"
        ))),
        _ => Ok(()),
    }
}

/// The value that an option has if nobody sets it.
fn usual(short: &str) -> Option<String> {
    let name = format!("datafusion.{short}");
    let options = datafusion::config::ConfigOptions::new();
    options
        .entries()
        .into_iter()
        .find(|entry| entry.key == name)?
        .value
}

/// The words for an option that is not there, if that is what `message` says.
pub(in crate::session) fn unknown(
    ctx: &SessionContext,
    plan: Option<&LogicalPlan>,
    message: &str,
) -> Option<String> {
    let lower = message.to_lowercase();
    let typed = match lower.split_once(" is not a variable which can be viewed") {
        Some((typed, _)) => typed.trim_matches('\'').to_string(),
        None if lower.starts_with("config value ")
            || lower.starts_with("could not find config namespace") =>
        {
            message.split('"').nth(1)?.to_string()
        }
        None => return None,
    };
    let state = ctx.state();
    let names: Vec<String> = match plan {
        Some(LogicalPlan::Copy(_) | LogicalPlan::Ddl(_)) => {
            let mut tables = state.default_table_options();
            let format = match plan {
                Some(LogicalPlan::Copy(copy)) => copy.file_type.get_ext(),
                Some(LogicalPlan::Ddl(DdlStatement::CreateExternalTable(table))) => {
                    table.file_type.clone()
                }
                _ => return None,
            };
            tables.set_config_format(match format.to_lowercase().as_str() {
                "csv" => datafusion::config::ConfigFileType::CSV,
                "json" => datafusion::config::ConfigFileType::JSON,
                _ => datafusion::config::ConfigFileType::PARQUET,
            });
            tables
                .entries()
                .into_iter()
                .map(|entry| entry.key)
                .collect()
        }
        _ => {
            let options = state.config().options();
            options
                .entries()
                .into_iter()
                .map(|entry| entry.key)
                .collect()
        }
    };
    let last = |name: &str| name.rsplit('.').next().unwrap_or(name).to_lowercase();
    let near = closest(
        &last(&typed),
        names
            .iter()
            .map(|name| name.rsplit('.').next().unwrap_or(name)),
    )
    .and_then(|near| names.iter().find(|name| last(name) == near.to_lowercase()));
    let mut text = format!("there is no option {typed}");
    if let Some(near) = near {
        text += &format!("; did you mean {near}?");
    }
    text += &match plan {
        Some(LogicalPlan::Copy(_) | LogicalPlan::Ddl(_)) => {
            let mut formats: Vec<&str> = names
                .iter()
                .filter_map(|n| n.strip_prefix("format."))
                .collect();
            formats.sort_unstable();
            format!("\n  options of this format: {}", formats.join(", "))
        }
        _ => "\n  SHOW ALL lists those there are".to_string(),
    };
    Some(text)
}
