//! How long a statement took.

use std::time::Duration;

/// In seconds, to the thousandth.
pub(super) fn seconds(took: Duration) -> String {
    format!("{:.3} s", took.as_secs_f64())
}
