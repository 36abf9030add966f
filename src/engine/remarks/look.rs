//! A function that hands its first argument on as it is, and looks at it on the way.

use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// What is looked for. Looks that are equal are one expression to the optimizer.
pub trait Look: Debug + Eq + Hash + Send + Sync + 'static {
    /// The name of the function in a plan.
    fn name(&self) -> &str;

    /// Whether a constant may be looked at while the query is planned.
    fn volatility(&self) -> Volatility {
        Volatility::Immutable
    }

    /// Whether TRUE takes the place of the argument, which makes it a condition that all rows meet.
    fn is_condition(&self) -> bool {
        false
    }

    /// Looks at the arguments for some rows.
    fn look(&self, arguments: &[ArrayRef]) -> Result<()>;
}

/// The first of the arguments, looked at.
pub fn looked_at(look: impl Look, arguments: Vec<Expr>) -> Expr {
    let signature = Signature::variadic_any(look.volatility());
    let function = ScalarUDF::new_from_impl(LookedFunction { look, signature });
    Expr::ScalarFunction(ScalarFunction::new_udf(Arc::new(function), arguments))
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct LookedFunction<L> {
    look: L,
    signature: Signature,
}

impl<L: Look> ScalarUDFImpl for LookedFunction<L> {
    fn name(&self) -> &str {
        self.look.name()
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        match types.first() {
            _ if self.look.is_condition() => Ok(DataType::Boolean),
            Some(first) => Ok(first.clone()),
            None => Err(nothing()),
        }
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        match args.arg_fields.first() {
            _ if self.look.is_condition() => {
                Ok(Arc::new(Field::new(self.name(), DataType::Boolean, false)))
            }
            Some(first) => Ok(Arc::clone(first)),
            None => Err(nothing()),
        }
    }

    fn invoke_with_args(&self, mut args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows));
        self.look.look(&arrays.collect::<Result<Vec<_>>>()?)?;
        if self.look.is_condition() {
            return Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))));
        }
        Ok(args.args.swap_remove(0))
    }
}

fn nothing() -> DataFusionError {
    DataFusionError::Internal("nothing to look at".into())
}
