//! The page of a KPI, from its declaration and the answers to its queries.

use datafusion::prelude::SessionContext;
use kpi_sql::define::{Arg, Benchmark, Convention, Finish, Form, Grain, Kpi, Source};
use kpi_sql::fold::facts::interval::IntervalMethod;
use kpi_sql::kpi::{all, find};

use super::sample;
use crate::markdown::{Column, table};

const SAMPLE_DATA: &str = "the [sample data](../../sample_data/README.md)";

const OTHERS: &str =
    "Others use this name, or a similar one, differently. The values by their definitions";

/// What a page says, in the order in which it says it.
pub async fn page(kpi: &'static Kpi, ctx: &SessionContext) -> String {
    let knowledge = &kpi.knowledge;
    let linked = |text: &str| linked(text, kpi);
    let paragraphs = [
        format!("# {}", kpi.name),
        linked(kpi.summary),
        calls(kpi),
        "## Definition".into(),
        linked(knowledge.definition),
        "## Example".into(),
        example(kpi, ctx).await,
        on_the_sample(kpi, ctx).await,
        "## Formula".into(),
        formulas(kpi),
        "## Arguments".into(),
        arguments(kpi),
        "## Unit, NULLs and ignored rows".into(),
        unit_and_nulls(kpi, linked(kpi.nulls)),
        "## Confidence interval and stored states".into(),
        sureness(kpi),
        "## Other conventions".into(),
        conventions(kpi, ctx).await,
        "## Benchmarks".into(),
        benchmarks(kpi),
        "## Business insights".into(),
        linked(knowledge.business_insights),
        "## How to measure it".into(),
        linked(knowledge.measurement_approach),
        "## Reading the trend".into(),
        linked(knowledge.trend_analysis),
        "## Questions to ask when it moves".into(),
        list(knowledge.diagnostic_questions, linked),
        "## Actions to take".into(),
        list(knowledge.actionable_tips, linked),
        "## Charts".into(),
        linked(knowledge.visualization_suggestions),
        "## Pitfalls".into(),
        linked(knowledge.risk_warnings),
        "## Data sources and tools".into(),
        linked(knowledge.tools_and_technologies),
        "## Where it is used".into(),
        linked(knowledge.integration_points),
        "## Related KPIs".into(),
        linked(knowledge.change_impact),
        "## Sources".into(),
        sources(kpi.sources),
        format!(
            "Available since kpi-sql {}. All KPIs: [index](README.md).",
            kpi.since
        ),
    ];
    let paragraphs = paragraphs.into_iter().filter(|text| !text.is_empty());
    let paragraphs: Vec<_> = paragraphs.map(|text| text.trim_end().to_string()).collect();
    paragraphs.join("\n\n") + "\n"
}

/// The index of all pages.
pub fn index() -> String {
    let mut paragraphs = vec![
        "# The KPIs".to_string(),
        "One page for each KPI. The [glossary](../glossary.md) has the names with several meanings, and the [manual](../README.md) lists all other pages."
            .to_string(),
    ];
    let mut families: Vec<_> = all().map(|kpi| kpi.family).collect();
    families.dedup();
    let columns = ["name", "what it measures", "unit"].map(Column::text);
    for family in families {
        let of_family = all().filter(|kpi| kpi.family == family);
        let rows: Vec<_> = of_family
            .map(|kpi| {
                let name = format!("[`{0}`]({0}.md){1}", kpi.name, also(kpi, ", alias "));
                vec![name, kpi.summary.to_string(), kpi.unit.words().to_string()]
            })
            .collect();
        paragraphs.push(format!("## {}", family.title()));
        paragraphs.push(table(&columns, &rows).trim_end().to_string());
    }
    paragraphs.join("\n\n") + "\n"
}

/// Its aliases, behind some words.
fn also(kpi: &Kpi, words: &str) -> String {
    match kpi.aliases {
        [] => String::new(),
        aliases => {
            let aliases: Vec<_> = aliases.iter().map(|alias| format!("`{alias}`")).collect();
            format!("{words}{}", aliases.join(", "))
        }
    }
}

fn calls(kpi: &Kpi) -> String {
    let signatures: Vec<_> = kpi.forms.iter().map(|form| kpi.signature(form)).collect();
    let aliases = match also(kpi, "Also called ") {
        aliases if aliases.is_empty() => aliases,
        aliases => format!("\n\n{aliases}."),
    };
    format!("{}{aliases}", sql(&signatures.join("\n")))
}

fn sql(text: &str) -> String {
    format!("```sql\n{text}\n```")
}

async fn asked(ctx: &SessionContext, query: &str) -> String {
    let answer = sample::run(ctx, query).await;
    let answer = answer.unwrap_or_else(|error| panic!("{query}: {error}"));
    let answer = answer.unwrap_or_else(|| panic!("{query}: no answer"));
    let is_ordered = answer.rows() < 2 || query.contains("ORDER BY");
    assert!(
        is_ordered,
        "{query}: without ORDER BY its rows come in any order"
    );
    format!("{}\n\n{}", sql(query), answer.shown().trim_end())
}

async fn example(kpi: &Kpi, ctx: &SessionContext) -> String {
    let answer = asked(ctx, &one_row_a_line(kpi.example.sql)).await;
    format!("*{}*\n\n{answer}", kpi.example.question)
}

/// `FROM (VALUES (…), (…)) AS t(…)` with each row on a line of its own.
fn one_row_a_line(query: &str) -> String {
    let Some((head, rest)) = query.split_once("(VALUES ") else {
        return query.to_string();
    };
    let (values, tail) = rest.rsplit_once(") AS ").expect("a VALUES has a name");
    let head = head.replace(" FROM ", "\nFROM ");
    let values = values.replace("), (", "),\n  (");
    format!("{head}(VALUES\n  {values}\n) AS {tail}")
}

/// The same on the sample data, by segment or as rows, where it has the columns of a sample call.
async fn on_the_sample(kpi: &Kpi, ctx: &SessionContext) -> String {
    let form = kpi.forms.iter().find(|form| is_of_the_sample(form));
    let (Some(form), Some(rows)) = (form, sample_table(kpi)) else {
        return String::new();
    };
    if is_a_list(form) {
        let query = format!(
            "SELECT item['product'] AS product, item['customers'] AS customers, item['share'] AS share\n\
             FROM (SELECT unnest({}) AS item FROM {rows})\n\
             ORDER BY customers DESC, product",
            kpi.sample_call(form)
        );
        return format!("As rows, on {SAMPLE_DATA}:\n\n{}", asked(ctx, &query).await);
    }
    let name = kpi.name;
    let from = format!("FROM {rows} JOIN customers USING (customer_id)\n");
    let (interval, query) = match form.interval_method() {
        IntervalMethod::None => (
            "",
            format!(
                "SELECT segment, round({}, 2) AS {name}\n{from}GROUP BY ROLLUP (segment)\nORDER BY segment",
                kpi.sample_call(form)
            ),
        ),
        _ => {
            let parts = form.sample_call(&format!("{name}_parts"));
            let field = |field: &str| format!("round(parts['{field}'], 2) AS");
            let query = format!(
                "SELECT\n  segment,\n  {} {name},\n  {} ci_low,\n  {} ci_high\nFROM (\n  SELECT segment, {parts} AS parts\n  \
                 {from}  GROUP BY ROLLUP (segment)\n)\nORDER BY segment",
                field("value"),
                field("ci_low"),
                field("ci_high"),
            );
            (", with the 95 % interval", query)
        }
    };
    let total = match form.grain {
        Grain::Row(_) => "The last row is the total over all segments.".to_string(),
        Grain::Entity { entity, .. } => format!(
            "The last row is the total over all segments, and counts each `{}` once.",
            form.args[entity[0]].name
        ),
    };
    format!(
        "By segment of {SAMPLE_DATA}{interval}. {total}\n\n{}",
        asked(ctx, &query).await
    )
}

/// Whether a sample call of the form means something on the sample data: products that it names do not
/// exist there.
fn is_of_the_sample(form: &Form) -> bool {
    !form.args.iter().any(|arg| arg.column.contains('\''))
}

fn is_a_list(form: &Form) -> bool {
    matches!(form.finish, Finish::Mix(_))
}

/// The table whose rows the example is about.
fn sample_table(kpi: &Kpi) -> Option<&'static str> {
    let (_, alias) = kpi.example.sql.rsplit_once(") AS ")?;
    let (alias, _) = alias.split_once('(')?;
    Some(alias)
}

fn formulas(kpi: &Kpi) -> String {
    let several = kpi.forms.len() > 1;
    let introduction = "In SQL, over a table `t` with a column for each argument".to_string();
    let forms = kpi.forms.iter().map(|form| {
        let heading = match several {
            true => format!("### `{}`\n\n", kpi.signature(form)),
            false => String::new(),
        };
        let written_out = form.args.iter().filter(|arg| arg.kind.is_literal());
        let written_out: Vec<_> = written_out
            .map(|arg| format!("{} for `{}`", arg.column, arg.name))
            .collect();
        let with = match written_out.is_empty() {
            true => String::new(),
            false => format!(", with {}", written_out.join(" and ")),
        };
        format!(
            "{heading}As computed here: {}\n\n{introduction}{with}:\n\n{}",
            form.formula,
            sql(form.sql)
        )
    });
    let mut paragraphs: Vec<_> = forms.collect();
    let printed = format!("Standard formula: {}", kpi.knowledge.standard_formula);
    paragraphs.insert(0, printed);
    paragraphs.join("\n\n")
}

fn arguments(kpi: &Kpi) -> String {
    let mut arguments: Vec<&Arg> = vec![];
    for arg in kpi.forms.iter().flat_map(|form| form.args) {
        if !arguments.iter().any(|known| known.name == arg.name) {
            arguments.push(arg);
        }
    }
    let rows: Vec<_> = arguments
        .iter()
        .map(|arg| vec![format!("`{}`", arg.name), arg.kind.in_detail().to_string()])
        .collect();
    table(&["argument", "what it accepts"].map(Column::text), &rows)
}

fn unit_and_nulls(kpi: &Kpi, nulls: String) -> String {
    let unit = format!(
        "Unit: {}. Direction: {}.",
        kpi.unit.words(),
        kpi.direction.words()
    );
    let required = |form: &Form| match form.grain {
        Grain::Row(_) => vec![],
        Grain::Entity { entity, needs, .. } => [entity, needs].concat(),
    };
    let ignored = kpi.forms.iter().map(|form| {
        let names = required(form).into_iter();
        let names = names.map(|argument| format!("`{}`", form.args[argument].name));
        names.collect::<Vec<_>>().join(" or ")
    });
    let ignored: Vec<_> = ignored.collect();
    let ignored = if ignored.iter().all(|names| *names == ignored[0]) {
        sentence("", &ignored[0])
    } else {
        let forms = kpi.forms.iter().zip(&ignored);
        let sentences = forms
            .map(|(form, names)| sentence(&format!("In `{}`, rows", kpi.signature(form)), names));
        sentences.collect()
    };
    format!(
        "{unit}\n\n{nulls}{ignored} NaN counts as NULL. `FILTER (WHERE …)` is applied before anything else."
    )
}

/// Which rows are ignored, if some are.
fn sentence(rows: &str, names: &str) -> String {
    let rows = if rows.is_empty() { "Rows" } else { rows };
    match names {
        "" => String::new(),
        names => format!(" {rows} whose {names} is NULL are ignored."),
    }
}

fn sureness(kpi: &Kpi) -> String {
    let name = kpi.name;
    let introduction = format!(
        "`{name}_parts(…)` takes the same arguments and returns a STRUCT: `kpi`, `value`, `numerator`, `denominator`, `std_error`, `ci_low`, `ci_high`, `rows` and `rows_ignored`. How to read it: [intervals](../intervals.md)."
    );
    let mut words: Vec<(String, Vec<String>)> = vec![];
    for form in kpi.forms {
        let interval = form.interval_in_words();
        let signature = format!("`{}`", kpi.signature(form));
        match words.iter_mut().find(|(known, _)| *known == interval) {
            Some((_, signatures)) => signatures.push(signature),
            None => words.push((interval, vec![signature])),
        }
    }
    let intervals = match &words[..] {
        [(interval, _)] => interval.clone(),
        several => {
            let lines = several
                .iter()
                .map(|(interval, signatures)| format!("- {}: {interval}", signatures.join(", ")));
            lines.collect::<Vec<_>>().join("\n")
        }
    };
    let finish = match kpi.forms.iter().any(is_a_list) {
        true => "`kpi_finish_mix(state)` returns the list",
        false => "`kpi_finish(state)` returns the value and `kpi_finish_parts(state)` the STRUCT",
    };
    format!(
        "{introduction}\n\n{intervals}\n\n`{name}_state(…)` returns a BINARY to store. `kpi_merge(state)` merges several states into one, with the same result as one pass over all their rows, and {finish}. What is in a state, and how large it is per customer: [state format](../state-format.md)."
    )
}

async fn conventions(kpi: &Kpi, ctx: &SessionContext) -> String {
    let mut paragraphs = vec![];
    for form in kpi.forms {
        let here = sample_table(kpi).filter(|_| is_of_the_sample(form) && !is_a_list(form));
        let here = here.map(|rows| format!("SELECT {} FROM {rows}", kpi.sample_call(form)));
        // Not every form has its columns in that table.
        if let Some(here) = here
            && ctx.sql(&here).await.is_ok()
        {
            paragraphs.push(asked(ctx, &here).await);
        }
    }
    let first = match paragraphs.is_empty() {
        true => {
            "Others use this name, or a similar one, differently. The values by their definitions, on the sample data:"
        }
        false => "As it is defined here, on the [sample data](../../sample_data/README.md):",
    };
    paragraphs.insert(0, first.to_string());
    if paragraphs.len() > 1 {
        paragraphs.push(format!("{OTHERS}:"));
    }
    for Convention { differs, here } in kpi.conventions {
        paragraphs.push(format!(
            "{}\n\n{}",
            linked(differs, kpi),
            asked(ctx, here).await
        ));
    }
    paragraphs.join("\n\n")
}

fn benchmarks(kpi: &Kpi) -> String {
    let own = "To use your own, put them into a table or a file and name it with `SET kpi.benchmarks`: see [benchmarks](../intervals.md#benchmarks-of-your-own).";
    if kpi.benchmarks.is_empty() {
        return format!("The sources of this definition publish none. {own}");
    }
    let columns = ["industry", "band", "from", "to", "note", "source"].map(Column::text);
    let number = |number: Option<f64>| number.map(|n| n.to_string()).unwrap_or_default();
    let row = |benchmark: &Benchmark| {
        vec![
            benchmark.industry.unwrap_or("all").to_string(),
            benchmark.band.to_string(),
            number(benchmark.low),
            number(benchmark.high),
            benchmark.note.to_string(),
            published(benchmark),
        ]
    };
    let rows: Vec<_> = kpi.benchmarks.iter().map(row).collect();
    format!("{}\n{own}", table(&columns, &rows))
}

fn published(benchmark: &Benchmark) -> String {
    let title = benchmark.source.title();
    match benchmark.year {
        Some(year) => format!("{title}, {year}"),
        None => title.to_string(),
    }
}

fn sources(sources: &[Source]) -> String {
    let lines = sources
        .iter()
        .map(|source| format!("- *{}*: {}", source.publication.title(), source.says));
    lines.collect::<Vec<_>>().join("\n")
}

fn list(items: &[&str], linked: impl Fn(&str) -> String) -> String {
    let lines = items.iter().map(|item| format!("- {}", linked(item)));
    lines.collect::<Vec<_>>().join("\n")
}

/// A text in which the names of other KPIs lead to their pages.
fn linked(text: &str, own: &Kpi) -> String {
    let mut parts = text.split('`');
    let mut result = parts.next().unwrap_or_default().to_string();
    // Every second part is code.
    while let (Some(code), Some(prose)) = (parts.next(), parts.next()) {
        result += &match find(code).filter(|kpi| *kpi != own) {
            Some(kpi) => format!("[`{code}`]({}.md)", kpi.name),
            None => format!("`{code}`"),
        };
        result += prose;
    }
    result
}

/// All KPIs in one table, for the README.
pub fn short_list() -> String {
    let mut list = String::from("| function | arguments | what it says |\n|---|---|---|\n");
    let mut family = None;
    for kpi in all() {
        if family.replace(kpi.family) != Some(kpi.family) {
            list += &format!("| **{}** |  |  |\n", kpi.family.title());
        }
        let arguments = kpi.forms.iter().map(|form| {
            let names: Vec<_> = form.args.iter().map(|arg| arg.name).collect();
            format!("`{}`", names.join(", "))
        });
        let arguments: Vec<_> = arguments.collect();
        let aliases = kpi.aliases.iter().map(|alias| format!(", `{alias}`"));
        list += &format!(
            "| [`{0}`](docs/kpi/{0}.md){1} | {2} | {3} |\n",
            kpi.name,
            aliases.collect::<String>(),
            arguments.join(" or "),
            kpi.summary
        );
    }
    list
}
