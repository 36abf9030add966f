//! Every judging function that is a declaration: a new one is a line here, and a file of its own. `kpi_band` has one beside them,
//! because it needs the benchmarks of a session.

use super::adjust::P_ADJUST;
use super::change::KPI_CHANGE;
use super::decompose::KPI_DECOMPOSE;
use super::guard::KPI_GUARD;
use super::judging_function::{AggregateJudgement, ScalarJudgement};
use super::p_chart::P_CHART;
use super::planned::{CUSTOMERS_NEEDED, DETECTABLE_CHANGE};
use super::target::KPI_TARGET;
use super::vs_rest::KPI_VS_REST;
use super::xmr_chart::XMR_CHART;

/// The functions, as the DataFrame API calls them; a macro is given them all. In brackets are those that have several argument lists.
macro_rules! judging_functions {
    ($then:ident) => {
        $then! {
            scalars {
                kpi_change(before, after) = KPI_CHANGE, "whether two values differ, from their parts";
                kpi_target[args] = KPI_TARGET, "a KPI against its target, from `(parts, target)` or `(parts, target, baseline)`";
                kpi_guard(parts, min_n) = KPI_GUARD, "the value, where at least a given number of things were counted";
                p_adjust(p_values, method) = P_ADJUST, "p values of several comparisons, adjusted for their number";
                customers_needed[args] = CUSTOMERS_NEEDED, "how many customers a test needs, from `(rate, change)` or `(rate, change, power)`";
                detectable_change[args] = DETECTABLE_CHANGE, "the smallest rise that a test of n customers detects, \
                    from `(rate, n)` or `(rate, n, power)`";
            }
            aggregates {
                kpi_decompose(segment, before, after) = KPI_DECOMPOSE, "what a change over all segments is made of";
                kpi_vs_rest(segment, parts) = KPI_VS_REST, "each segment against all others together";
                p_chart[args] = P_CHART, "a control chart of a percentage, from `(at, parts)` or `(at, numerator, denominator)`, with `baseline_until` behind them or without";
                xmr_chart[args] = XMR_CHART, "a control chart of a value, from `(at, value)`, with `baseline_until` behind them or without";
            }
        }
    };
}

macro_rules! declare {
    (
        scalars { $($scalar:ident $_of_scalar:tt = $of_scalar:ident, $_says:literal;)+ }
        aggregates { $($aggregate:ident $_of_aggregate:tt = $of_aggregate:ident, $_means:literal;)+ }
    ) => {
        /// The functions of the values of one row.
        pub const SCALARS: &[&ScalarJudgement] = &[$(&$of_scalar),+];

        /// The functions of the rows of a group.
        pub const AGGREGATES: &[&AggregateJudgement] = &[$(&$of_aggregate),+];
    };
}

judging_functions!(declare);

pub(crate) use judging_functions;

/// The scalar function of a name.
pub fn scalar(name: &str) -> Option<&'static ScalarJudgement> {
    let mut all = SCALARS.iter().copied();
    all.find(|judgement| judgement.function.name == name)
}

/// The aggregate of a name.
pub fn aggregate(name: &str) -> Option<&'static AggregateJudgement> {
    let mut all = AGGREGATES.iter().copied();
    all.find(|judgement| judgement.function.name == name)
}
