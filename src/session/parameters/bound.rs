//! A plan with values in the place of its `$name`s.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Placeholder;
use datafusion::logical_expr::{Expr, LogicalPlan, Statement};
use datafusion::prelude::SessionContext;

use super::parameter::Parameter;
use super::read::read;
use crate::session::error::Refusal;
use crate::session::settings::Face;
use crate::session::words::messages;

/// The plan with the value of each of its `$name`s, each of which needs one; those given take precedence over
/// `defaults`. Values that it has no use for may be for other statements of the run.
pub(in crate::session) fn bound(
    ctx: &SessionContext,
    plan: LogicalPlan,
    given: &[Parameter],
    defaults: &[Parameter],
    face: &Face,
) -> Result<LogicalPlan, Refusal> {
    // A prepared statement gets its values when it is executed.
    if matches!(plan, LogicalPlan::Statement(Statement::Prepare(_))) {
        return Ok(plan);
    }
    let types = types(&plan).map_err(|e| Refusal::new(messages::of(&e)))?;
    if types.is_empty() {
        return Ok(plan);
    }
    let mut values = vec![];
    for (name, types) in types {
        if name == "?" {
            return Err(Refusal::new(format!(
                "? has no name, so nothing can be its value: write $name, and {}",
                face.parameter("name")
            )));
        }
        let is_it = |parameter: &&Parameter| parameter.name == name;
        let parameter = given.iter().chain(defaults).find(is_it).ok_or_else(|| {
            Refusal::new(format!("${name} has no value; {}", face.parameter(&name)))
        })?;
        values.push((name, read(ctx, parameter, &types, face)?));
    }
    plan.with_param_values(values)
        .map_err(|e| Refusal::new(messages::of(&e)))
}

/// The names of the placeholders, each with the types of what it is compared with.
fn types(plan: &LogicalPlan) -> Result<BTreeMap<String, Vec<DataType>>> {
    let mut found: BTreeMap<String, Vec<DataType>> = BTreeMap::new();
    plan.apply_with_subqueries(|plan| {
        plan.apply_expressions(|expr| {
            expr.apply(|expr| {
                if let Expr::Placeholder(Placeholder { id, field }) = expr {
                    let name = id.strip_prefix('$').unwrap_or(id).to_string();
                    let types = found.entry(name).or_default();
                    let known = field.as_ref().map(|field| field.data_type().clone());
                    types.extend(known.filter(|known| !types.contains(known)));
                }
                Ok(TreeNodeRecursion::Continue)
            })
        })
    })?;
    Ok(found)
}
