//! SET and RESET of what a session may use.

use datafusion::logical_expr::{LogicalPlan, Statement};

/// A SET or, without a value, RESET of `datafusion.runtime.…`.
pub(in crate::session) struct SetResource {
    pub(in crate::session) option: String,
    pub(in crate::session) value: Option<String>,
}

impl SetResource {
    /// What a statement sets, if it does.
    pub fn of(plan: &LogicalPlan) -> Option<Self> {
        let LogicalPlan::Statement(statement) = plan else {
            return None;
        };
        let (variable, value) = match statement {
            Statement::SetVariable(set) => (&set.variable, Some(set.value.clone())),
            Statement::ResetVariable(reset) => (&reset.variable, None),
            _ => return None,
        };
        let option = variable.strip_prefix("datafusion.runtime.")?.to_string();
        Some(Self { option, value })
    }
}
