//! The state behind a GROUP BY, and behind a window.
//!
//! - `groups` are those of one aggregation: either rows are judged (`groups_of_rows`), by one call, or entities
//!   (`groups_of_entities`), by several calls that share the names of their entities.
//! - `entity_call` is what one of these keeps, `entity_findings` what that amounts to, `running_call` how it reads its rows, and
//!   `beside` what any call keeps beside its outcomes.
//! - `entity_states` are partial states, `entity_summaries` numbers that can be added up, `entity_waiting` rows that are folded later.
//! - `layout` is the columns of a state, before there is any group; `frame` a sliding window.

pub(in crate::fold) mod beside;
pub mod call_error;
pub(in crate::fold) mod entity_call;
mod entity_findings;
mod entity_states;
mod entity_summaries;
mod entity_waiting;
pub mod frame;
pub mod groups;
pub(in crate::fold) mod groups_of_entities;
pub(in crate::fold) mod groups_of_rows;
pub mod layout;
pub(in crate::fold) mod running_call;
