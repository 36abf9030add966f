//! One argument list of a KPI.

use super::arg::Arg;
use super::finish::Finish;
use super::fold::{Grain, RowFold, Scale};

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
            Grain::Row(RowFold::Exists | RowFold::Flag(_) | RowFold::TimeBetween { .. })
            | Grain::Entity { .. } => None,
        }
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
