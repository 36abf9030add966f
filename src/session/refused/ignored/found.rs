//! What was found: nothing, or what is refused.

use std::ops::ControlFlow;

use crate::session::error::Refusal;

pub type Verdict = ControlFlow<Refusal>;

/// Refuses `clause` where it is there.
pub fn no(is_there: bool, clause: &str, instead: &str) -> Verdict {
    match is_there {
        true => ControlFlow::Break(Refusal::new(format!(
            "{clause} has no effect here; {instead}"
        ))),
        false => ControlFlow::Continue(()),
    }
}
