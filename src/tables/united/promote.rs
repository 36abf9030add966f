//! The one type for a column that has different types in the files of a table.
//!
//! A type is taken only if every value of the others has its place in it. Some conversions are exact for every value
//! of a type, others for those that fit, which has to be proven of the values there are.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields, TimeUnit};

/// Whether values keep what they are when they take another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tables) enum Exact {
    /// Every value there can be.
    Always,
    /// Those that fit: each has to be converted and back again, or its column's bounds have to be known.
    IfFits,
}

/// The digits of a whole number of this type.
fn digits(data_type: &DataType) -> Option<u8> {
    Some(match data_type {
        DataType::Int8 | DataType::UInt8 => 3,
        DataType::Int16 | DataType::UInt16 => 5,
        DataType::Int32 | DataType::UInt32 => 10,
        DataType::Int64 => 19,
        DataType::UInt64 => 20,
        _ => return None,
    })
}

/// The bits of a whole number, without its sign.
fn bits(data_type: &DataType) -> Option<(u8, bool)> {
    Some(match data_type {
        DataType::Int8 => (7, true),
        DataType::Int16 => (15, true),
        DataType::Int32 => (31, true),
        DataType::Int64 => (63, true),
        DataType::UInt8 => (8, false),
        DataType::UInt16 => (16, false),
        DataType::UInt32 => (32, false),
        DataType::UInt64 => (64, false),
        _ => return None,
    })
}

/// How many bits of a whole number a floating-point number holds exactly.
fn mantissa(data_type: &DataType) -> Option<u8> {
    Some(match data_type {
        DataType::Float16 => 11,
        DataType::Float32 => 24,
        DataType::Float64 => 53,
        _ => return None,
    })
}

/// The digits of a decimal, and how many of them are behind the point.
pub(in crate::tables) fn decimal(data_type: &DataType) -> Option<(u8, i8)> {
    match data_type {
        DataType::Decimal32(p, s)
        | DataType::Decimal64(p, s)
        | DataType::Decimal128(p, s)
        | DataType::Decimal256(p, s) => Some((*p, *s)),
        _ => None,
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

fn is_bytes(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_)
    )
}

/// Names of the zone that has no offset, ever.
fn is_utc(zone: &str) -> bool {
    matches!(
        zone,
        "UTC" | "utc" | "Z" | "+00:00" | "+0000" | "+00" | "-00:00" | "Etc/UTC" | "Etc/GMT" | "GMT"
    )
}

/// One type that may hold the values of both; `None` where they are not of one kind.
pub(in crate::tables) fn join(a: &DataType, b: &DataType) -> Option<DataType> {
    use DataType::{
        Date32, Date64, Dictionary, FixedSizeList, Int64, LargeList, List, Null, Struct, Time32,
        Time64, Timestamp, Utf8View,
    };
    if a == b {
        return Some(a.clone());
    }
    if let (Some(a), Some(b)) = (bits(a), bits(b)) {
        return Some(whole(a, b));
    }
    if let (Some(x), Some(y)) = (mantissa(a), mantissa(b)) {
        return Some(if x > y { a.clone() } else { b.clone() });
    }
    if (bits(a).is_some() && mantissa(b).is_some()) || (bits(b).is_some() && mantissa(a).is_some())
    {
        return Some(DataType::Float64);
    }
    if let (Some(a), Some(b)) = (as_decimal(a), as_decimal(b)) {
        let scale = a.1.max(b.1).max(0);
        let whole = (i16::from(a.0) - i16::from(a.1)).max(i16::from(b.0) - i16::from(b.1));
        let precision = whole + i16::from(scale);
        return match u8::try_from(precision).ok()? {
            precision @ 0..=38 => Some(DataType::Decimal128(precision, scale)),
            precision @ 39..=76 => Some(DataType::Decimal256(precision, scale)),
            _ => None,
        };
    }
    if is_text(a) && is_text(b) {
        return Some(Utf8View);
    }
    if is_bytes(a) && is_bytes(b) {
        return Some(DataType::BinaryView);
    }
    match (a, b) {
        (Null, other) | (other, Null) => Some(other.clone()),
        (Dictionary(_, values), other) | (other, Dictionary(_, values)) => {
            let other = match other {
                Dictionary(_, others) => others,
                plain => plain,
            };
            match is_text(values) && is_text(other) {
                true => Some(Utf8View),
                false => join(values, other),
            }
        }
        (Timestamp(x, zone_a), Timestamp(y, zone_b)) => {
            let zone = match (zone_a, zone_b) {
                (None, None) => None,
                (Some(a), Some(b)) if a == b => Some(Arc::clone(a)),
                (Some(_), Some(_)) => Some(Arc::from("UTC")),
                // A time without a zone is no moment: which one it is cannot be known.
                _ => return None,
            };
            Some(Timestamp(finer(*x, *y), zone))
        }
        // A day begins at its midnight, but not in any one zone.
        (Date32, Timestamp(unit, None)) | (Timestamp(unit, None), Date32) => {
            Some(Timestamp(*unit, None))
        }
        (Date64, Timestamp(unit, None)) | (Timestamp(unit, None), Date64) => {
            Some(Timestamp(finer(*unit, TimeUnit::Millisecond), None))
        }
        (Date32, Date64) | (Date64, Date32) => Some(Date64),
        (Time32(x) | Time64(x), Time32(y) | Time64(y)) => Some(match finer(*x, *y) {
            unit @ (TimeUnit::Second | TimeUnit::Millisecond) => Time32(unit),
            unit => Time64(unit),
        }),
        (DataType::Duration(x), DataType::Duration(y)) => Some(DataType::Duration(finer(*x, *y))),
        (List(x), List(y)) => Some(List(join_items(x, y)?)),
        (LargeList(x), LargeList(y)) => Some(LargeList(join_items(x, y)?)),
        // Structs are found by their names between lists of one kind alone.
        (
            List(x) | LargeList(x) | FixedSizeList(x, _),
            List(y) | LargeList(y) | FixedSizeList(y, _),
        ) if !x.data_type().is_nested() && !y.data_type().is_nested() => {
            let item = join_items(x, y)?;
            Some(match (a, b) {
                (FixedSizeList(_, n), FixedSizeList(_, m)) if n == m => FixedSizeList(item, *n),
                (LargeList(_), _) | (_, LargeList(_)) => LargeList(item),
                _ => List(item),
            })
        }
        (Struct(x), Struct(y)) => Some(Struct(join_fields(x, y)?)),
        // Flags of 0 and 1 are no BOOLEAN by themselves.
        (DataType::Boolean, Int64) | (Int64, DataType::Boolean) => None,
        _ => None,
    }
}

fn join_items(a: &FieldRef, b: &FieldRef) -> Option<FieldRef> {
    let item = join(a.data_type(), b.data_type())?;
    Some(Arc::new(
        a.as_ref().clone().with_data_type(item).with_nullable(true),
    ))
}

fn join_fields(a: &Fields, b: &Fields) -> Option<Fields> {
    let mut fields: Vec<Field> = vec![];
    for field in a {
        let data_type = match b.iter().find(|other| other.name() == field.name()) {
            Some(other) => join(field.data_type(), other.data_type())?,
            None => field.data_type().clone(),
        };
        fields.push(Field::new(field.name(), data_type, true));
    }
    let only_b = b.iter().filter(|f| !a.iter().any(|o| o.name() == f.name()));
    fields.extend(only_b.map(|f| Field::new(f.name(), f.data_type().clone(), true)));
    Some(Fields::from(fields))
}

fn finer(a: TimeUnit, b: TimeUnit) -> TimeUnit {
    a.max(b)
}

fn as_decimal(data_type: &DataType) -> Option<(u8, i8)> {
    decimal(data_type).or_else(|| digits(data_type).map(|digits| (digits, 0)))
}

/// The whole numbers that hold both; those of 64 bits without a sign need BIGINT to fit.
fn whole(a: (u8, bool), b: (u8, bool)) -> DataType {
    let bits = a.0.max(b.0);
    match (a.1 || b.1, bits) {
        (false, ..=8) => DataType::UInt8,
        (false, ..=16) => DataType::UInt16,
        (false, ..=32) => DataType::UInt32,
        (false, _) => DataType::UInt64,
        (true, ..=7) => DataType::Int8,
        (true, ..=15) => DataType::Int16,
        (true, ..=31) => DataType::Int32,
        (true, _) => DataType::Int64,
    }
}

/// Whether the values of `from` keep what they are in `to`, a type that [`join`] made of it.
pub(super) fn exactness(from: &DataType, to: &DataType) -> Exact {
    use DataType::{Date32, Date64, Dictionary, FixedSizeList, LargeList, List, Struct, Timestamp};
    if from == to {
        return Exact::Always;
    }
    let always = |is: bool| if is { Exact::Always } else { Exact::IfFits };
    if let (Some((from, signed)), Some((to, signed_too))) = (bits(from), bits(to)) {
        return always(from <= to && (signed_too || !signed));
    }
    if let (Some((from, _)), Some(to)) = (bits(from), mantissa(to)) {
        return always(from <= to);
    }
    if let (Some((p, s)), Some((to_p, to_s))) = (as_decimal(from), decimal(to)) {
        let whole = i16::from(p) - i16::from(s);
        return always(s <= to_s && whole <= i16::from(to_p) - i16::from(to_s));
    }
    match (from, to) {
        (Timestamp(x, _), Timestamp(y, _)) => always(x == y),
        (DataType::Duration(x), DataType::Duration(y)) => always(x == y),
        // Days reach further than the parts of a second since 1970 that 64 bits can count.
        (Date32 | Date64, Timestamp(TimeUnit::Nanosecond | TimeUnit::Microsecond, _)) => {
            Exact::IfFits
        }
        (Dictionary(_, values), to) if values.as_ref() != to => exactness(values, to),
        (
            List(x) | LargeList(x) | FixedSizeList(x, _),
            List(y) | LargeList(y) | FixedSizeList(y, _),
        ) => exactness(x.data_type(), y.data_type()),
        (Struct(x), Struct(y)) => {
            let exact = x.iter().all(|field| {
                let to = y.iter().find(|to| to.name() == field.name());
                to.is_some_and(|to| exactness(field.data_type(), to.data_type()) == Exact::Always)
            });
            always(exact)
        }
        _ => Exact::Always,
    }
}

/// Types to try where the values do not fit into the one that [`join`] gives.
pub(in crate::tables) fn instead(joined: &DataType) -> Option<DataType> {
    match joined {
        // 9999-12-31 has no place in nanoseconds; others may have no part smaller than a microsecond.
        DataType::Timestamp(TimeUnit::Nanosecond, zone) => {
            Some(DataType::Timestamp(TimeUnit::Microsecond, zone.clone()))
        }
        _ => None,
    }
}

/// Whether the zones of two types are different names, so that hours are those of another one now.
pub(super) fn changes_zone(from: &DataType, to: &DataType) -> bool {
    match (from, to) {
        (DataType::Timestamp(_, Some(from)), DataType::Timestamp(_, Some(to))) => {
            from != to && !(is_utc(from) && is_utc(to))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_holds_both() {
        use DataType::*;
        let micro = |zone: Option<&str>| Timestamp(TimeUnit::Microsecond, zone.map(Arc::from));
        for (a, b, joined) in [
            (Int32, Int64, Some(Int64)),
            (UInt32, Int32, Some(Int64)),
            (UInt8, UInt16, Some(UInt16)),
            (Int64, Float64, Some(Float64)),
            (Int32, Float32, Some(Float64)),
            (Float32, Float64, Some(Float64)),
            (
                Decimal128(10, 2),
                Decimal128(12, 4),
                Some(Decimal128(12, 4)),
            ),
            (Decimal128(10, 2), Decimal128(5, 4), Some(Decimal128(12, 4))),
            (Decimal128(10, 2), Int32, Some(Decimal128(12, 2))),
            (
                Decimal128(38, 0),
                Decimal128(38, 10),
                Some(Decimal256(48, 10)),
            ),
            (Decimal128(10, 2), Float64, None),
            (Utf8, LargeUtf8, Some(Utf8View)),
            (
                Dictionary(Box::new(Int32), Box::new(Utf8)),
                Utf8View,
                Some(Utf8View),
            ),
            (Date32, micro(None), Some(micro(None))),
            (Date32, micro(Some("UTC")), None),
            (micro(None), micro(Some("UTC")), None),
            (
                micro(Some("UTC")),
                micro(Some("Europe/Berlin")),
                Some(micro(Some("UTC"))),
            ),
            (Int64, Utf8, None),
            (Boolean, Int64, None),
            (Null, Utf8, Some(Utf8)),
            (Utf8, Binary, None),
        ] {
            assert_eq!(join(&a, &b), joined, "{a} and {b}");
            assert_eq!(join(&b, &a), joined, "{b} and {a}");
        }
    }

    #[test]
    fn what_has_to_be_proven() {
        use DataType::*;
        let time = |unit| Timestamp(unit, None);
        for (from, to, exact) in [
            (Int32, Int64, Exact::Always),
            (UInt64, Int64, Exact::IfFits),
            (UInt32, Int64, Exact::Always),
            (Int32, Float64, Exact::Always),
            (Int64, Float64, Exact::IfFits),
            (Decimal128(10, 2), Decimal128(12, 4), Exact::Always),
            (Int64, Decimal128(10, 2), Exact::IfFits),
            (
                time(TimeUnit::Microsecond),
                time(TimeUnit::Nanosecond),
                Exact::IfFits,
            ),
            (Date32, time(TimeUnit::Nanosecond), Exact::IfFits),
            (Date32, time(TimeUnit::Second), Exact::Always),
        ] {
            assert_eq!(exactness(&from, &to), exact, "{from} to {to}");
        }
    }
}
