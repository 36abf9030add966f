//! One KPI.

use super::family::Family;
use super::form::Form;
use super::knowledge::{Benchmark, Convention, Knowledge};
use super::source::Source;
use super::unit::{Direction, Unit};

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

impl PartialEq for Kpi {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kpi {}

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
