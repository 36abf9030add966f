//! The scalar functions that judge values, as DataFusion has them.

use std::hash::{Hash, Hasher};

use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl,
    Signature,
};
use std::sync::Arc;

use super::judging_function::{JudgingFunction, ScalarJudgement};
use crate::engine::confidence;

/// A declared function under DataFusion's trait.
#[derive(Debug)]
pub struct JudgingScalar {
    judgement: &'static ScalarJudgement,
    signature: Signature,
    documentation: Documentation,
}

impl JudgingScalar {
    /// The function of a declaration.
    pub fn new(judgement: &'static ScalarJudgement) -> Self {
        JudgingScalar {
            judgement,
            signature: judgement.function.calls().signature(),
            documentation: judgement.function.documentation(),
        }
    }

    /// What it is.
    pub fn function(&self) -> &'static JudgingFunction {
        &self.judgement.function
    }
}

impl PartialEq for JudgingScalar {
    fn eq(&self, other: &Self) -> bool {
        self.function().name == other.function().name
    }
}

impl Eq for JudgingScalar {}

impl Hash for JudgingScalar {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.function().name.hash(state);
    }
}

impl ScalarUDFImpl for JudgingScalar {
    fn name(&self) -> &str {
        self.function().name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The confidence is in no name.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        Ok(confidence::name_of(self.name(), args))
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        internal_err!("return_field_from_args gives the type")
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        let types = args
            .arg_fields
            .iter()
            .map(|field| field.data_type().clone());
        let types: Vec<DataType> = types.collect();
        let data_type = self.function().type_for(&types)?;
        let given = confidence::types_before(&types).len();
        let literals = &args.scalar_arguments[..given];
        (self.judgement.check_literals)(&self.function().calls(), literals)?;
        Ok(Arc::new(Field::new(self.name(), data_type, true)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let confidence = confidence::of_args(&args.args)?;
        let given = args.args.iter();
        let given = given.filter(|arg| !confidence::is_confidence(&arg.data_type()));
        let columns = given.map(|arg| arg.to_array(args.number_rows));
        let columns = columns.collect::<Result<Vec<_>>>()?;
        Ok(ColumnarValue::Array((self.judgement.judge)(
            &columns, confidence,
        )?))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}
