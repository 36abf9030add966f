//! What DataFusion's parser reads and its planner then leaves out, as if it had not been written.
//!
//! A clause without effect changes what a query says, so it is refused here, with what to write instead. The list is
//! that of the fields which `datafusion-sql` does not look at in a query, a table, a function and an expression.

mod changes;
pub(in crate::session) mod check;
mod constants;
mod found;
mod functions;
mod intervals;
mod joins;
mod statements;
mod tables;

pub(in crate::session) use check::check;
pub(in crate::session) use functions::FunctionKind;
pub(in crate::session::refused) use intervals::has_no_unit;
