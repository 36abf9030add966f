//! `+`, `-` and `*` of whole numbers whose result their type does not hold. DataFusion goes on at the other end of the
//! type, so that 100000 * 100000 of two INT is 1410065408; here that is an error.

use std::sync::Arc;

use datafusion::arrow::compute::kernels::numeric::{add, mul, sub};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::error::ArrowError;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, exec_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    BinaryExpr, ColumnarValue, Expr, ExprSchemable, LogicalPlan, Operator, ReturnFieldArgs,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::optimizer::AnalyzerRule;
use datafusion::physical_expr_common::datum::apply;

use crate::session::exprs::sql::bare_sql;
use crate::tables::sql_name;

/// Has such results fail. It comes after all types are known.
#[derive(Debug)]
pub(in crate::session) struct CheckArithmetic;

impl AnalyzerRule for CheckArithmetic {
    fn name(&self) -> &str {
        "check_arithmetic"
    }

    fn analyze(&self, plan: LogicalPlan, _: &ConfigOptions) -> Result<LogicalPlan> {
        let checked = plan.transform_up_with_subqueries(|node| {
            let schema = match &node {
                // The numbers of LIMIT are to be literals.
                LogicalPlan::Limit(_) => return Ok(Transformed::no(node)),
                LogicalPlan::TableScan(scan) => Arc::clone(&scan.projected_schema),
                node => Arc::new(merge_schema(&node.inputs())),
            };
            let names = NamePreserver::new(&node);
            node.map_expressions(|expr| {
                let name = names.save(&expr);
                let checked = expr.transform_up(|expr| check(expr, &schema))?;
                Ok(checked.update_data(|expr| name.restore(expr)))
            })
        })?;
        Ok(checked.data)
    }
}

fn check(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    let Expr::BinaryExpr(binary) = &expr else {
        return Ok(Transformed::no(expr));
    };
    let is_one = matches!(
        binary.op,
        Operator::Plus | Operator::Minus | Operator::Multiply
    );
    // What has no type fails for reasons of its own.
    let is_whole = |side: &Expr| side.get_type(schema).is_ok_and(|t| t.is_integer());
    if !is_one || !is_whole(&binary.left) || !is_whole(&binary.right) {
        return Ok(Transformed::no(expr));
    }
    let sides = match as_written(binary.left.as_ref().clone(), binary.op, &binary.right)? {
        Expr::BinaryExpr(plain) => (bare_sql(&plain.left), bare_sql(&plain.right)),
        _ => ("a".to_string(), "b".to_string()),
    };
    let function = CheckedOperation {
        op: binary.op,
        sides,
        signature: Signature::any(2, Volatility::Immutable),
    };
    let args = vec![binary.left.as_ref().clone(), binary.right.as_ref().clone()];
    let function = Arc::new(ScalarUDF::new_from_impl(function));
    let call = ScalarFunction::new_udf(function, args);
    Ok(Transformed::yes(Expr::ScalarFunction(call)))
}

/// The operation as it was before any of it was checked.
fn as_written(left: Expr, op: Operator, right: &Expr) -> Result<Expr> {
    let both = BinaryExpr::new(Box::new(left), op, Box::new(right.clone()));
    let plain = Expr::BinaryExpr(both).transform_up(|expr| match &expr {
        Expr::ScalarFunction(call) => match call.func.inner().downcast_ref::<CheckedOperation>() {
            Some(checked) => {
                let [left, right] = call.args.as_slice() else {
                    return Ok(Transformed::no(expr));
                };
                let (left, right) = (Box::new(left.clone()), Box::new(right.clone()));
                let plain = BinaryExpr::new(left, checked.op, right);
                Ok(Transformed::yes(Expr::BinaryExpr(plain)))
            }
            None => Ok(Transformed::no(expr)),
        },
        _ => Ok(Transformed::no(expr)),
    })?;
    Ok(plain.data)
}

/// One of the three, checked.
#[derive(Debug, PartialEq, Eq, Hash)]
struct CheckedOperation {
    op: Operator,
    /// Both sides as they were written.
    sides: (String, String),
    signature: Signature,
}

impl CheckedOperation {
    fn plain(&self, args: &[Expr]) -> Result<Expr> {
        match args {
            [left, right] => as_written(left.clone(), self.op, right),
            _ => exec_err!("{} has two sides", self.op),
        }
    }
}

impl ScalarUDFImpl for CheckedOperation {
    fn name(&self) -> &str {
        match self.op {
            Operator::Plus => "checked_add",
            Operator::Minus => "checked_subtract",
            _ => "checked_multiply",
        }
    }

    fn display_name(&self, args: &[Expr]) -> Result<String> {
        Ok(self.plain(args)?.to_string())
    }

    /// The name that a column has without the check.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(self.plain(args)?.schema_name().to_string())
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types.first() {
            Some(first) => Ok(first.clone()),
            None => exec_err!("{} has two sides", self.op),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types = args
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone());
        let data_type = self.return_type(&types.collect::<Vec<_>>())?;
        let is_nullable = args.arg_fields.iter().any(|field| field.is_nullable());
        Ok(Arc::new(Field::new(self.name(), data_type, is_nullable)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let [left, right] = args.args.as_slice() else {
            return exec_err!("{} has two sides", self.op);
        };
        let result = match self.op {
            Operator::Plus => apply(left, right, add),
            Operator::Minus => apply(left, right, sub),
            _ => apply(left, right, mul),
        };
        result.map_err(|error| match &error {
            DataFusionError::ArrowError(arrow, _) => match arrow.as_ref() {
                ArrowError::ArithmeticOverflow(what) => self.beyond(&left.data_type(), what),
                _ => error,
            },
            _ => error,
        })
    }
}

impl CheckedOperation {
    fn beyond(&self, data_type: &DataType, what: &str) -> DataFusionError {
        let values = what.rsplit_once(": ").map_or("", |(_, values)| values);
        let wider = match data_type {
            DataType::Int8 | DataType::Int16 | DataType::Int32 => "BIGINT",
            DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => "BIGINT",
            _ => "DECIMAL(38, 0)",
        };
        let ((left, right), op) = (&self.sides, self.op);
        DataFusionError::Execution(format!(
            "{left} {op} {right}: {values} is beyond what its type holds, {}; CAST({left} AS {wider}) {op} {right} has \
             room for it",
            sql_name(data_type),
        ))
    }
}
