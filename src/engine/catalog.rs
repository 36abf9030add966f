//! The tables `kpi_catalog()` and `kpi_benchmarks()`.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListBuilder, RecordBatch, StringArray, StringBuilder};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::{MemTable, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::error::{DataFusionError, Result};

use super::judged::benchmarks::{self, Benchmarks};
use crate::define::{Direction, Kpi};

/// `kpi_catalog()`: a row for each KPI, in the order of the manual.
#[derive(Debug)]
pub struct KpiCatalog;

impl TableFunctionImpl for KpiCatalog {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        without_arguments("kpi_catalog", &args)?;
        table(catalog()?)
    }
}

/// `kpi_benchmarks()`: the user's rows and those of the declarations.
#[derive(Debug)]
pub struct KpiBenchmarks {
    /// Of which session.
    pub benchmarks: Benchmarks,
}

impl TableFunctionImpl for KpiBenchmarks {
    fn call_with_args(&self, args: TableFunctionArgs) -> Result<Arc<dyn TableProvider>> {
        without_arguments("kpi_benchmarks", &args)?;
        let options = args.session().config_options();
        table(benchmarks::batch(&self.benchmarks.rows(options)?)?)
    }
}

fn without_arguments(function: &str, args: &TableFunctionArgs) -> Result<()> {
    match args.exprs() {
        [] => Ok(()),
        _ => Err(DataFusionError::Plan(format!(
            "{function}: it takes no arguments; a WHERE chooses its rows. Example: SELECT * FROM {function}()"
        ))),
    }
}

fn table(batch: RecordBatch) -> Result<Arc<dyn TableProvider>> {
    let table = MemTable::try_new(batch.schema(), vec![vec![batch]])?;
    Ok(Arc::new(table))
}

/// All that the declarations know.
fn catalog() -> Result<RecordBatch> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("name", texts(|kpi| kpi.name.to_string())),
        (
            "aliases",
            lists(|kpi| kpi.aliases.iter().map(|alias| alias.to_string()).collect()),
        ),
        ("family", texts(|kpi| kpi.family.title().to_string())),
        (
            "signatures",
            lists(|kpi| kpi.forms.iter().map(|form| kpi.signature(form)).collect()),
        ),
        ("unit", texts(|kpi| kpi.unit.words().to_string())),
        ("direction", texts(|kpi| kpi.direction.words().to_string())),
        ("summary", texts(|kpi| kpi.summary.to_string())),
        (
            "formula",
            texts(|kpi| {
                by_form(kpi, "\n", |form| {
                    format!("{} = {}", kpi.signature(form), form.formula)
                })
            }),
        ),
        ("formula_sql", texts(formula_sql)),
        ("null_policy", texts(|kpi| kpi.nulls.to_string())),
        ("conventions", texts(conventions)),
        ("source", texts(sources)),
        ("since", texts(|kpi| kpi.since.to_string())),
        (
            "definition",
            texts(|kpi| kpi.knowledge.definition.to_string()),
        ),
        (
            "business_insights",
            texts(|kpi| kpi.knowledge.business_insights.to_string()),
        ),
        (
            "measurement_approach",
            texts(|kpi| kpi.knowledge.measurement_approach.to_string()),
        ),
        (
            "standard_formula",
            texts(|kpi| kpi.knowledge.standard_formula.to_string()),
        ),
        (
            "trend_analysis",
            texts(|kpi| kpi.knowledge.trend_analysis.to_string()),
        ),
        (
            "diagnostic_questions",
            texts(|kpi| kpi.knowledge.diagnostic_questions.join("\n")),
        ),
        (
            "actionable_tips",
            texts(|kpi| kpi.knowledge.actionable_tips.join("\n")),
        ),
        (
            "visualization_suggestions",
            texts(|kpi| kpi.knowledge.visualization_suggestions.to_string()),
        ),
        (
            "risk_warnings",
            texts(|kpi| kpi.knowledge.risk_warnings.to_string()),
        ),
        (
            "tools_and_technologies",
            texts(|kpi| kpi.knowledge.tools_and_technologies.to_string()),
        ),
        (
            "integration_points",
            texts(|kpi| kpi.knowledge.integration_points.to_string()),
        ),
        (
            "change_impact",
            texts(|kpi| kpi.knowledge.change_impact.to_string()),
        ),
    ];
    let fields: Vec<_> = columns
        .iter()
        .map(|(name, column)| Field::new(*name, column.data_type().clone(), false))
        .collect();
    let columns = columns.into_iter().map(|(_, column)| column).collect();
    Ok(RecordBatch::try_new(
        Arc::new(Schema::new(fields)),
        columns,
    )?)
}

fn texts(text: fn(&Kpi) -> String) -> ArrayRef {
    let texts: Vec<String> = crate::kpi::all().map(text).collect();
    Arc::new(StringArray::from(texts))
}

fn lists(list: fn(&Kpi) -> Vec<String>) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for kpi in crate::kpi::all() {
        lists.append_value(list(kpi).into_iter().map(Some));
    }
    Arc::new(lists.finish())
}

fn by_form(kpi: &Kpi, between: &str, text: impl Fn(&crate::define::Form) -> String) -> String {
    let texts: Vec<_> = kpi.forms.iter().map(text).collect();
    texts.join(between)
}

/// The query of each form, below a comment that says of which. One query is a query as it stands.
fn formula_sql(kpi: &Kpi) -> String {
    match kpi.forms {
        [form] => form.sql.to_string(),
        _ => by_form(kpi, ";\n\n", |form| {
            format!("-- {}\n{}", kpi.signature(form), form.sql)
        }),
    }
}

fn conventions(kpi: &Kpi) -> String {
    let conventions = kpi.conventions.iter();
    let conventions: Vec<_> = conventions
        .map(|convention| format!("-- {}\n{}", convention.differs, convention.here))
        .collect();
    conventions.join(";\n\n")
}

fn sources(kpi: &Kpi) -> String {
    let sources = kpi.sources.iter();
    let sources: Vec<_> = sources
        .map(|source| format!("{} ({})", source.publication.title(), source.says))
        .collect();
    sources.join("; ")
}

impl Direction {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Direction::Higher => "higher is better",
            Direction::Lower => "lower is better",
            Direction::Neither => "neither; it depends on the business",
        }
    }
}
