//! `p_adjust`: p values of several comparisons.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Builder, ListBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};

use super::arguments::is_number;
use super::judging_function::{JudgingFunction, ScalarJudgement};
use crate::engine::call_docs::{Argument, ArgumentList, Calls, is_text};
use crate::statistics::{Adjustment, Confidence};

const NAME: &str = "p_adjust";
const EXAMPLE: &str = "p_adjust([0.01, 0.04, NULL], 'bh')";

/// The scalar function of a list.
pub const P_ADJUST: ScalarJudgement = ScalarJudgement {
    function: JudgingFunction {
        name: NAME,
        arguments,
        example: EXAMPLE,
        description: "The p values of several comparisons, adjusted for their number, as a list in the same order: \
                      without any real difference, one in twenty is expected to be below 0.05. Methods, as in \
                      p.adjust of R: 'bh' (Benjamini and Hochberg, 1995): of all findings with an adjusted p value \
                      below 0.05, at most one in twenty is expected to be chance (false discovery rate); 'by' \
                      (Benjamini and Yekutieli, 2001): the same, under any dependence between the comparisons; \
                      'holm' (1979) and 'bonferroni': the probability of even one finding by chance is at most 0.05 \
                      (family-wise error rate). NULL stays NULL and does not count as a comparison; a NULL list or \
                      method gives NULL.",
        sql: "-- Four segments were compared. Which differences hold?\n\
              SELECT p_adjust([0.001, 0.02, 0.04, 0.3], 'bh')",
        follows_confidence: false,
        return_type,
    },
    check_literals,
    judge,
};

fn element() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Float64, true))
}

fn arguments() -> Vec<ArgumentList> {
    let arguments = vec![
        Argument {
            name: "p_values",
            shown: DataType::List(element()),
            meaning: "the p values, a list of numbers from 0 to 1, as array_agg(p_value) gives it",
        },
        Argument {
            name: "method",
            shown: DataType::Utf8,
            meaning: "'bh', 'by', 'holm' or 'bonferroni'",
        },
    ];
    vec![ArgumentList {
        arguments,
        least: 2,
    }]
}

fn return_type(calls: &Calls, types: &[DataType]) -> Result<DataType> {
    let is_list = match &types[0] {
        DataType::List(element)
        | DataType::LargeList(element)
        | DataType::ListView(element)
        | DataType::LargeListView(element)
        | DataType::FixedSizeList(element, _) => is_number(element.data_type()),
        other => *other == DataType::Null,
    };
    if !is_list {
        return Err(calls.wrong_argument(0, "a list of p values, which are numbers", &types[0]));
    }
    if !is_text(&types[1]) {
        return Err(calls.wrong_argument(1, &format!("{}, a text", Adjustment::NAMES), &types[1]));
    }
    Ok(DataType::List(element()))
}

fn check_literals(_: &Calls, literals: &[Option<&ScalarValue>]) -> Result<()> {
    match literals[1].and_then(|method| method.try_as_str().flatten()) {
        Some(method) => adjustment(method).map(|_| ()),
        None => Ok(()),
    }
}

fn adjustment(method: &str) -> Result<Adjustment> {
    method.parse().map_err(|()| {
        DataFusionError::Plan(format!(
            "{NAME}: argument 2 must be {}; got {method:?}. Example: {EXAMPLE}",
            Adjustment::NAMES
        ))
    })
}

fn judge(columns: &[ArrayRef], _: Confidence) -> Result<ArrayRef> {
    let lists = cast(&columns[0], &DataType::List(element()))?;
    let (lists, methods) = (lists.as_list::<i32>(), cast(&columns[1], &DataType::Utf8)?);
    let methods = methods.as_string::<i32>();
    let mut adjusted = ListBuilder::new(Float64Builder::new()).with_field(element());
    for row in 0..lists.len() {
        if lists.is_null(row) || methods.is_null(row) {
            adjusted.append_null();
            continue;
        }
        let method = adjustment(methods.value(row))?;
        let p_values: Vec<Option<f64>> = lists
            .value(row)
            .as_primitive::<Float64Type>()
            .iter()
            .collect();
        if let Some(odd) = p_values
            .iter()
            .flatten()
            .find(|p| !(0.0..=1.0).contains(*p))
        {
            return Err(DataFusionError::Execution(format!(
                "{NAME}: a p value lies from 0 to 1; got {odd}. Example: {EXAMPLE}"
            )));
        }
        adjusted.append_value(method.of(&p_values));
    }
    Ok(Arc::new(adjusted.finish()))
}
