//! Every argument takes every type of its kind, and refuses the others in words.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, FixedSizeBinaryArray, Int8Array,
    Int64Array, RecordBatch, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, IntervalUnit, Schema, TimeUnit};
use kpi_sql::define::Kind;

use crate::support::{plain_session, register_partitions};

use super::{ask, by_segment, calls, column, expected, orders, shows_items, slices};

/// Types that hold the numbers 0 to 9 in an order of their own.
fn types_of_digits() -> Vec<DataType> {
    use DataType::*;
    let mut types = vec![
        Int8,
        Int16,
        Int32,
        Int64,
        UInt8,
        UInt16,
        UInt32,
        UInt64,
        Float16,
        Float32,
        Float64,
        Utf8,
        LargeUtf8,
        Utf8View,
        Binary,
        LargeBinary,
        BinaryView,
        Date32,
        Date64,
        Decimal32(5, 1),
        Decimal64(12, 2),
        Decimal128(20, 3),
        Decimal256(50, 4),
        Time32(TimeUnit::Second),
        Time32(TimeUnit::Millisecond),
        Time64(TimeUnit::Microsecond),
        Time64(TimeUnit::Nanosecond),
    ];
    for unit in [
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
    ] {
        types.push(Duration(unit));
        types.push(Timestamp(unit, None));
        types.push(Timestamp(unit, Some("+02:00".into())));
    }
    for (key, value) in [
        (Int8, Utf8),
        (UInt16, Utf8),
        (Int32, LargeUtf8),
        (UInt32, Int64),
        (Int64, Float64),
    ] {
        types.push(Dictionary(Box::new(key), Box::new(value)));
    }
    types
}

/// Numbers as a type, by way of the types between that arrow can cast.
fn digits_as(array: &ArrayRef, data_type: &DataType) -> ArrayRef {
    use DataType::*;
    let by_way_of = match data_type {
        Binary | LargeBinary | BinaryView => vec![Utf8],
        Time32(_) => vec![Int32],
        Dictionary(_, value) => vec![value.as_ref().clone()],
        _ => vec![],
    };
    by_way_of
        .iter()
        .chain([data_type])
        .fold(array.clone(), |array, step| {
            cast(&array, step).unwrap_or_else(|error| panic!("{data_type}: {error}"))
        })
}

fn with_column(batch: &RecordBatch, name: &str, array: ArrayRef) -> RecordBatch {
    let schema = batch.schema();
    let fields = schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, old)| {
            if field.name() == name {
                (
                    Field::new(name, array.data_type().clone(), true),
                    array.clone(),
                )
            } else {
                (field.as_ref().clone(), old.clone())
            }
        });
    let (fields, columns): (Vec<_>, Vec<_>) = fields.unzip();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).expect("the lengths agree")
}

#[tokio::test]
async fn entities_and_items_may_have_any_type_and_tiers_any_that_ranks() {
    let batch = orders(400, 3, 10);
    let expected = expected(&batch, true).await;
    for data_type in types_of_digits() {
        let mut typed = batch.clone();
        let ranks = Kind::Tier.takes(&data_type);
        for name in ["buyer", "product", "tier"] {
            if name == "tier" && !ranks {
                continue;
            }
            let digits = batch.column_by_name(name).expect("it is there");
            typed = with_column(&typed, name, digits_as(digits, &data_type));
        }
        let ctx = plain_session();
        register_partitions(&ctx, "orders", slices(&typed, 3, 50));
        for (sql, answer) in &expected {
            assert_eq!(ask(&ctx, sql).await, *answer, "{data_type}: {sql}");
        }
    }
}

/// Items come out of a mix as they went in.
#[tokio::test]
async fn a_mix_keeps_the_type_of_its_items() {
    let batch = orders(400, 3, 10);
    let digits = batch.column_by_name("product").expect("it is there");
    let ctx = plain_session();
    let mut types = types_of_digits();
    types.retain(|data_type| !matches!(data_type, DataType::Dictionary(_, _)));
    for data_type in types {
        let typed = with_column(&batch, "product", digits_as(digits, &data_type));
        register_partitions(&ctx, "orders", slices(&typed, 3, 50));
        let sql = "SELECT segment, m['product'], m['customers'] FROM (SELECT segment, unnest(product_mix(buyer, product)) AS m FROM orders GROUP BY segment) ORDER BY 1, 3 DESC, 2";
        let plain = "SELECT segment, product, count(DISTINCT buyer) FROM orders WHERE buyer IS NOT NULL AND product IS NOT NULL GROUP BY segment, product ORDER BY 1, 3 DESC, 2";
        assert_eq!(ask(&ctx, sql).await, ask(&ctx, plain).await, "{data_type}");
    }
}

#[tokio::test]
async fn entities_and_items_may_be_bytes_booleans_and_nested() {
    let batch = orders(400, 3, 10);
    let ctx = plain_session();
    let fixed = |name: &str| -> ArrayRef {
        let digits = cast(
            batch.column_by_name(name).expect("it is there"),
            &DataType::Int64,
        );
        let digits = digits.expect("they are numbers");
        let digits: &Int64Array = digits.as_any().downcast_ref().expect("cast above");
        let bytes = digits.iter().map(|n| n.map(|n| n.to_be_bytes()));
        Arc::new(
            FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes, 8)
                .expect("eight bytes each"),
        )
    };
    let expected = expected(&batch, true).await;
    let typed = with_column(&batch, "buyer", fixed("buyer"));
    let typed = with_column(&typed, "product", fixed("product"));
    register_partitions(&ctx, "orders", slices(&typed, 3, 50));
    for (sql, answer) in &expected {
        assert_eq!(ask(&ctx, sql).await, *answer, "fixed-size binary: {sql}");
    }
    register_partitions(&ctx, "orders", slices(&batch, 3, 50));
    for (_, form, call) in calls() {
        if !form.args.iter().any(|arg| arg.kind == Kind::Entity) {
            continue;
        }
        if shows_items(form) {
            continue;
        }
        let plain = ask(&ctx, &by_segment(&call)).await;
        for wrapper in ["named_struct('id', X, 'text', CAST(X AS VARCHAR))", "[X]"] {
            let wrapped = call.replace(
                "buyer",
                &format!(
                    "CASE WHEN buyer IS NOT NULL THEN {} END",
                    wrapper.replace('X', "buyer")
                ),
            );
            assert_eq!(ask(&ctx, &by_segment(&wrapped)).await, plain, "{wrapped}");
        }
    }
    // Two values of a BOOLEAN are two products at most.
    let sql = "SELECT penetration(buyer, flag IS TRUE), penetration(flag, product) FROM orders";
    assert_eq!(ask(&ctx, sql).await[0].len(), 2);
}

/// As columns of few values are often kept.
#[tokio::test]
async fn flags_and_tiers_may_be_dictionaries_of_booleans() {
    let batch = orders(400, 3, 10);
    let dictionary = |name: &str| -> ArrayRef {
        let flags = batch.column_by_name(name).expect("it is there");
        let flags = flags.as_boolean().iter();
        let keys: Int8Array = flags.map(|flag| flag.map(i8::from)).collect();
        let values = BooleanArray::from(vec![false, true]);
        Arc::new(DictionaryArray::new(keys, Arc::new(values)))
    };
    let plain = with_column(
        &batch,
        "tier",
        batch.column_by_name("flag2").expect("it is there").clone(),
    );
    let expected = expected(&plain, true).await;
    let mut typed = with_column(&plain, "tier", dictionary("flag2"));
    for name in ["flag", "flag2"] {
        typed = with_column(&typed, name, dictionary(name));
    }
    let ctx = plain_session();
    register_partitions(&ctx, "orders", slices(&typed, 3, 50));
    for (sql, answer) in &expected {
        assert_eq!(ask(&ctx, sql).await, *answer, "{sql}");
    }
}

#[tokio::test]
async fn times_may_have_any_unit_and_zone() {
    let batch = orders(400, 3, 10);
    let expected = expected(&batch, true).await;
    let units = [
        TimeUnit::Second,
        TimeUnit::Millisecond,
        TimeUnit::Microsecond,
        TimeUnit::Nanosecond,
    ];
    for unit in units {
        for zone in [None, Some("UTC"), Some("America/New_York")] {
            let data_type = DataType::Timestamp(unit, zone.map(Into::into));
            let mut typed = batch.clone();
            for name in ["at", "at2"] {
                let at = batch.column_by_name(name).expect("it is there");
                // Into the zone without moving the clock's hands: the instants differ by a constant,
                // because all of them lie in one winter.
                typed = with_column(&typed, name, cast(at, &data_type).expect("times cast"));
            }
            let ctx = plain_session();
            register_partitions(&ctx, "orders", slices(&typed, 3, 50));
            for (sql, answer) in &expected {
                assert_eq!(ask(&ctx, sql).await, *answer, "{data_type}: {sql}");
            }
        }
    }
}

#[tokio::test]
async fn amounts_and_scores_may_be_any_number() {
    let batch = orders(400, 3, 10);
    let mut whole = batch.clone();
    for name in ["amount", "amount2"] {
        let amounts = batch.column_by_name(name).expect("it is there");
        let integers = cast(amounts, &DataType::Int64).expect("amounts are numbers");
        let amounts = cast(&integers, &DataType::Decimal128(12, 2));
        whole = with_column(&whole, name, amounts.expect("whole numbers are decimals"));
    }
    let batch = whole;
    let as_numbers = |answer: &[Vec<String>]| -> Vec<Vec<Option<f64>>> {
        let number = |cell: &String| cell.parse().ok();
        answer
            .iter()
            .map(|row| row.iter().map(number).collect())
            .collect()
    };
    let expected = expected(&batch, true).await;
    use DataType::*;
    for data_type in [
        Int16,
        Int32,
        Int64,
        Float32,
        Float64,
        Decimal32(7, 2),
        Decimal64(12, 2),
        Decimal256(40, 2),
        Dictionary(Box::new(Int32), Box::new(Float64)),
    ] {
        let mut typed = batch.clone();
        for name in ["amount", "amount2", "score", "rating"] {
            let numbers = batch.column_by_name(name).expect("it is there");
            typed = with_column(
                &typed,
                name,
                cast(numbers, &data_type).expect("numbers cast"),
            );
        }
        let ctx = plain_session();
        register_partitions(&ctx, "orders", slices(&typed, 3, 50));
        for (sql, answer) in &expected {
            let got = as_numbers(&ask(&ctx, sql).await);
            for (got, expected) in got
                .iter()
                .flatten()
                .zip(as_numbers(answer).iter().flatten())
            {
                let equal = match (got, expected) {
                    (Some(got), Some(expected)) => (got - expected).abs() <= 1e-6,
                    (got, expected) => got == expected,
                };
                assert!(equal, "{data_type}: {sql}: {got:?} is not {expected:?}");
            }
        }
    }
}

#[tokio::test]
async fn unfit_types_are_refused_with_words() {
    let ctx = plain_session();
    let batch = orders(4, 3, 10);
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["x"; 4]));
    for (kpi, form, _) in calls() {
        for (position, arg) in form.args.iter().enumerate() {
            let unfit = match arg.kind {
                // Anything can name an entity or an item.
                Kind::Entity | Kind::Item => continue,
                Kind::AtLeast | Kind::Years => {
                    let seconds = digits_as(batch.column(2), &DataType::Duration(TimeUnit::Second));
                    let interval = DataType::Interval(IntervalUnit::MonthDayNano);
                    cast(&seconds, &interval).expect("durations are intervals")
                }
                Kind::Flag | Kind::Time | Kind::Date | Kind::Tier | Kind::Amount | Kind::Score => {
                    texts.clone()
                }
            };
            let typed = with_column(&batch, "n", unfit);
            register_partitions(&ctx, "orders", slices(&typed, 1, 50));
            let arguments: Vec<_> = (0..form.args.len())
                .map(|i| if i == position { "n" } else { column(form, i) })
                .collect();
            let sql = format!("SELECT {}({}) FROM orders", kpi.name, arguments.join(", "));
            // A text may fit another form, as a product does in place of a flag.
            if let Err(error) = ctx.sql(&sql).await {
                let error = error.strip_backtrace();
                let begin = format!("Error during planning: {}: argument ", kpi.name);
                assert!(error.starts_with(&begin), "{sql}: {error}");
                for part in ["; got ", "Example: "] {
                    assert!(error.contains(part), "{sql}: {error}");
                }
            } else {
                assert_ne!(arg.kind, Kind::Time, "{sql} was taken");
            }
        }
    }
}
