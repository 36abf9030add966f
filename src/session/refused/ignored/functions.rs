//! Of a call: what is for aggregates, given to a function that is none.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    DuplicateTreatment, Function, FunctionArgumentClause, FunctionArguments, NullTreatment,
};

use super::found::{Verdict, no};
use crate::session::error::Refusal;

/// What a function of a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::session) enum FunctionKind {
    /// It takes a row at a time.
    Scalar,
    /// It is for windows alone, such as `lag`.
    Window,
    /// An aggregate, or there is none of this name.
    Other,
}

/// The functions for windows that look at IGNORE NULLS.
const OF_NULLS: &[&str] = &["lag", "lead", "first_value", "last_value", "nth_value"];

pub(in crate::session) fn check(
    function: &Function,
    kind_of: &dyn Fn(&str) -> FunctionKind,
) -> Verdict {
    let name = function.name.to_string();
    no(
        !matches!(function.parameters, FunctionArguments::None),
        &format!("a second pair of parentheses after {name}"),
        "all arguments of a function stand in one",
    )?;
    let (distinct, clauses) = match &function.args {
        FunctionArguments::List(list) => (
            list.duplicate_treatment == Some(DuplicateTreatment::Distinct),
            list.clauses.as_slice(),
        ),
        _ => (false, &[][..]),
    };
    let lower = name.to_lowercase();
    match kind_of(&lower) {
        FunctionKind::Scalar => {
            let why = format!("{name} takes one row at a time and is no aggregate");
            for (is_there, clause) in [
                (distinct, "DISTINCT"),
                (function.filter.is_some(), "FILTER"),
                (function.over.is_some(), "OVER"),
                (!function.within_group.is_empty(), "WITHIN GROUP"),
                (
                    function.null_treatment.is_some() || !clauses.is_empty(),
                    "ORDER BY or IGNORE NULLS",
                ),
            ] {
                no(is_there, &format!("{clause} of {name}"), &why)?;
            }
            ControlFlow::Continue(())
        }
        FunctionKind::Window => {
            if function.over.is_none() {
                return ControlFlow::Break(Refusal::new(format!(
                    "{name} looks at the rows around one, and needs their order: {function} OVER (ORDER BY day), \
                     or OVER (PARTITION BY customer_id ORDER BY day) within each customer"
                )));
            }
            no(
                distinct,
                &format!("DISTINCT of {name}"),
                "it looks at rows one by one; SELECT DISTINCT … in a subquery leaves out repeated ones before",
            )?;
            let in_clauses = clauses.iter().any(|clause| {
                matches!(
                    clause,
                    FunctionArgumentClause::IgnoreOrRespectNulls(NullTreatment::IgnoreNulls)
                )
            });
            let ignores = in_clauses || function.null_treatment == Some(NullTreatment::IgnoreNulls);
            no(
                ignores && !OF_NULLS.contains(&lower.as_str()),
                &format!("IGNORE NULLS of {name}"),
                "WHERE x IS NOT NULL in a subquery leaves such rows out",
            )
        }
        FunctionKind::Other => ControlFlow::Continue(()),
    }
}
