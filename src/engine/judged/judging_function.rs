//! What a function that judges values is: all that its declaration says.

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::Documentation;

use crate::engine::call_docs::{ArgumentList, Calls, JUDGED};
use crate::engine::confidence;
use crate::statistics::Confidence;

/// One function, but for what it computes.
#[derive(Debug)]
pub struct JudgingFunction {
    /// Its name in SQL.
    pub name: &'static str,
    /// Its argument lists.
    pub arguments: fn() -> Vec<ArgumentList>,
    /// A call that works.
    pub example: &'static str,
    /// What SHOW FUNCTIONS says of it: meaning, units, NULLs, source.
    pub description: &'static str,
    /// The question of the example, and the query that answers it.
    pub sql: &'static str,
    /// Whether it has an interval of its own, so that `SET kpi.confidence` reaches it.
    pub follows_confidence: bool,
    /// The type of its values; refuses arguments of other types than it takes.
    pub return_type: fn(&Calls, &[DataType]) -> Result<DataType>,
}

/// A function of the values of one row.
#[derive(Debug)]
pub struct ScalarJudgement {
    /// All but what it computes.
    pub function: JudgingFunction,
    /// Refuses values that are written out in the call; `None` is what only the rows tell.
    pub check_literals: fn(&Calls, &[Option<&ScalarValue>]) -> Result<()>,
    /// The verdicts of some rows, of the type that the function says.
    pub judge: fn(&[ArrayRef], Confidence) -> Result<ArrayRef>,
}

/// A function of the rows of a group.
#[derive(Debug)]
pub struct AggregateJudgement {
    /// All but what it computes.
    pub function: JudgingFunction,
    /// Whether its first argument names segments, of which each has its own rows: the totals of a ROLLUP are none.
    pub takes_segments: bool,
    /// The verdict of rows in any order, of which there is at least one: an array of one value of the type that the function says.
    pub judge: fn(&[ArrayRef], Confidence) -> Result<ArrayRef>,
}

impl JudgingFunction {
    /// Its calls, for words about them.
    pub fn calls(&self) -> Calls {
        Calls {
            function: self.name,
            lists: (self.arguments)(),
            example: self.example.to_string(),
        }
    }

    /// What SHOW FUNCTIONS tells.
    pub fn documentation(&self) -> Documentation {
        self.calls()
            .documentation(JUDGED, self.description, &format!("{};", self.sql))
    }

    /// The type of its values for these arguments.
    pub fn type_for(&self, arg_types: &[DataType]) -> Result<DataType> {
        let arg_types = confidence::types_before(arg_types);
        let calls = self.calls();
        calls.check_count(arg_types)?;
        (self.return_type)(&calls, arg_types)
    }
}

/// For functions that take any value that is written out.
pub fn any_literals(_: &Calls, _: &[Option<&ScalarValue>]) -> Result<()> {
    Ok(())
}
