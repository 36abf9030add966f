//! `kpi-sql describe`: the page of a KPI, from its declaration, and that of any other function, from what the session
//! knows of it.

use datafusion::logical_expr::Documentation;
use datafusion::prelude::SessionContext;

use super::called::Called;
use super::kpis::names;
use super::pages::Page;
use crate::cli::error::Error;
use crate::define::{Arg, Benchmark, Kpi};
use crate::kpi::{all, find};
use crate::tables::closest;

/// The page of the KPI or function of this name.
pub(in crate::cli) fn describe(
    name: &str,
    ctx: &SessionContext,
    called: &Called,
) -> Result<String, Error> {
    let name = name.to_lowercase();
    // People copy calls.
    let name = name.split('(').next().unwrap_or_default().trim();
    let page = match (find(name), documentation(ctx, name)) {
        (Some(kpi), _) => of_kpi(kpi, called),
        (None, Some(documentation)) => of_function(name, &documentation),
        (None, None) => return Err(unknown(ctx, name, called)),
    };
    Ok(page.into_text())
}

fn unknown(ctx: &SessionContext, name: &str, called: &Called) -> Error {
    let state = ctx.state();
    let others = state.aggregate_functions().keys();
    let others = others
        .chain(state.scalar_functions().keys())
        .chain(state.window_functions().keys());
    let mut known: Vec<&str> = others.map(String::as_str).collect();
    known.extend(all().flat_map(|kpi| kpi.aliases.iter().copied().chain([kpi.name])));
    let near = closest(name, known);
    let near = match near {
        Some(near) => format!("did you mean {} {near}?", called.describe),
        None => {
            let kpis = called.kpis;
            format!("{kpis} {name} searches for the word, {kpis} lists all KPIs")
        }
    };
    Error::Usage(format!("there is no KPI and no function {name}; {near}"))
}

/// What the session knows of a function.
fn documentation(ctx: &SessionContext, name: &str) -> Option<Documentation> {
    let state = ctx.state();
    let aggregate = state.aggregate_functions().get(name).cloned();
    let scalar = state.scalar_functions().get(name).cloned();
    let window = state.window_functions().get(name).cloned();
    let of_aggregate = aggregate.as_ref().and_then(|f| f.documentation());
    let of_scalar = scalar.as_ref().and_then(|f| f.documentation());
    let of_window = window.as_ref().and_then(|f| f.documentation());
    of_aggregate.or(of_scalar).or(of_window).cloned()
}

fn of_function(name: &str, documentation: &Documentation) -> Page {
    let mut page = Page::default();
    page.heading(name);
    page.text(documentation.description.trim());
    page.heading("Call");
    page.sql(&documentation.syntax_example);
    if let Some(arguments) = documentation
        .arguments
        .as_ref()
        .filter(|all| !all.is_empty())
    {
        page.heading("Arguments");
        for (argument, meaning) in arguments {
            page.entry(argument, meaning);
        }
    }
    if let Some(example) = &documentation.sql_example {
        page.heading("Example");
        let lines = example.lines().filter(|line| !line.starts_with("```"));
        page.sql(&lines.collect::<Vec<_>>().join("\n"));
    }
    page
}

fn of_kpi(kpi: &Kpi, called: &Called) -> Page {
    let mut page = Page::default();
    let knowledge = &kpi.knowledge;
    page.heading(&names(kpi));
    page.text(kpi.summary);
    page.heading("Calls");
    kpi.forms
        .iter()
        .for_each(|form| page.sql(&kpi.signature(form)));
    page.heading("Definition");
    page.text(knowledge.definition);
    page.heading("Arguments");
    for argument in arguments(kpi) {
        page.entry(argument.name, argument.kind.in_detail());
    }
    page.heading("Example");
    page.text(kpi.example.question);
    page.sql(kpi.example.sql);
    page.text(&format!("returns {}", kpi.example.answer));
    page.heading("On your own table");
    for form in kpi.forms {
        page.sql(&format!("SELECT {} FROM orders", kpi.sample_call(form)));
    }
    page.heading("Formula");
    for form in kpi.forms {
        page.text(form.formula);
        page.sql(form.sql);
    }
    page.heading("Unit, NULLs and ignored rows");
    page.text(&format!(
        "Unit: {}. {}.",
        kpi.unit.words(),
        kpi.direction.words()
    ));
    page.text(kpi.nulls);
    page.heading("Confidence interval and stored states");
    page.text(&format!(
        "{0}_parts(…) returns the value with its numerator, denominator and 95 % interval, {0}_state(…) a state to store and merge later: {1} {0}_parts.",
        kpi.name, called.describe
    ));
    if !kpi.conventions.is_empty() {
        page.heading("Other conventions");
        for convention in kpi.conventions {
            page.point(convention.differs);
            page.sql(convention.here);
        }
    }
    if !kpi.benchmarks.is_empty() {
        page.heading("Benchmarks");
        kpi.benchmarks
            .iter()
            .for_each(|known| page.point(&benchmark(known)));
    }
    for (heading, text) in [
        ("Business insights", knowledge.business_insights),
        ("How to measure it", knowledge.measurement_approach),
        ("Reading the trend", knowledge.trend_analysis),
        ("Pitfalls", knowledge.risk_warnings),
        ("Related KPIs", knowledge.change_impact),
    ] {
        page.heading(heading);
        page.text(text);
    }
    for (heading, points) in [
        (
            "Questions to ask when it moves",
            knowledge.diagnostic_questions,
        ),
        ("Actions to take", knowledge.actionable_tips),
    ] {
        page.heading(heading);
        points.iter().for_each(|point| page.point(point));
    }
    page
}

/// Each argument once, however many forms have it.
fn arguments(kpi: &Kpi) -> Vec<&Arg> {
    let mut arguments: Vec<&Arg> = vec![];
    for arg in kpi.forms.iter().flat_map(|form| form.args) {
        if !arguments.iter().any(|known| known.name == arg.name) {
            arguments.push(arg);
        }
    }
    arguments
}

fn benchmark(known: &Benchmark) -> String {
    let range = match (known.low, known.high) {
        (Some(low), Some(high)) => format!("from {low} to {high}"),
        (Some(low), None) => format!("from {low}"),
        (None, Some(high)) => format!("below {high}"),
        (None, None) => "any value".to_string(),
    };
    let industry = known.industry.unwrap_or("all industries");
    let year = known.year.map_or(String::new(), |year| format!(", {year}"));
    let note = match known.note {
        "" => String::new(),
        note => format!(", {note}"),
    };
    format!(
        "{}: {range}, {industry}{note} ({}{year})",
        known.band,
        known.source.title()
    )
}
