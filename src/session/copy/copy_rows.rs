//! What COPY writes is read back as the rows that were written: NULL in the name of a folder, and no rows at all.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float32Type, Float64Type};
use datafusion::common::{Column, plan_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::dml::CopyTo;
use datafusion::logical_expr::{
    ColumnarValue, Expr, LogicalPlan, LogicalPlanBuilder, ScalarFunctionArgs, ScalarUDF,
    ScalarUDFImpl, Signature, Volatility,
};

use super::copy_names;
use crate::tables::NULL_PARTITION;

/// The plan of a COPY with the values of its folders as texts. DataFusion writes NULL as an empty text, as 0 or as a day.
pub(in crate::session) fn with_folders(plan: LogicalPlan) -> Result<LogicalPlan> {
    let LogicalPlan::Copy(copy) = &plan else {
        return Ok(plan);
    };
    if copy.partition_by.is_empty() {
        return Ok(plan);
    }
    let columns = copy.input.schema().iter().map(|(table, field)| {
        let column = Expr::Column(Column::new(table.cloned(), field.name()));
        match copy.partition_by.contains(field.name()) && is_written(field.data_type()) {
            true => {
                let name = ScalarUDF::from(FolderName::new(field.name()));
                name.call(vec![column])
                    .alias_qualified(table.cloned(), field.name())
            }
            false => column,
        }
    });
    let columns: Vec<Expr> = columns.collect();
    let input = LogicalPlanBuilder::from(Arc::clone(&copy.input)).project(columns)?;
    Ok(LogicalPlan::Copy(CopyTo {
        input: Arc::new(input.build()?),
        ..copy.clone()
    }))
}

/// The types that DataFusion makes names of folders from.
fn is_written(data_type: &DataType) -> bool {
    use DataType::{
        Boolean, Date32, Dictionary, Float32, Float64, LargeUtf8, Null, Utf8, Utf8View,
    };
    data_type.is_integer()
        || matches!(
            data_type,
            Utf8 | LargeUtf8
                | Utf8View
                | Dictionary(..)
                | Boolean
                | Date32
                | Float32
                | Float64
                | Null
        )
}

/// A COPY of the same columns to one file without rows.
pub(in crate::session) fn without_rows(
    plan: &LogicalPlan,
    file: String,
) -> Result<Option<LogicalPlan>> {
    let LogicalPlan::Copy(copy) = plan else {
        return Ok(None);
    };
    let ending = copy.file_type.get_ext();
    if ending == "json" {
        return plan_err!(
            "there are no rows, and JSON without rows has no columns, so that the folder could not be read; nothing \
             is written, and what was there before is unchanged. STORED AS PARQUET or CSV keeps the columns"
        );
    }
    let compression = copy.options.get("format.compression");
    let around = compression.map_or("", |name| copy_names::suffix(&name.to_lowercase()));
    let input = LogicalPlanBuilder::from(Arc::clone(&copy.input)).limit(0, Some(0))?;
    Ok(Some(LogicalPlan::Copy(CopyTo {
        input: Arc::new(input.build()?),
        // Parquet is compressed inside.
        output_url: match ending.as_str() {
            "csv" => format!("{file}.csv{around}"),
            _ => format!("{file}.{ending}"),
        },
        partition_by: vec![],
        ..copy.clone()
    })))
}

/// The part of a folder's name after `key=`.
#[derive(Debug, PartialEq, Eq, Hash)]
struct FolderName {
    key: String,
    signature: Signature,
}

impl FolderName {
    fn new(key: &str) -> Self {
        FolderName {
            key: key.to_string(),
            signature: Signature::any(1, Volatility::Immutable),
        }
    }

    fn texts(&self, values: &ArrayRef) -> Result<StringArray> {
        let texts: StringArray = match values.data_type() {
            DataType::Float32 => {
                let numbers = values.as_primitive::<Float32Type>().iter();
                numbers.map(|n| n.map(|n| n.to_string())).collect()
            }
            DataType::Float64 => {
                let numbers = values.as_primitive::<Float64Type>().iter();
                numbers.map(|n| n.map(|n| n.to_string())).collect()
            }
            _ => cast(values, &DataType::Utf8)?.as_string::<i32>().clone(),
        };
        let name = |text: Option<&str>| match text {
            None => Ok(Some(NULL_PARTITION.to_string())),
            Some(text) if text.is_empty() || text == NULL_PARTITION => {
                let key = &self.key;
                Err(DataFusionError::Execution(format!(
                    "{key} is '{text}' in a row, which the name of a folder cannot say: {key}={text} is read as NULL; \
                     COPY (SELECT * EXCLUDE ({key}), nullif({key}, '{text}') AS {key} FROM …) writes NULL, \
                     and CASE WHEN {key} = '{text}' THEN 'none' ELSE {key} END AS {key} a text of its own"
                )))
            }
            Some(text) => Ok(Some(text.to_string())),
        };
        texts.iter().map(name).collect()
    }
}

impl ScalarUDFImpl for FolderName {
    fn name(&self) -> &str {
        "folder_name"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let values = args.args[0].to_array(args.number_rows)?;
        Ok(ColumnarValue::Array(Arc::new(self.texts(&values)?)))
    }
}
