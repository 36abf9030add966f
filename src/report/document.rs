//! A report, before it is a page, a text or a workbook: what it says, in the order in which it says it.

use chrono::NaiveDate;

use super::choose::ChartKind;
use super::figure::{Figure, FigureView};
use super::flat_table::FlatTable;
use super::mix::MixShare;

/// A report.
#[derive(Debug)]
pub struct ReportDocument {
    /// What it is called.
    pub title: String,
    /// What it says of itself.
    pub text: Vec<String>,
    /// One for each result.
    pub sections: Vec<ReportSection>,
}

/// What a statement has found.
#[derive(Debug)]
pub struct ReportSection {
    /// The name of the result, if the script gives one.
    pub name: Option<String>,
    /// What it is called.
    pub heading: String,
    /// What the script says of it.
    pub text: Vec<String>,
    /// What is drawn of it.
    pub chart: ChartKind,
    /// Why nothing is, where there are values.
    pub why_no_chart: Option<String>,
    /// Its KPIs.
    pub figures: Vec<Figure>,
    /// Its lists of products.
    pub mixes: Vec<MixFigure>,
    /// Its rows.
    pub table: FlatTable,
    /// Where it comes from.
    pub origin: SectionOrigin,
}

/// A column of lists of products.
#[derive(Debug)]
pub struct MixFigure {
    /// The name of the column.
    pub name: String,
    /// The total, if there is one, and then the segments, each with the period that it is of.
    pub views: Vec<MixView>,
}

/// The list of the total or of a segment.
#[derive(Debug)]
pub struct MixView {
    /// Its name.
    pub segment: String,
    /// Whether it is over all segments.
    pub is_total: bool,
    /// Its period.
    pub period: Option<String>,
    /// The shares, the largest first.
    pub shares: Vec<MixShare>,
}

/// Where the rows of a section come from.
#[derive(Debug)]
pub struct SectionOrigin {
    /// The statement.
    pub sql: String,
    /// Where it stands.
    pub place: String,
    /// Its tables and their files, a sentence each.
    pub tables: Vec<String>,
    /// The newest day with a row.
    pub newest: Option<NaiveDate>,
    /// What a reader should know of the data.
    pub notes: Vec<String>,
}

/// A headline: the view of a figure that is told first.
#[derive(Debug, Clone, Copy)]
pub struct Glance<'a> {
    /// The section.
    pub section: &'a ReportSection,
    /// The figure.
    pub figure: &'a Figure,
    /// The total.
    pub view: &'a FigureView,
}

impl ReportSection {
    /// Whether the total and the segments of a figure are told one by one. Values of segments alone are side by side, which says it all.
    pub fn tells_views(&self, figure: &Figure) -> bool {
        let is_one = figure.total().is_some() || figure.views.len() == 1;
        is_one || self.chart == ChartKind::Trend
    }
}

impl ReportDocument {
    /// The totals of all figures.
    pub fn glances(&self) -> Vec<Glance<'_>> {
        let sections = self.sections.iter();
        let figures = sections
            .flat_map(|section| section.figures.iter().map(move |figure| (section, figure)));
        figures
            .filter_map(|(section, figure)| {
                let view = figure.total().filter(|view| view.latest.is_some())?;
                Some(Glance {
                    section,
                    figure,
                    view,
                })
            })
            .collect()
    }

    /// The segments that somebody may choose, each once; the total comes first.
    pub fn segments(&self) -> Vec<&str> {
        let mut seen = std::collections::HashSet::new();
        let figures = self.sections.iter().flat_map(|section| {
            let figures = section.figures.iter();
            figures.filter(|figure| section.tells_views(figure))
        });
        let of_figures = figures.flat_map(|figure| &figure.views);
        let of_figures = of_figures.map(|view| (view.segment.as_str(), view.is_total));
        let mixes = self.sections.iter().flat_map(|section| &section.mixes);
        let of_mixes = mixes.flat_map(|mix| &mix.views);
        let of_mixes = of_mixes.map(|view| (view.segment.as_str(), view.is_total));
        let all: Vec<(&str, bool)> = of_figures.chain(of_mixes).collect();
        let (totals, others): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|(_, is_total)| *is_total);
        let ordered = totals.into_iter().chain(others).map(|(segment, _)| segment);
        ordered.filter(|segment| seen.insert(*segment)).collect()
    }
}
