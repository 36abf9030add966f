//! A report as a page: one file of HTML that needs no network, and no script but to choose a segment.

use datafusion::arrow::error::ArrowError;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::bar_chart::bar_chart;
use super::choose::ChartKind;
use super::comparison::{Against, ComparisonVerdict, PeriodComparison};
use super::document::{MixFigure, ReportDocument, ReportSection};
use super::dot_chart::{dot_chart, interval_of};
use super::figure::{Figure, FigureView};
use super::flat_table::FlatTable;
use super::trend_chart::trend_chart;
use super::words::{count, heading, interval_name, spaced, summary};
use crate::report_support::Confidence;
use crate::session::output::ShownCells;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The hashes by which a browser knows that style and script are these; nothing else may run. A test compares them.
const STYLE_HASH: &str = "/1knDEIZJm8XixoCYcdxNCzYgHBAdfUdPjJfzG0ifr8=";
const SCRIPT_HASH: &str = "LebE9zrQnNw0XqkFjk5abDWkVcYEyqIR3UFMjyZwLdk=";

/// A table shows no more rows than these.
const SHOWN_ROWS: usize = 1_000;

/// A report with what all of its parts need.
struct PageParts<'a> {
    document: &'a ReportDocument,
    segments: Vec<&'a str>,
}

/// The page of a report.
///
/// # Errors
/// Values that arrow cannot write.
pub fn page(document: &ReportDocument) -> Result<String, ArrowError> {
    let parts = PageParts {
        document,
        segments: document.segments(),
    };
    let mut sections = vec![];
    for (i, section) in document.sections.iter().enumerate() {
        sections.push(parts.section(i, section)?);
    }
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'"
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(generator());
                title { (document.title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the figures" }
                header {
                    h1 { (document.title) }
                    @for paragraph in &document.text { p { (paragraph) } }
                }
                @if document.sections.len() > 1 {
                    nav aria-label="Contents" {
                        ul {
                            @for (i, section) in document.sections.iter().enumerate() {
                                li { a href={ "#result-" (i + 1) } { (section.heading) } }
                            }
                        }
                    }
                }
                main #content {
                    (parts.chooser())
                    (parts.glance())
                    @for section in &sections { (section) }
                }
                (parts.footer())
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    Ok(page.into_string())
}

/// What made it.
pub fn generator() -> String {
    format!("kpi-sql {}", env!("CARGO_PKG_VERSION"))
}

impl PageParts<'_> {
    /// Lets somebody choose a segment; there is nothing to choose where no script runs.
    fn chooser(&self) -> Markup {
        // The total, or nothing where there is none.
        let mut glances = self.document.glances().into_iter();
        let usual = glances
            .next()
            .map_or("", |glance| glance.view.segment.as_str());
        html! {
            @if self.segments.len() > 1 {
                div.chooser #chooser hidden {
                    label {
                        "Segment "
                        select {
                            option value=(usual) { @if usual.is_empty() { "all segments" } @else { (usual) } }
                            @for segment in self.segments.iter().filter(|segment| **segment != usual) { option value=(segment) { (segment) } }
                        }
                    }
                    " "
                    span.quiet role="status" { "shown: " bdi #chosen {} }
                }
            }
        }
    }

    /// All totals, a line each.
    fn glance(&self) -> Markup {
        let glances = self.document.glances();
        html! {
            @if glances.len() > 1 {
                section aria-labelledby="at-a-glance" {
                    h2 #at-a-glance { "At a glance" }
                    (wide("At a glance", html! {
                        table {
                            caption { "The totals of the last complete period, and how they changed." }
                            thead { tr {
                                th scope="col" { "KPI" }
                                th.n scope="col" { "Value" }
                                th scope="col" { "Period" }
                                th.n scope="col" { "Change" }
                                th scope="col" { "Significance" }
                                th scope="col" { "Benchmark" }
                                th scope="col" { "Target" }
                            } }
                            tbody {
                                @for glance in &glances {
                                    @let (figure, latest) = (glance.figure, glance.view.latest.as_ref());
                                    @let before = glance.view.comparisons.iter().find(|one| one.against == Against::Before);
                                    tr {
                                        th scope="row" {
                                            (spaced(&figure.name))
                                        }
                                        td { (latest.map_or("", |latest| latest.reading.text.as_str())) }
                                        td.t { (latest.and_then(|latest| latest.period.as_ref()).map(|period| period.label()).unwrap_or_default()) }
                                        td { (before.and_then(|before| figure.difference(before)).unwrap_or_default()) }
                                        td.t { @if let Some(before) = before { (marked(figure, before)) } }
                                        td.t { (latest.and_then(|latest| latest.band.as_deref()).unwrap_or_default()) }
                                        td.t { (latest.and_then(|latest| latest.aim?.verdict).unwrap_or_default()) }
                                    }
                                }
                            }
                        }
                    }))
                    @if glances.iter().any(|glance| glance.view.comparisons.iter().any(|one| one.adjusted.is_some())) {
                        p.quiet { (ADJUSTED) }
                    }
                }
            }
        }
    }

    fn section(&self, i: usize, section: &ReportSection) -> Result<Markup, ArrowError> {
        let id = format!("result-{}", i + 1);
        let is_alone = section.figures.len() + section.mixes.len() == 1;
        let table = table(&section.table, &section.heading)?;
        Ok(html! {
            section aria-labelledby=(id) {
                h2 id=(id) { (section.heading) }
                @for paragraph in &section.text { p { (paragraph) } }
                @if let Some(why) = &section.why_no_chart {
                    p.quiet { "There is no chart: " (why) "." }
                }
                @for (n, figure) in section.figures.iter().enumerate() {
                    (self.figure(&format!("c{}-{}", i + 1, n + 1), section, figure, is_alone))
                }
                @for (n, mix) in section.mixes.iter().enumerate() {
                    (self.mix(&format!("m{}-{}", i + 1, n + 1), mix))
                }
                (table)
            }
        })
    }

    fn figure(&self, id: &str, section: &ReportSection, figure: &Figure, is_alone: bool) -> Markup {
        let title = heading(&figure.name);
        let is_said = is_alone && title == section.heading;
        html! {
            @if !is_said { h3 { (title) } }
            p.quiet { (summary(figure.kpi)) }
            @if let Some(why) = figure.without_chance() { p.quiet { (why) } }
            @if section.tells_views(figure) {
                div data-views {
                    @for (n, view) in figure.views.iter().enumerate() {
                        (self.view(&format!("{id}-{}", n + 1), section, (figure, view), is_said))
                    }
                }
            }
            @if section.chart != ChartKind::Table {
                (across(id, figure))
            }
        }
    }

    fn view(
        &self,
        id: &str,
        section: &ReportSection,
        (figure, view): (&Figure, &FigureView),
        is_below_result: bool,
    ) -> Markup {
        let has_total = figure.total().is_some();
        // With a total, the others wait until somebody chooses one.
        let is_usual = view.is_total || !has_total;
        let trend = match section.chart {
            ChartKind::Trend => trend_chart(id, figure, view),
            ChartKind::Segments | ChartKind::Mix | ChartKind::Table => None,
        };
        let few = view
            .latest
            .as_ref()
            .is_some_and(|latest| figure.yardstick.is_of_few(&latest.reading));
        let sentences = figure
            .sentences(view)
            .into_iter()
            .skip(view.comparisons.len());
        html! {
            div.view data-segment=(view.segment) data-usual[is_usual] hidden[!is_usual] {
                @if self.segments.len() > 1 {
                    // No level of headings is left out.
                    @if is_below_result { h3 { bdi { (view.segment) } } } @else { h4 { bdi { (view.segment) } } }
                }
                @if let Some(latest) = &view.latest {
                    p.big.few[few] { (latest.reading.text) }
                }
                @let basis = figure.basis(view);
                @if !basis.is_empty() { p.quiet { (basis) } }
                ul.said {
                    @for comparison in &view.comparisons {
                        li class=(class_of(figure, comparison)) { (figure.change(comparison)) }
                    }
                    @for sentence in sentences { li { (sentence) } }
                }
                @if let Some(trend) = trend {
                    figure {
                        (wide(&format!("{} over time, {}", spaced(&figure.name), view.segment), PreEscaped(trend)))
                        figcaption { (legend(figure, view)) }
                    }
                }
            }
        }
    }

    fn mix(&self, id: &str, mix: &MixFigure) -> Markup {
        let has_total = mix.views.iter().any(|view| view.is_total);
        html! {
            h3 { (heading(&mix.name)) }
            div data-views {
                @for (n, view) in mix.views.iter().enumerate() {
                    @let is_usual = view.is_total || !has_total;
                    @let title = match &view.period {
                        Some(period) => format!("{}, {}, {period}", spaced(&mix.name), view.segment),
                        None => format!("{}, {}", spaced(&mix.name), view.segment),
                    };
                    div.view data-segment=(view.segment) data-usual[is_usual] hidden[!is_usual] {
                        figure {
                            figcaption { bdi { (title) } ": shares of customers, which add up to more than 100 % where customers have several." }
                            @match bar_chart(&format!("{id}-{}", n + 1), &title, &view.shares) {
                                Some(chart) => (wide(&title, PreEscaped(chart))),
                                None => p.quiet { "It is empty." },
                            }
                        }
                    }
                }
            }
        }
    }

    /// What a reader who doubts a figure asks for.
    fn footer(&self) -> Markup {
        let sections = &self.document.sections;
        let figures = || sections.iter().flat_map(|section| &section.figures);
        let yardstick = figures().next().map(|figure| &figure.yardstick);
        html! {
            footer {
                details {
                    summary { "Where these figures come from" }
                    @if let Some(yardstick) = yardstick {
                        p {
                            "Intervals are " (yardstick.confidence) " % confidence intervals. A change is called \
                             significant where its p value, adjusted if there are several, is below " (significance_level(yardstick.confidence)) ". The test \
                             takes the customers of both periods for different ones: where many are in both, it is \
                             conservative. Values of fewer than 30, or of another limit that the script sets, are \
                             hollow and not judged."
                        }
                    }
                    @for section in sections {
                        h3 { (section.heading) }
                        ul {
                            li { "Statement: " (section.origin.place) }
                            @for table in &section.origin.tables { li { "Table " (table) } }
                            @if let Some(newest) = section.origin.newest { li { "Newest row: " (newest) } }
                            @for figure in &section.figures { @if let Some(ignored) = ignored(figure) { li { (ignored) } } }
                            @for note in &section.origin.notes { li { "Note: " (note) } }
                        }
                        pre tabindex="0" { code { (section.origin.sql) } }
                    }
                }
                p.quiet { "Made by " (generator()) "." }
            }
        }
    }
}

/// The p value below which a change is significant: 0.05 at a confidence of 95 %, without the digits that the subtraction has added.
fn significance_level(confidence: Confidence) -> f64 {
    ((1.0 - confidence.share()) * 1e9).round() / 1e9
}

/// What stands below adjusted p values.
const ADJUSTED: &str = "Adjusted p values account for the number of comparisons side by side (Benjamini and \
    Hochberg): of those called significant, few are expected to be chance.";

/// The rows that did not count for a figure.
fn ignored(figure: &Figure) -> Option<String> {
    let latest = figure.total()?.latest.as_ref()?;
    let parts = latest.reading.parts?;
    let of = match &latest.period {
        Some(period) => format!(" of {}", period.label()),
        None => String::new(),
    };
    (parts.rows_ignored > 0).then(|| {
        format!(
            "{}: {} of {} rows{of} were ignored",
            spaced(&figure.name),
            count(parts.rows_ignored as f64),
            count(parts.rows as f64)
        )
    })
}

/// Something that may be wider than the page: it is scrolled by itself, by the keyboard as well.
fn wide(label: &str, content: Markup) -> Markup {
    html! { div.wide tabindex="0" role="group" aria-label=(label) { (content) } }
}

/// The class of a comparison, by which the style puts a mark before words that are enough without it.
fn class_of(figure: &Figure, comparison: &PeriodComparison) -> &'static str {
    let verdict = comparison.verdict(figure.kpi, figure.yardstick.confidence);
    let is_up = comparison
        .difference
        .is_some_and(|difference| difference > 0.0);
    match (verdict, is_up) {
        (ComparisonVerdict::Better, true) => "up better",
        (ComparisonVerdict::Better, false) => "down better",
        (ComparisonVerdict::Worse, true) => "up worse",
        (ComparisonVerdict::Worse, false) => "down worse",
        (ComparisonVerdict::Moved, true) => "up",
        (ComparisonVerdict::Moved, false) => "down",
        _ => "same",
    }
}

fn marked(figure: &Figure, comparison: &PeriodComparison) -> Markup {
    html! {
        span class=(class_of(figure, comparison)) {
            (figure.verdict(comparison))
            @if let Some(chance) = figure.chance(comparison) { " (" (chance) ")" }
        }
    }
}

fn legend(figure: &Figure, view: &FigureView) -> String {
    let mut said = vec![];
    if view
        .points
        .iter()
        .any(|point| point.reading.interval.is_some())
    {
        said.push(format!("Shaded: {}.", interval_name(&figure.yardstick)));
    }
    if view
        .points
        .iter()
        .any(|point| figure.yardstick.is_of_few(&point.reading))
    {
        said.push(format!(
            "Hollow: fewer than {}.",
            count(figure.yardstick.min_n)
        ));
    }
    if !figure.yardstick.bands.is_empty() {
        said.push("Dotted: the start of a benchmark band.".to_string());
    }
    said.join(" ")
}

/// The total and the segments side by side, as a chart and as a table.
fn across(id: &str, figure: &Figure) -> Markup {
    let rows: Vec<_> = figure
        .views
        .iter()
        .filter_map(|view| Some((view, view.latest.as_ref()?)))
        .collect();
    let Some(chart) = dot_chart(&format!("{id}-s"), figure) else {
        return html! {};
    };
    let period = rows
        .iter()
        .find_map(|(_, latest)| latest.period.as_ref())
        .map(|period| period.label());
    let before = |view: &FigureView| -> Option<PeriodComparison> {
        let mut before = view
            .comparisons
            .iter()
            .filter(|one| one.against == Against::Before);
        before.next().cloned()
    };
    let has_changes = rows.iter().any(|(view, _)| before(view).is_some());
    let has_intervals = rows
        .iter()
        .any(|(view, _)| interval_of(figure, view).is_some());
    let has_n = rows.iter().any(|(_, latest)| latest.reading.n.is_some());
    let has_bands = rows.iter().any(|(_, latest)| latest.band.is_some());
    let has_targets = rows.iter().any(|(_, latest)| latest.aim.is_some());
    let caption = match &period {
        Some(period) => format!("{} by segment, {period}", spaced(&figure.name)),
        None => format!("{} by segment", spaced(&figure.name)),
    };
    let is_adjusted = rows
        .iter()
        .any(|(view, _)| before(view).is_some_and(|one| one.adjusted.is_some()));
    html! {
        figure {
            (wide(&caption, PreEscaped(chart)))
            figcaption { (caption) @if has_intervals { ": values with their " (interval_name(&figure.yardstick)) } "." }
        }
        (wide(&format!("{caption}, table"), html! {
            table {
                caption { (caption) }
                thead { tr {
                    th scope="col" { "Segment" }
                    th.n scope="col" { "Value" }
                    @if has_intervals { th.n scope="col" { (heading(&interval_name(&figure.yardstick))) } }
                    @if has_n { th.n scope="col" { "n" } }
                    @if has_bands { th scope="col" { "Benchmark" } }
                    @if has_targets { th scope="col" { "Target" } }
                    @if has_changes { th.n scope="col" { "Change" } th scope="col" { "Significance" } }
                } }
                tbody {
                    @for (view, latest) in &rows {
                        @let few = figure.yardstick.is_of_few(&latest.reading);
                        tr.few[few] {
                            th scope="row" { bdi { (view.segment) } }
                            td { (latest.reading.text) }
                            @if has_intervals { td { (interval_of(figure, view).unwrap_or_default()) } }
                            @if has_n { td { @if let Some(n) = latest.reading.n { (count(n)) @if few { " (few)" } } } }
                            @if has_bands { td.t { (latest.band.as_deref().unwrap_or_default()) } }
                            @if has_targets { td.t { (latest.aim.and_then(|aim| aim.verdict).unwrap_or_default()) } }
                            @if has_changes {
                                @let before = before(view);
                                td { (before.as_ref().and_then(|before| figure.difference(before)).unwrap_or_default()) }
                                td.t { @if let Some(before) = &before { (marked(figure, before)) } }
                            }
                        }
                    }
                }
            }
        }))
        @if is_adjusted { p.quiet { (ADJUSTED) } }
    }
}

/// A text that may run from right to left, and does not turn what is around it.
fn isolated(text: &str) -> Markup {
    html! { @if text.is_ascii() { (text) } @else { bdi { (text) } } }
}

/// The rows of a result.
fn table(table: &FlatTable, title: &str) -> Result<Markup, ArrowError> {
    let batch = table.for_people()?;
    let n_rows = batch.num_rows();
    let n_shown = n_rows.min(SHOWN_ROWS);
    let shown = batch.slice(0, n_shown);
    let cells = ShownCells::new(&shown, &table.units)?;
    let schema = batch.schema();
    let numbers: Vec<bool> = schema
        .fields()
        .iter()
        .map(|field| field.data_type().is_numeric())
        .collect();
    let mut rows = vec![];
    for row in 0..n_shown {
        let columns = 0..batch.num_columns();
        let texts: Result<Vec<_>, ArrowError> =
            columns.map(|column| cells.text(row, column)).collect();
        rows.push(texts?);
    }
    let shown_words = match n_rows > n_shown {
        true => format!(
            "The first 1,000 of {} rows; a workbook has all of them: -o FILE.xlsx.",
            count(n_rows as f64)
        ),
        false if n_rows == 0 => "There are no rows.".to_string(),
        false => format!("All {} rows.", count(n_rows as f64)),
    };
    let cell = |column: usize, text: &Option<String>| {
        let text = text.as_deref().unwrap_or("NULL");
        html! {
            // A text of nothing is no heading: a screen reader would read none for the row.
            @if column == 0 && !text.trim().is_empty() { th scope="row" { (isolated(text)) } }
            @else if numbers[column] { td { (text) } }
            @else { td.t { (isolated(text)) } }
        }
    };
    Ok(html! {
        @if batch.num_columns() > 0 {
            details open[n_rows <= 24] {
                summary { "Table: " (title) }
                (wide(&format!("Table: {title}"), html! {
                    table {
                        caption { (shown_words) }
                        thead { tr { @for (column, field) in schema.fields().iter().enumerate() {
                            th class=[(numbers[column] && column > 0).then_some("n")] scope="col" { (isolated(field.name())) }
                        } } }
                        tbody { @for (row, few) in rows.iter().zip(&table.few) { tr.few[*few] { @for (column, text) in row.iter().enumerate() { (cell(column, text)) } } } }
                    }
                }))
                @if table.has_adjusted { p.quiet { (ADJUSTED) } }
            }
        }
    })
}
