//! Columns for the arguments of a form, of the types that a Parquet file would give.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringViewArray,
    TimestampMicrosecondArray,
};
use datafusion::common::ScalarValue;
use kpi_sql::define::{Form, Kind};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const PRODUCTS: u64 = 500;
/// In microseconds.
const TWO_YEARS: u64 = 2 * 365 * 86_400_000_000;

/// How customers, or whatever else a KPI counts once, are told apart.
#[derive(Debug, Clone, Copy)]
pub struct Ids {
    /// How many there are.
    pub distinct: usize,
    is_text: bool,
}

impl Ids {
    pub const fn integers(distinct: usize) -> Self {
        let is_text = false;
        Ids { distinct, is_text }
    }

    pub const fn texts(distinct: usize) -> Self {
        let is_text = true;
        Ids { distinct, is_text }
    }
}

impl fmt::Display for Ids {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_text { "texts" } else { "integers" };
        write!(f, "{} {word}", self.distinct)
    }
}

/// The rows of a table: a column for each argument of a form, and the group of each row.
pub struct Rows {
    pub columns: RecordBatch,
    pub groups: Vec<usize>,
}

/// Random rows, the same in every run. Groups change from row to row, but a customer stays in one of them.
pub fn rows(form: &Form, ids: Ids, groups: usize, rows: usize) -> Rows {
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let customers = 0..ids.distinct as u64;
    let customers: Vec<u64> = (0..rows)
        .map(|_| random.random_range(customers.clone()))
        .collect();
    let columns = form.args.iter().enumerate().map(|(position, arg)| {
        let column = match (position, arg.kind) {
            (0, Kind::Entity) => entities(ids, &customers),
            _ => column(arg.kind, rows, &mut random),
        };
        (format!("{position}"), column, true)
    });
    let columns = RecordBatch::try_from_iter_with_nullable(columns);
    Rows {
        columns: columns.expect("the columns are of one length"),
        groups: customers.iter().map(|n| *n as usize % groups).collect(),
    }
}

fn column(kind: Kind, rows: usize, random: &mut ChaCha8Rng) -> ArrayRef {
    if let Some(value) = literal(kind) {
        return value.to_array_of_size(rows).expect("a short column");
    }
    let mut below = |end: u64| random.random_range(0..end);
    let rows = 0..rows;
    match kind {
        // A second entity is what the first one has.
        Kind::Entity | Kind::Item => Arc::new(StringViewArray::from_iter_values(
            rows.map(|_| format!("PRD-{:04}", below(PRODUCTS))),
        )),
        Kind::Flag => Arc::new(BooleanArray::from_iter(rows.map(|_| Some(below(5) == 0)))),
        Kind::Time | Kind::Date => {
            let times = rows.map(|_| below(TWO_YEARS) as i64);
            Arc::new(TimestampMicrosecondArray::from_iter_values(times))
        }
        Kind::Tier => Arc::new(Int64Array::from_iter_values(rows.map(|_| below(5) as i64))),
        Kind::Score => Arc::new(Int64Array::from_iter_values(rows.map(|_| below(11) as i64))),
        Kind::Amount => {
            let amounts = rows.map(|_| below(100_000) as f64 / 100.0);
            Arc::new(Float64Array::from_iter_values(amounts))
        }
        Kind::AtLeast | Kind::Years => unreachable!("written out"),
    }
}

/// Texts are as long as UUIDs, and differ in the beginning as well as in the end.
fn entities(ids: Ids, numbers: &[u64]) -> ArrayRef {
    let numbers = numbers.iter();
    match ids.is_text {
        false => Arc::new(Int64Array::from_iter_values(numbers.map(|n| *n as i64))),
        true => Arc::new(StringViewArray::from_iter_values(numbers.map(|n| {
            let spread = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            format!("{:08x}-0000-4000-8000-{:012x}", spread >> 32, n)
        }))),
    }
}

/// The value of an argument that is written out in the call.
pub fn literal(kind: Kind) -> Option<ScalarValue> {
    match kind {
        Kind::AtLeast => Some(ScalarValue::Int64(Some(3))),
        Kind::Years => Some(ScalarValue::Float64(Some(2.5))),
        _ => None,
    }
}
