//! `kpi_bucket`: which bucket an entity is in.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, UInt16Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, UInt64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

use super::options::Buckets;
use crate::engine::options::KpiOptions;
use crate::fold::PAGE_BITS;

/// Spreads entities over a number of buckets. Rows of equal entities, as GROUP BY takes them, are in one bucket, on
/// every machine.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiBucket {
    buckets: u32,
    signature: Signature,
}

impl KpiBucket {
    fn new(buckets: u32) -> Self {
        KpiBucket {
            buckets,
            signature: Signature::variadic_any(Volatility::Immutable),
        }
    }
}

/// With keys to group by there are groups enough; without any, the buckets are all there is to spread.
const WITH_KEYS: u32 = 64;
const WITHOUT_KEYS: u32 = 1024;

/// What is read back from the disk must fit, one bucket at a time. Of 512 MB each of two threads has a share of 64 MB: four
/// million customers in 64 buckets of 5 segments did not fit, in so many they did, and took a tenth longer where they
/// would have fitted anyway.
const WITH_LITTLE_MEMORY: u32 = 16_384;

/// The same of physical expressions, with as many buckets as there can be.
pub fn finest_bucket_of(
    entity: Vec<Arc<dyn PhysicalExpr>>,
    config: &ConfigOptions,
) -> Arc<dyn PhysicalExpr> {
    let function = ScalarUDF::new_from_impl(KpiBucket::new(Buckets::MOST));
    let field = Field::new(function.name(), DataType::UInt16, true);
    let config = Arc::new(config.clone());
    let name = function.name().to_string();
    Arc::new(ScalarFunctionExpr::new(
        &name,
        Arc::new(function),
        entity,
        Arc::new(field),
        config,
    ))
}

/// The bucket of the entity that these expressions name.
pub fn bucket_of(entity: Vec<Expr>, has_keys: bool, options: &KpiOptions) -> Expr {
    let usual = match has_keys {
        _ if options.has_little_memory() => WITH_LITTLE_MEMORY,
        true => WITH_KEYS,
        false => WITHOUT_KEYS,
    };
    let buckets = options.buckets.wanted().unwrap_or(usual);
    let function = Arc::new(ScalarUDF::new_from_impl(KpiBucket::new(buckets)));
    Expr::ScalarFunction(ScalarFunction::new_udf(function, entity))
}

impl ScalarUDFImpl for KpiBucket {
    fn name(&self) -> &str {
        "kpi_bucket"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::UInt16)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        // Its own seed: an exchange by the same hash would leave each partition with few of the buckets.
        let state = RandomState::with_seed(0x6B70_6962_7563_6B65);
        // An entity that is the same for all rows comes as one value.
        let arrays = args.args.iter().map(|arg| arg.to_array(args.number_rows));
        let mut arrays = arrays.collect::<Result<Vec<_>>>()?;
        if let [ids] = arrays.as_mut_slice()
            && ids.data_type().is_integer()
        {
            *ids = neighbourhoods(ids)?;
        }
        let mut hashes = vec![0; args.number_rows];
        create_hashes(&arrays, &state, &mut hashes)?;
        // The high bits, by a multiplication: they are the better ones, and a division is slow.
        let bucket = |hash: &u64| (((hash >> 32) * u64::from(self.buckets)) >> 32) as u16;
        let buckets = UInt16Array::from_iter_values(hashes.iter().map(bucket));
        Ok(ColumnarValue::Array(Arc::new(buckets)))
    }
}

/// Numbers given out one after another stay together, as many as make a page of the tables: they stand side by side in
/// those of the partition that folds them.
fn neighbourhoods(ids: &ArrayRef) -> Result<ArrayRef> {
    let ids = match ids.data_type() {
        DataType::UInt64 => ids.clone(),
        _ => cast(ids, &DataType::Int64)?,
    };
    Ok(match ids.data_type() {
        DataType::UInt64 => {
            let ids = ids.as_primitive::<UInt64Type>();
            Arc::new(ids.unary::<_, UInt64Type>(|id| id >> PAGE_BITS))
        }
        _ => {
            let ids = ids.as_primitive::<Int64Type>();
            Arc::new(ids.unary::<_, Int64Type>(|id| id >> PAGE_BITS))
        }
    })
}
