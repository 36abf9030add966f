//! Intervals and tests: [`Confidence`] is what an interval covers, `estimates` has proportions and means, `pooled` puts means together, `several_tests` has p values
//! of many comparisons, `control_chart` the limits within which a figure moves by itself.

mod confidence;
mod control_chart;
mod estimates;
mod planning;
mod pooled;
mod several_tests;

pub use confidence::Confidence;
pub(crate) use control_chart::{Limits, Signal, mean_of_points, moving_range_sigma, signals};
pub(crate) use estimates::{
    ConfidenceInterval, Mean, Proportion, normal_interval, two_sided_normal,
};
pub(crate) use planning::{TestPlan, detectable_change, sample_size};
pub(crate) use pooled::{Pooled, rests};
pub(crate) use several_tests::Adjustment;
