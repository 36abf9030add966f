//! The vocabulary in which a KPI is declared.
//!
//! A KPI is **a fold per entity and a finish across entities**: `cross_sell_rate(customer, product)`
//! folds each customer's products to "more than one?" and finishes with the share of customers where
//! that holds. Everything here is plain data; `fold/` does the arithmetic, `engine/` makes DataFusion
//! aggregates of it. [`Fold`], [`RowFold`] and [`Finish`] are closed sets: a new variant makes the
//! compiler list every place that has to learn it.

mod arg;
mod finish;
mod fold;
mod knowledge;
mod source;

pub use arg::{Arg, Kind};
pub use finish::{Finish, Scatter, Sought, Total};
pub use fold::{Count, Fold, Grain, Outcome, RowFold, Scale};
pub use knowledge::{Benchmark, Convention, Knowledge};
pub use source::{Publication, Source};

/// One KPI, declared once. Its SQL function, its help, its manual page and the laws that test it are
/// all derived from this.
#[derive(Debug)]
pub struct Kpi {
    /// The SQL name, which is also the name of its file and of its tests.
    pub name: &'static str,
    /// Other names that users know it by.
    pub aliases: &'static [&'static str],
    /// The chapter it belongs to.
    pub family: Family,
    /// What it says, in one sentence.
    pub summary: &'static str,
    /// The unit of its value.
    pub unit: Unit,
    /// What NULLs do, beyond the rule that rows without an entity are ignored.
    pub nulls: &'static str,
    /// Where the definition comes from.
    pub sources: &'static [Source],
    /// The argument lists it accepts. Where several fit a call, the first one is taken.
    pub forms: &'static [Form],
    /// A question with a complete query and its answer; the tests run it.
    pub example: Example,
    /// Which way is good news.
    pub direction: Direction,
    /// What others mean by the same or a similar name, and how to get their number here.
    pub conventions: &'static [Convention],
    /// Published figures to compare with, in the order in which a report lists them.
    pub benchmarks: &'static [Benchmark],
    /// The version of this package that had it first.
    pub since: &'static str,
    /// What an analyst should know about it.
    pub knowledge: Knowledge,
}

/// Which way a KPI should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// It describes; whether more is better depends on the business.
    Neither,
}

/// The chapters of the KPI library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Do customers buy more than one product?
    CrossSell,
    /// Do customers move up?
    Upsell,
    /// How widely is each product held?
    Penetration,
    /// What is a customer worth?
    CustomerValue,
    /// How well are chances turned into deals, and deals into use?
    SalesPerformance,
    /// Are customers content, and do they stay?
    CustomerSuccess,
}

impl Family {
    /// The title of the chapter.
    pub fn title(self) -> &'static str {
        match self {
            Family::CrossSell => "Cross-sell",
            Family::Upsell => "Upsell",
            Family::Penetration => "Penetration and mix",
            Family::CustomerValue => "Customer value",
            Family::SalesPerformance => "Sales performance and operations",
            Family::CustomerSuccess => "Customer success",
        }
    }

    /// The title where it stands among chapters of other functions.
    pub fn chapter(self) -> &'static str {
        match self {
            Family::CrossSell => "Cross-sell KPIs",
            Family::Upsell => "Upsell KPIs",
            Family::Penetration => "Penetration KPIs",
            Family::CustomerValue => "Customer value KPIs",
            Family::SalesPerformance => "Sales performance KPIs",
            Family::CustomerSuccess => "Customer success KPIs",
        }
    }
}

/// The unit of a KPI's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Percent, 0 to 100.
    Percent,
    /// Percent of a start, which growth takes above 100.
    PercentOfStart,
    /// Points, -100 to 100.
    Points,
    /// Days.
    Days,
    /// The unit of the amounts.
    Money,
    /// A plain number.
    Number,
    /// A list of products with numbers and shares of customers.
    Mix,
    /// Years of 365.25 days.
    Years,
}

impl PartialEq for Kpi {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kpi {}

impl Unit {
    /// The unit in words.
    pub fn words(self) -> &'static str {
        match self {
            Unit::Percent => "percent (0 to 100)",
            Unit::PercentOfStart => "percent (growth takes it above 100)",
            Unit::Points => "points (-100 to 100)",
            Unit::Days => "days",
            Unit::Money => "the unit of the amounts",
            Unit::Number => "a plain number",
            Unit::Mix => "a list of structs; the shares are percent and add up to more than 100",
            Unit::Years => "years of 365.25 days",
        }
    }
}

/// One argument list and what it computes.
#[derive(Debug)]
pub struct Form {
    /// The arguments in order. Folds refer to them by position.
    pub args: &'static [Arg],
    /// What this form computes, as a formula in words.
    pub formula: &'static str,
    /// The same number in plain SQL, from a table `t` with a column for each argument.
    pub sql: &'static str,
    /// What is judged: each row, or each entity.
    pub grain: Grain,
    /// How the outcomes become one value.
    pub finish: Finish,
}

impl Form {
    /// The arguments that name the entity, if what is judged is not a row.
    pub fn entity(&self) -> &'static [usize] {
        match self.grain {
            Grain::Row(_) => &[],
            Grain::Entity { entity, .. } => entity,
        }
    }

    /// The scale of its scores, if it is made for one.
    pub(crate) fn scale(&self) -> Option<Scale> {
        match self.grain {
            Grain::Row(RowFold::NetScore { scale, .. }) => Some(scale),
            Grain::Row(RowFold::ScoreAtLeast { scale, .. }) => scale,
            _ => None,
        }
    }
}

/// A query that shows a KPI at work.
#[derive(Debug)]
pub struct Example {
    /// The question in plain words.
    pub question: &'static str,
    /// A query that runs as it is, without any table. Its rows are named like the table of the sample data
    /// that such rows are in.
    pub sql: &'static str,
    /// Its one value, as text.
    pub answer: &'static str,
}

impl Kpi {
    /// `name(argument, …)` of a form.
    pub fn signature(&self, form: &Form) -> String {
        form.signature(self.name)
    }

    /// A call of a form with column names that could be a user's.
    pub fn sample_call(&self, form: &Form) -> String {
        form.sample_call(self.name)
    }
}

impl Form {
    /// `function(argument, …)`.
    pub fn signature(&self, function: &str) -> String {
        self.call(function, |arg| arg.name)
    }

    /// A call of a function with column names that could be a user's.
    pub fn sample_call(&self, function: &str) -> String {
        self.call(function, |arg| arg.column)
    }

    fn call(&self, function: &str, word: impl Fn(&Arg) -> &'static str) -> String {
        let words: Vec<_> = self.args.iter().map(word).collect();
        format!("{function}({})", words.join(", "))
    }
}
