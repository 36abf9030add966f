//! `CAST(at AS TIMESTAMP)` of texts that have an offset: SQL makes a time in UTC of `2026-01-31T23:00:00-08:00`, which is
//! one of another day and another month. So a reader should know.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::DFSchema;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::utils::quote_identifier;
use datafusion::error::Result;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan};
use datafusion::optimizer::AnalyzerRule;

use super::look::{Look, looked_at};
use super::met::{Counts, MetPlace, Role};
use super::texts::each_text;
use super::told::Remarks;

/// Has texts that become times without a zone looked at.
#[derive(Debug)]
pub struct LookForOffsets {
    remarks: Remarks,
}

impl LookForOffsets {
    /// What is found is told there.
    pub fn new(remarks: Remarks) -> Self {
        LookForOffsets { remarks }
    }

    fn in_conversion(&self, mut expr: Expr, schema: &DFSchema) -> Transformed<Expr> {
        let loses_offsets = |to: &DataType| {
            matches!(
                to,
                DataType::Timestamp(_, None) | DataType::Date32 | DataType::Date64
            )
        };
        let arg = match &mut expr {
            Expr::Cast(cast) if loses_offsets(cast.field.data_type()) => cast.expr.as_mut(),
            Expr::TryCast(cast) if loses_offsets(cast.field.data_type()) => cast.expr.as_mut(),
            Expr::ScalarFunction(call)
                if matches!(call.name(), "to_timestamp" | "to_date") && call.args.len() == 1 =>
            {
                &mut call.args[0]
            }
            _ => return Transformed::no(expr),
        };
        let is_text = |data_type: DataType| match data_type {
            DataType::Dictionary(_, values) => values.is_string(),
            data_type => data_type.is_string(),
        };
        let Expr::Column(column) = &*arg else {
            return Transformed::no(expr);
        };
        if !arg.get_type(schema).is_ok_and(is_text) {
            return Transformed::no(expr);
        }
        let offsets = Offsets {
            remarks: self.remarks.clone(),
            column: quote_identifier(&column.name).into_owned(),
        };
        *arg = looked_at(offsets, vec![std::mem::take(arg)]);
        Transformed::yes(expr)
    }
}

impl AnalyzerRule for LookForOffsets {
    fn name(&self) -> &str {
        "look_for_offsets"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let looked_at = plan.transform_up_with_subqueries(|node| {
            let schema = match &node {
                LogicalPlan::TableScan(_) | LogicalPlan::Join(_) => {
                    return Ok(Transformed::no(node));
                }
                node => merge_schema(&node.inputs()),
            };
            let names = NamePreserver::new(&node);
            node.map_expressions(|expr| {
                let name = names.save(&expr);
                let looked_at = expr.transform_up(|expr| Ok(self.in_conversion(expr, &schema)))?;
                Ok(looked_at.update_data(|expr| name.restore(expr)))
            })
        })?;
        Ok(looked_at.data)
    }
}

/// Keeps the first time that has an offset.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Offsets {
    remarks: Remarks,
    column: String,
}

impl Look for Offsets {
    fn name(&self) -> &str {
        "look_for_offsets"
    }

    fn look(&self, arguments: &[ArrayRef]) -> Result<()> {
        let column = &arguments[0];
        let texts = match column.data_type() {
            DataType::Dictionary(_, values) => cast(column, values)?,
            _ => Arc::clone(column),
        };
        let mut found = None;
        each_text(&texts, &mut |_, text| {
            if has_offset(text) {
                found = Some(text.to_string());
            }
            found.is_none()
        });
        if let Some(offset) = found {
            let place = MetPlace {
                role: Role::Converted,
                column: self.column.clone(),
                call: self.name().to_string(),
            };
            let counts = Counts {
                offset,
                ..Counts::default()
            };
            self.remarks.add(&place, counts);
        }
        Ok(())
    }
}

/// Whether a text is a time with an offset other than that of UTC.
fn has_offset(text: &str) -> bool {
    // The shortest is 2026-01-31T23:00-08.
    let bytes = text.trim_ascii_end().as_bytes();
    if bytes.len() < 19 || bytes[4] != b'-' || bytes[13] != b':' {
        return false;
    }
    let sign = bytes[16..].iter().position(|b| matches!(b, b'+' | b'-'));
    sign.is_some_and(|at| {
        let offset = &bytes[16 + at + 1..];
        offset.iter().any(|b| matches!(b, b'1'..=b'9'))
            && offset.iter().all(|b| b.is_ascii_digit() || *b == b':')
    })
}

#[cfg(test)]
mod tests {
    use super::has_offset;

    #[test]
    fn offsets_of_utc_and_dates_are_none() {
        for text in [
            "2026-01-31T23:00:00-08:00",
            "2026-01-31 23:00+0530",
            "2026-01-31 23:00-08",
            "2026-01-31T23:00:00.250-08:00 ",
        ] {
            assert!(has_offset(text), "{text}");
        }
        for text in [
            "2026-01-31T23:00:00Z",
            "2026-01-31T23:00:00+00:00",
            "2026-01-31 23:00:00",
            "2026-01-31",
            "a text with some - 12 in it",
            "2026-01-31T23:00:00-x8",
        ] {
            assert!(!has_offset(text), "{text}");
        }
    }
}
