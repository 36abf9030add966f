//! Makes a report of a script: runs its statements, and finds out what their results say.

use chrono::NaiveDate;
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::Date32Type;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result as PlanResult};
use datafusion::logical_expr::LogicalPlan;
use datafusion::prelude::{DataFrame, SessionContext};
use futures::StreamExt;

use super::choose::{ChartKind, chart_kind};
use super::columns::result_columns;
use super::comparison::adjust;
use super::document::{MixFigure, MixView, ReportDocument, ReportSection, SectionOrigin};
use super::figure::{Figure, Yardstick};
use super::flat_table::FlatTable;
use super::kpi_readings::{KpiColumn, kpi_readings};
use super::mix::mixes;
use super::period::{Period, is_complete};
use super::read::ReportScript;
use super::result_rows::{ResultRows, RowKeys};
use super::row_order::{in_order, is_sorted};
use super::words::heading;
use crate::report_support::{benchmarks_of, confidence_of, days_of};
use crate::session::{Answer, Error, ErrorKind, Parameter, Session, Statement, What, messages};
use crate::session_support::ResultRole;

/// More rows than these nobody reads.
const MOST_ROWS: usize = 100_000;

/// More points than these in a chart are a smear.
const MOST_POINTS: usize = 2_000;

/// From so many things on a value is told as one, if the script says nothing else.
const USUAL_MIN_N: u64 = 30;

/// Runs the statements of a script and makes a report of their results. `name` is what messages call the script, and `note` is told what a
/// reader should know of choices that were made.
///
/// # Errors
/// What is wrong with a statement, or with a directive of the script; results that are too large for people.
pub async fn compose(
    session: &mut Session,
    (name, text): (&str, &str),
    (statements, parameters): (&[Statement], &[Parameter]),
    mut note: impl FnMut(String),
) -> Result<ReportDocument, Error> {
    let mut script = ReportScript::read(name, text)?;
    let mut sections = vec![];
    for (i, statement) in statements.iter().enumerate() {
        let begun = session.begin(statement, parameters).await;
        let mut notes = session.take_notes();
        notes.iter().cloned().for_each(&mut note);
        let answer = begun?;
        let read = rows(&answer).await;
        let late = answer.take_notes();
        late.iter().cloned().for_each(&mut note);
        notes.extend(late);
        let Some(batch) = read? else { continue };
        let found = section(
            session,
            &answer,
            batch,
            (&mut script, i, sections.len()),
            notes,
        )
        .await;
        sections.push(found.map_err(|e| e.with(|message| statement.placed(message)))?);
    }
    if sections.is_empty() {
        let message = format!(
            "{name} has no statement with a result, of which a report could be made; \
             a SELECT has one: SELECT month, cross_sell_rate_parts(customer_id, product_id) AS cross_sell_rate FROM orders GROUP BY month"
        );
        return Err(Error::new(ErrorKind::Query, message));
    }
    let known = sections.iter().flat_map(|section| &section.figures);
    let mut known: Vec<String> = known.map(|figure| figure.name.clone()).collect();
    known.sort();
    known.dedup();
    script.check_used(&known)?;
    let figures = sections.iter_mut().flat_map(|section| &mut section.figures);
    let totals = figures.flat_map(|figure| &mut figure.views);
    let totals = totals.filter(|view| view.is_total);
    // Whoever reads the whole page makes all of these comparisons.
    adjust(totals.flat_map(|view| &mut view.comparisons));
    Ok(ReportDocument {
        title: script.title.unwrap_or_else(|| heading(stem(name))),
        text: script.text,
        sections,
    })
}

/// The name of a file without its folder and its ending; a statement that was typed has none.
fn stem(name: &str) -> &str {
    if name.starts_with('-') {
        return "report";
    }
    let path = std::path::Path::new(name);
    path.file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or(name)
}

/// The rows of an answer; `None` where it has no result.
async fn rows(answer: &Answer) -> Result<Option<RecordBatch>, Error> {
    let failed = |e: DataFusionError| answer.error(&e);
    let mut stream = answer
        .frame
        .clone()
        .execute_stream()
        .await
        .map_err(failed)?;
    let schema = stream.schema();
    let (mut batches, mut n_rows) = (vec![], 0);
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(failed)?;
        n_rows += batch.num_rows();
        if answer.what == What::Rows {
            batches.push(batch);
        }
        if n_rows > MOST_ROWS && answer.what == What::Rows {
            let message = answer.statement().placed(
                "a report has results that people read, and this one has more than 100,000 rows; GROUP BY makes fewer of them, and kpi-sql -f … -o \
                 FILE.csv writes them all",
            );
            return Err(Error::new(ErrorKind::Output, message));
        }
    }
    if answer.what != What::Rows {
        return Ok(None);
    }
    let batch = concat_batches(&schema, &batches).map_err(|e| failed(e.into()))?;
    Ok(Some(batch))
}

async fn section(
    session: &Session,
    answer: &Answer,
    batch: RecordBatch,
    (script, i, number): (&mut ReportScript, usize, usize),
    notes: Vec<String>,
) -> Result<ReportSection, Error> {
    let in_words = |e: DataFusionError| Error::new(ErrorKind::Data, messages::of(&e));
    let refused = |message: String| Error::new(ErrorKind::Query, message);
    let plan = answer.frame.logical_plan();
    let result = ResultRows {
        facts: result_columns(plan, std::slice::from_ref(&batch)),
        units: answer.units(),
        batch,
    };
    // Rows that nobody has sorted come in another order each time.
    let result = match is_sorted(plan) {
        true => result,
        false => in_order(result).map_err(|e| in_words(e.into()))?,
    };
    let keys = result.keys().map_err(|e| in_words(e.into()))?;
    let columns = kpi_readings(&result).map_err(in_words)?;
    let roles: Vec<ResultRole> = result.facts.iter().map(|fact| fact.role).collect();
    // A column of days that are no periods is none.
    let roles: Vec<ResultRole> = roles
        .into_iter()
        .enumerate()
        .map(|(column, role)| match role {
            ResultRole::Period if keys.period_column != Some(column) => ResultRole::Other,
            role => role,
        })
        .collect();
    let wanted = script.chart(i);
    let mut chart = wanted.unwrap_or_else(|| chart_kind(&roles, None, None));
    let has_mix = roles.iter().any(|role| matches!(role, ResultRole::Mix(_)));
    let why_not = match chart {
        ChartKind::Table => None,
        ChartKind::Mix if !has_mix => Some(
            "no column is a list of products; SELECT product_mix(customer, product) gives one"
                .to_string(),
        ),
        ChartKind::Trend if keys.period_column.is_none() => {
            Some("no column has periods, such as months or days".to_string())
        }
        ChartKind::Trend | ChartKind::Segments if columns.is_empty() => {
            Some("no column is known to be a KPI".to_string())
        }
        ChartKind::Segments if !keys.has_segments => Some("no column has segments".to_string()),
        _ => keys.twice(),
    };
    if let (Some(kind), Some(why)) = (wanted, &why_not) {
        return Err(refused(format!("-- chart: {}: {why}", kind.name())));
    }
    if why_not.is_some() {
        chart = ChartKind::Table;
    }
    // Rows that nothing tells apart have no value that could be told first.
    let is_told = keys.twice().is_none();
    check_points(&keys, chart).map_err(refused)?;
    let (days, newest) = days(session.context(), plan, &keys)
        .await
        .map_err(in_words)?;
    let through = match keys.period_column {
        Some(_) => script.complete_through(i),
        None => None,
    };
    let complete = |period: &Period| match &through {
        Some(through) => period.last_day() <= through.last_day(),
        None => is_complete(period, &days),
    };
    let counts = |role: &ResultRole| matches!(role, ResultRole::Counted | ResultRole::Parts(_));
    let min_n = match result.columns(counts).is_empty() {
        true => None,
        false => script.min_n(i),
    };
    let min_n = min_n.unwrap_or(USUAL_MIN_N) as f64;
    let mut figures = vec![];
    for column in columns.iter().filter(|_| is_told) {
        let yardstick = yardstick(session.context(), column, (&keys, min_n), (script, i))?;
        figures.push(Figure::of(column, &keys, yardstick, complete));
    }
    let names: Vec<String> = figures.iter().map(|figure| heading(&figure.name)).collect();
    let name = answer.statement().names().first().cloned();
    Ok(ReportSection {
        heading: match &name {
            Some(name) if !name.is_empty() => heading(name),
            _ if (1..=2).contains(&names.len()) => names.join(" and "),
            _ => format!("Result {}", number + 1),
        },
        name,
        text: script.texts.get(i).cloned().unwrap_or_default(),
        chart,
        why_no_chart: why_not,
        mixes: match is_told && chart != ChartKind::Table {
            true => mix_figures(&result, &keys, complete).map_err(in_words)?,
            false => vec![],
        },
        figures,
        table: FlatTable::of(&result, &keys, min_n).map_err(|e| in_words(e.into()))?,
        origin: SectionOrigin {
            sql: answer.statement().text().trim().to_string(),
            place: answer.statement().place().to_string(),
            tables: tables(session, plan).map_err(in_words)?,
            newest,
            notes,
        },
    })
}

/// Refuses charts of more points than anybody can tell apart.
fn check_points(keys: &RowKeys, chart: ChartKind) -> Result<(), String> {
    let mut periods: Vec<i64> = vec![];
    periods.extend(
        keys.keys
            .iter()
            .filter_map(|key| Some(key.period.as_ref()?.number)),
    );
    periods.sort_unstable();
    periods.dedup();
    let mut segments: Vec<&str> = keys.keys.iter().map(|key| key.segment.as_str()).collect();
    segments.sort_unstable();
    segments.dedup();
    let (n, what, instead) = match chart {
        ChartKind::Table => return Ok(()),
        _ if segments.len() > MOST_POINTS => (
            segments.len(),
            "segments",
            "fewer of them, by LIMIT or a coarser column",
        ),
        _ => (
            periods.len(),
            "periods",
            "longer ones, by date_trunc('month', …)",
        ),
    };
    match n > MOST_POINTS {
        true => Err(format!(
            "a chart has at most 2,000 points, and this result has {n} {what}; take {instead}, or write -- chart: table above the statement"
        )),
        false => Ok(()),
    }
}

/// By what the values of a column are judged.
fn yardstick(
    ctx: &SessionContext,
    column: &KpiColumn,
    (keys, min_n): (&RowKeys, f64),
    (script, i): (&mut ReportScript, usize),
) -> Result<Yardstick, Error> {
    let mut bands =
        benchmarks_of(ctx).map_err(|e| Error::new(ErrorKind::Setting, messages::of(&e)))?;
    bands.retain(|row| row.kpi == column.kpi.name);
    let baseline = match keys.period_column {
        Some(_) => script.baseline(i),
        None => None,
    };
    let length = keys
        .keys
        .iter()
        .find_map(|key| Some(key.period.as_ref()?.length));
    let baseline = match (baseline, length) {
        (Some(baseline), Some(length)) => Some(baseline.of_length(length).ok_or_else(|| {
            let (given, word) = (baseline.length.word(), length.word());
            let message = format!(
                "-- baseline: {} is a {given}, and the periods of this result are each a {word}: write the {word} that it is to be compared with",
                baseline.label()
            );
            Error::new(ErrorKind::Query, message)
        })?),
        (baseline, _) => baseline,
    };
    let names: Vec<&str> = [column.name.as_str(), column.kpi.name]
        .into_iter()
        .chain(column.kpi.aliases.iter().copied())
        .collect();
    Ok(Yardstick {
        confidence: confidence_of(ctx),
        min_n,
        target: script.target(i, &names),
        baseline,
        bands,
    })
}

/// The days on which the tables have rows that the periods of a result are made of, and the last of them.
async fn days(
    ctx: &SessionContext,
    plan: &LogicalPlan,
    keys: &RowKeys,
) -> PlanResult<(Vec<NaiveDate>, Option<NaiveDate>)> {
    let Some(column) = keys.period_column else {
        return Ok((vec![], None));
    };
    let mut days = vec![];
    for plan in days_of(plan, column)? {
        for batch in DataFrame::new(ctx.state(), plan).collect().await? {
            let found = batch
                .column(0)
                .as_primitive::<Date32Type>()
                .iter()
                .flatten();
            days.extend(found.filter_map(Date32Type::to_naive_date_opt));
        }
    }
    let newest = days.iter().max().copied();
    Ok((days, newest))
}

/// The lists of products of the last complete period, or of all rows where there are no periods.
fn mix_figures(
    result: &ResultRows,
    keys: &RowKeys,
    is_complete: impl Fn(&Period) -> bool,
) -> PlanResult<Vec<MixFigure>> {
    let periods = keys.keys.iter().filter_map(|key| key.period.as_ref());
    let complete = periods.filter(|period| is_complete(period));
    let last = complete.max_by_key(|period| period.number);
    let columns = result.columns(|role| matches!(role, ResultRole::Mix(_)));
    let figures = columns.into_iter().map(|column| {
        let lists = mixes(result.batch.column(column))?;
        let rows = keys.keys.iter().zip(lists).filter(|(key, _)| {
            keys.period_column.is_none()
                || key.period.as_ref().map(|period| period.number) == last.map(|last| last.number)
        });
        let mut views: Vec<MixView> = rows
            .filter_map(|(key, shares)| {
                Some(MixView {
                    segment: key.segment.clone(),
                    is_total: key.is_total,
                    period: key.period.as_ref().map(Period::label),
                    shares: shares?,
                })
            })
            .collect();
        views.sort_by_key(|view| !view.is_total);
        Ok(MixFigure {
            name: result.name(column),
            views,
        })
    });
    figures.collect()
}

/// The tables of a plan with their files.
fn tables(session: &Session, plan: &LogicalPlan) -> PlanResult<Vec<String>> {
    let mut names: Vec<String> = vec![];
    plan.apply_with_subqueries(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            let name = scan.table_name.table().to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    names.sort();
    Ok(names
        .into_iter()
        .map(|name| match session.layout(&name) {
            Some(layout) => {
                let n = layout.n_files();
                let files = if n == 1 { "file" } else { "files" };
                format!(
                    "{name}: {n} {} {files}, {} bytes",
                    layout.format(),
                    layout.bytes
                )
            }
            None => name,
        })
        .collect())
}
