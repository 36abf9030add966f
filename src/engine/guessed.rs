//! Numbers with a point that a file was guessed to have. As amounts 1.1 and 1.10 are equal; as codes of plans or
//! customers they are two. So such a column is no entity and no item until somebody says what it is.

use datafusion::common::ExprSchema;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, ExprSchemable};

use super::aggregate::function::Function;
use crate::GUESSED;
use crate::define::{Form, Kind};

/// Refuses a call whose entities or items are such numbers, also where they were made texts.
pub fn refuse(
    function: Function,
    form: &Form,
    args: &[Expr],
    schema: &dyn ExprSchema,
) -> Result<()> {
    for (position, (arg, expr)) in form.args.iter().zip(args).enumerate() {
        if !matches!(arg.kind, Kind::Entity | Kind::Item) {
            continue;
        }
        let (_, field) = expr.to_field(schema)?;
        let ways = field.metadata().get(GUESSED);
        let Some(ways) = ways.filter(|ways| !ways.is_empty() && !field.data_type().is_integer())
        else {
            continue;
        };
        return Err(DataFusionError::Plan(format!(
            "{}: argument {}, {}, is a number with a point as far as its file tells, and 1.1 and 1.10 would be one and \
             the same {}: {ways}",
            function.name(),
            position + 1,
            expr.schema_name(),
            arg.name,
        )));
    }
    Ok(())
}
