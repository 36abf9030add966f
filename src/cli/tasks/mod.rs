//! What the program does beside running SQL: a word behind its name, and a file for each.

mod called;
mod describe;
mod kpis;
mod other;
mod pages;
mod shells;
mod task;

pub(super) use called::{AS_TASKS, Called};
pub(super) use describe::describe;
pub(super) use kpis::kpis;
pub(super) use other::what_to_type;
pub(super) use shells::{completions, man};
pub use task::Task;
