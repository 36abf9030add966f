//! What is known of a KPI beyond its definition.

use super::source::Publication;

/// Another definition under the same or a similar name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Convention {
    /// Who counts how, in one sentence.
    pub differs: &'static str,
    /// A query on the sample data that gives that number; the tests run it.
    pub here: &'static str,
}

/// A published figure to compare with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Benchmark {
    /// The industry or business model it is for; `None` for all.
    pub industry: Option<&'static str>,
    /// The verdict in a word or two.
    pub band: &'static str,
    /// Where the band starts, if it is bounded below.
    pub low: Option<f64>,
    /// Where the band ends, if it is bounded above.
    pub high: Option<f64>,
    /// What the source says about it.
    pub note: &'static str,
    /// Who says so.
    pub source: Publication,
    /// The year of the publication, where it is known.
    pub year: Option<i32>,
}

/// The twelve attributes by which KPI databases describe a KPI.
#[derive(Debug)]
pub struct Knowledge {
    /// What it is, in full sentences.
    pub definition: &'static str,
    /// What one can expect to learn from it.
    pub business_insights: &'static str,
    /// How to measure it, step by step: which rows, which period, which traps.
    pub measurement_approach: &'static str,
    /// The formula as it is usually printed.
    pub standard_formula: &'static str,
    /// How it tends to move, and what its movements mean.
    pub trend_analysis: &'static str,
    /// Questions to ask when it moves.
    pub diagnostic_questions: &'static [&'static str],
    /// What to do to improve it.
    pub actionable_tips: &'static [&'static str],
    /// Charts that show it well.
    pub visualization_suggestions: &'static str,
    /// What can mislead, and when to worry.
    pub risk_warnings: &'static str,
    /// Where its data comes from and what shows it.
    pub tools_and_technologies: &'static str,
    /// Which processes and systems should use it.
    pub integration_points: &'static str,
    /// Which other KPIs move with it, and how.
    pub change_impact: &'static str,
}

impl Knowledge {
    /// Of what is no KPI.
    pub const NONE: Knowledge = Knowledge {
        definition: "",
        business_insights: "",
        measurement_approach: "",
        standard_formula: "",
        trend_analysis: "",
        diagnostic_questions: &[],
        actionable_tips: &[],
        visualization_suggestions: "",
        risk_warnings: "",
        tools_and_technologies: "",
        integration_points: "",
        change_impact: "",
    };
}
