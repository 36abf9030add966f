//! Numbers of a state that cannot be: more TRUE rows than rows. They come of damage, or of somebody who made the
//! state himself, and would give a share above 100.

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Decimal128Type, Decimal256Type, FieldRef, UInt64Type, i256};

use super::error::StateError;
use crate::define::{Grain, RowFold};
use crate::fold::facts::call::Call;

/// Refuses the columns of a state, one row each, whose numbers contradict each other.
pub fn check(call: &Call, fields: &[FieldRef], columns: &[ArrayRef]) -> Result<(), StateError> {
    let counts = |name: &str| -> Vec<u64> {
        let of_name = fields.iter().zip(columns).filter(|(f, _)| f.name() == name);
        let counts = of_name.filter_map(|(_, column)| column.as_primitive_opt::<UInt64Type>());
        counts.map(|counts| counts.value(0)).collect()
    };
    let rows = counts("rows").first().copied().unwrap_or(u64::MAX);
    let ignored = counts("rows_ignored").first().copied().unwrap_or(0);
    at_most("rows ignored", ignored, "rows", rows)?;
    let counted = rows - ignored;
    if let Some((_, entities)) = fields
        .iter()
        .zip(columns)
        .find(|(f, _)| f.name() == "entity")
    {
        let entities = entities.as_list::<i64>().value_length(0);
        at_most("entities", entities as u64, "rows that count", counted)?;
    }
    for (amounts, added) in counts("amounts").into_iter().zip(counts("added")) {
        at_most("amounts added", added, "amounts", amounts)?;
        at_most("amounts", amounts, "rows", rows)?;
    }
    let Grain::Row(fold) = call.form.grain else {
        return Ok(());
    };
    for n in counts("n") {
        at_most("rows judged", n, "rows", rows)?;
    }
    match fold {
        RowFold::Flag(_) | RowFold::ScoreAtLeast { .. } => {
            for (n, sum) in counts("n").into_iter().zip(sums(fields, columns)) {
                within("rows that hold", sum, 0, n)?;
            }
        }
        RowFold::NetScore { .. } => {
            for (n, sum) in counts("n").into_iter().zip(sums(fields, columns)) {
                within("good scores less bad ones", sum, -i128::from(n), n)?;
                for squares in squares(fields, columns) {
                    if squares < i256::from_i128(sum.abs()) || squares > i256::from_i128(n.into()) {
                        return Err(StateError::Contradiction(format!(
                            "its {n} scores, with a sum of {sum}, have {squares} that are good or bad"
                        )));
                    }
                }
            }
        }
        RowFold::Exists | RowFold::TimeBetween { .. } => {}
    }
    Ok(())
}

fn sums(fields: &[FieldRef], columns: &[ArrayRef]) -> Vec<i128> {
    let sums = fields
        .iter()
        .zip(columns)
        .filter(|(f, _)| f.name() == "sum");
    let sums = sums.filter_map(|(_, column)| column.as_primitive_opt::<Decimal128Type>());
    sums.map(|sums| sums.value(0)).collect()
}

fn squares(fields: &[FieldRef], columns: &[ArrayRef]) -> Vec<i256> {
    let of_name = fields
        .iter()
        .zip(columns)
        .filter(|(f, _)| f.name() == "squares");
    let squares = of_name.filter_map(|(_, column)| column.as_primitive_opt::<Decimal256Type>());
    squares.map(|squares| squares.value(0)).collect()
}

fn at_most(what: &str, few: u64, than: &str, many: u64) -> Result<(), StateError> {
    match few <= many {
        true => Ok(()),
        false => Err(StateError::Contradiction(format!(
            "it has {few} {what}, and only {many} {than}"
        ))),
    }
}

fn within(what: &str, sum: i128, least: i128, n: u64) -> Result<(), StateError> {
    match (least..=i128::from(n)).contains(&sum) {
        true => Ok(()),
        false => Err(StateError::Contradiction(format!(
            "it has {sum} {what}, of {n} that were judged"
        ))),
    }
}
