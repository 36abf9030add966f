//! Scores of surveys, which may be on another scale than the call is for.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};

use super::met::{Counts, MetPlace, Role};
use super::told::Remarks;
use crate::fold::facts::call::Call;

/// An argument of scores that is looked at.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    place: MetPlace,
    argument: usize,
    filter: Option<usize>,
    rows: u64,
    most: f64,
}

impl Scored {
    /// The scores of a call, if its scale is known.
    pub fn of(call: &Call, column: String, argument: usize, filter: Option<usize>) -> Option<Self> {
        let highest = call.form.scale().map(|scale| scale.highest as u32);
        let role = match (highest, call.written()) {
            (Some(highest), _) => Role::Score { highest },
            (None, Some(from)) => Role::ScoreFrom {
                lowest: from as u32,
            },
            (None, None) => return None,
        };
        Some(Scored {
            place: MetPlace {
                role,
                column,
                call: call.kpi.name.to_string(),
            },
            argument,
            filter,
            rows: 0,
            most: f64::NEG_INFINITY,
        })
    }

    pub fn emptied(&self) -> Self {
        Scored {
            rows: 0,
            most: f64::NEG_INFINITY,
            ..self.clone()
        }
    }

    pub fn look(&mut self, columns: &[ArrayRef], condition: Option<&BooleanArray>) {
        // What is no number is refused where it is judged.
        let Ok(scores) = cast(&columns[self.argument], &DataType::Float64) else {
            return;
        };
        let scores = scores.as_primitive::<Float64Type>();
        let is_true = |flags: &BooleanArray, row: usize| flags.is_valid(row) && flags.value(row);
        let filter = self.filter.map(|filter| columns[filter].as_boolean());
        for (row, score) in scores.iter().enumerate() {
            let Some(score) = score.filter(|score| !score.is_nan()) else {
                continue;
            };
            if condition.is_none_or(|flags| is_true(flags, row))
                && filter.is_none_or(|flags| is_true(flags, row))
            {
                self.rows += 1;
                self.most = self.most.max(score);
            }
        }
    }

    /// Tells what has been found since the last time.
    pub fn tell(&mut self, remarks: &Remarks) {
        if self.rows > 0 {
            let counts = Counts {
                scores: Some((self.rows, self.most)),
                ..Counts::default()
            };
            remarks.add(&self.place, counts);
            *self = self.emptied();
        }
    }
}
