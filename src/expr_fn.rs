//! The functions of this package for the DataFrame API.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> datafusion::error::Result<()> {
//! use datafusion::prelude::{CsvReadOptions, SessionContext, col, lit};
//! use datafusion::logical_expr::ExprFunctionExt;
//! use kpi_sql::expr_fn::{arpa, cross_sell_rate, parts};
//!
//! let ctx = SessionContext::new();
//! kpi_sql::register(&ctx)?;
//! let orders = ctx
//!     .sql("SELECT * FROM (VALUES ('web', 'c1', 'CRM', 10), ('web', 'c1', 'Chat', 20)) AS t(channel, customer, product, amount)")
//!     .await?;
//! let rates = orders.aggregate(
//!     vec![col("channel")],
//!     vec![
//!         cross_sell_rate([col("customer"), col("product")]).alias("rate"),
//!         parts::cross_sell_rate([col("customer"), col("product")]).alias("parts"),
//!         arpa([col("customer"), col("amount")])
//!             .filter(col("amount").gt(lit(10)))
//!             .build()?
//!             .alias("arpa"),
//!     ],
//! )?;
//! assert!(rates.to_string().await?.contains("100.0"));
//! # Ok(())
//! # }
//! ```
//!
//! The arguments are those of the SQL function; `SELECT * FROM kpi_catalog()` and the pages in `docs/kpi` have the argument lists,
//! units, what NULL does, and where a definition comes from. A call with other types is refused when it is planned, with one that works.

use datafusion::logical_expr::{AggregateUDF, Expr, ScalarUDF};

use crate::engine::aggregate::function::KpiFunction;
use crate::engine::aggregate::udaf::KpiUdaf;
use crate::engine::judged::band::KpiBand;
use crate::engine::judged::benchmarks::Benchmarks;
use crate::engine::judged::judging_aggregate::JudgingAggregate;
use crate::engine::judged::judging_scalar::JudgingScalar;
use crate::engine::judged::list::{self, judging_functions};
use crate::engine::stored::finish::{Finished, KpiFinish};
use crate::engine::stored::merge::KpiMerge;
use crate::fold::facts::call::Variant;
use crate::kpi;

macro_rules! functions {
    ($($question:literal $family:ident: $($name:ident),+;)+) => {
        $($(
            #[doc = concat!("`", stringify!($name), "(…)`: the value.")]
            pub fn $name(args: impl IntoIterator<Item = Expr>) -> Expr {
                call(stringify!($name), Variant::Value, args)
            }
        )+)+

        /// The values with what they are made of, and how sure they are: `cross_sell_rate_parts(…)` and its like.
        pub mod parts {
            use super::{Expr, Variant, call};
            $($(
                #[doc = concat!("`", stringify!($name), "_parts(…)`: a STRUCT of the value, its numerator and denominator, and its interval.")]
                pub fn $name(args: impl IntoIterator<Item = Expr>) -> Expr {
                    call(stringify!($name), Variant::Parts, args)
                }
            )+)+
        }

        /// All that is known of the rows, to be stored and merged: `cross_sell_rate_state(…)` and its like.
        pub mod state {
            use super::{Expr, Variant, call};
            $($(
                #[doc = concat!("`", stringify!($name), "_state(…)`: bytes for [`kpi_merge`](super::kpi_merge) and [`kpi_finish`](super::kpi_finish).")]
                pub fn $name(args: impl IntoIterator<Item = Expr>) -> Expr {
                    call(stringify!($name), Variant::State, args)
                }
            )+)+
        }
    };
}

kpi::families!(functions);

fn call(name: &str, variant: Variant, args: impl IntoIterator<Item = Expr>) -> Expr {
    let kpi = kpi::find(name).expect("the list of the functions is that of the KPIs");
    let udaf = KpiUdaf::new(KpiFunction { kpi, variant });
    AggregateUDF::new_from_impl(udaf).call(args.into_iter().collect())
}

/// `kpi_merge(state)`: states of a KPI, merged into one.
pub fn kpi_merge(state: Expr) -> Expr {
    AggregateUDF::new_from_impl(KpiMerge::new()).call(vec![state])
}

/// `kpi_finish(state)`: the value of a state.
pub fn kpi_finish(state: Expr) -> Expr {
    finish(Finished::Value, state)
}

/// `kpi_finish_parts(state)`: the value of a state with what it is made of.
pub fn kpi_finish_parts(state: Expr) -> Expr {
    finish(Finished::Parts, state)
}

/// `kpi_finish_mix(state)`: the list of a state of `product_mix`.
pub fn kpi_finish_mix(state: Expr) -> Expr {
    finish(Finished::Mix, state)
}

fn finish(finished: Finished, state: Expr) -> Expr {
    ScalarUDF::new_from_impl(KpiFinish::new(finished)).call(vec![state])
}

macro_rules! judging {
    (
        scalars { $($scalar:ident $of_scalar:tt = $_scalar:ident, $says:literal;)+ }
        aggregates { $($aggregate:ident $of_aggregate:tt = $_aggregate:ident, $means:literal;)+ }
    ) => {
        $(judging!(judged_by_scalar $scalar $of_scalar $says);)+
        $(judging!(judged_by_aggregate $aggregate $of_aggregate $means);)+
    };
    ($by:ident $name:ident ($($arg:ident),+) $says:literal) => {
        #[doc = concat!("`", stringify!($name), "(", stringify!($($arg),+), ")`: ", $says, ".")]
        pub fn $name($($arg: Expr),+) -> Expr {
            $by(stringify!($name), vec![$($arg),+])
        }
    };
    ($by:ident $name:ident [$args:ident] $says:literal) => {
        #[doc = concat!("`", stringify!($name), "(…)`: ", $says, ".")]
        pub fn $name($args: impl IntoIterator<Item = Expr>) -> Expr {
            $by(stringify!($name), $args.into_iter().collect())
        }
    };
}

judging_functions!(judging);

fn judged_by_scalar(name: &str, args: Vec<Expr>) -> Expr {
    let judgement =
        list::scalar(name).expect("the list of the functions is that of the judgements");
    ScalarUDF::new_from_impl(JudgingScalar::new(judgement)).call(args)
}

fn judged_by_aggregate(name: &str, args: Vec<Expr>) -> Expr {
    let judgement =
        list::aggregate(name).expect("the list of the functions is that of the judgements");
    AggregateUDF::new_from_impl(JudgingAggregate::new(judgement)).call(args)
}

/// `kpi_band(kpi, value)` or `kpi_band(kpi, value, industry)`: what benchmarks say of a value: the published ones, and in a session that
/// [`register`](crate::register) has prepared those that `SET kpi.benchmarks` names.
pub fn kpi_band(args: impl IntoIterator<Item = Expr>) -> Expr {
    ScalarUDF::new_from_impl(KpiBand::new(Benchmarks::shipped())).call(args.into_iter().collect())
}
