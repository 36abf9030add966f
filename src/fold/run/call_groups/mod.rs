//! What one call keeps of its groups, beside the names of its entities; in `findings`, what that amounts to.

mod findings;
mod groups_of_call;

pub use groups_of_call::CallGroups;
