//! `kpi_bucket`: which bucket an entity is in.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::UInt16Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::hash_utils::{RandomState, create_hashes};
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// Spreads entities over a number of buckets. Rows of equal entities, as GROUP BY takes them, are in one bucket, on
/// every machine.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct KpiBucket {
    buckets: u16,
    signature: Signature,
}

impl KpiBucket {
    fn new(buckets: u16) -> Self {
        KpiBucket {
            buckets,
            signature: Signature::variadic_any(Volatility::Immutable),
        }
    }
}

/// With keys to group by there are groups enough; without any, the buckets are all there is to spread.
const WITH_KEYS: u16 = 64;
const WITHOUT_KEYS: u16 = 1024;

/// The bucket of the entity that these expressions name.
pub fn bucket_of(entity: Vec<Expr>, has_keys: bool) -> Expr {
    static FUNCTIONS: LazyLock<[Arc<ScalarUDF>; 2]> = LazyLock::new(|| {
        [WITHOUT_KEYS, WITH_KEYS].map(|buckets| Arc::new(KpiBucket::new(buckets).into()))
    });
    let function = FUNCTIONS[usize::from(has_keys)].clone();
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
        let arrays = ColumnarValue::values_to_arrays(&args.args)?;
        let mut hashes = vec![0; args.number_rows];
        if arrays
            .first()
            .is_some_and(|array| array.len() == hashes.len())
        {
            create_hashes(&arrays, &state, &mut hashes)?;
        }
        // The high bits, by a multiplication: they are the better ones, and a division is slow.
        let bucket = |hash: &u64| (((hash >> 32) * u64::from(self.buckets)) >> 32) as u16;
        let buckets = UInt16Array::from_iter_values(hashes.iter().map(bucket));
        Ok(ColumnarValue::Array(Arc::new(buckets)))
    }
}
