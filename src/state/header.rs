//! Of which call a state is: the KPI, the arguments with their types, and the literal argument if there is one.

use datafusion::arrow::datatypes::{
    DECIMAL64_MAX_PRECISION, DECIMAL128_MAX_PRECISION, DECIMAL256_MAX_PRECISION, DataType, TimeUnit,
};

use super::bytes::Bytes;
use super::error::{StateError, arithmetic, damaged};
use crate::define::{Form, Kind, Kpi};
use crate::fold::facts::call::{Call, Items, UnboundCall, Variant, plain_type};

/// The same call with each argument in the widest type of its kind.
///
/// # Errors
/// Says which argument has a type that no state can hold.
pub fn portable(call: &Call) -> Result<Call, StateError> {
    let call = call.with_types(portable_types(call)?);
    // States that another call can merge are audited.
    Ok(call.asked_for(Variant::State))
}

/// The types in which a state has the arguments of a call.
///
/// # Errors
/// Says which argument has a type that no state can hold.
pub fn portable_types(call: &UnboundCall) -> Result<Vec<DataType>, StateError> {
    let args = call.form.args.iter().zip(&call.arg_types).enumerate();
    args.map(|(position, (arg, data_type))| {
        widest(arg.kind, plain_type(data_type)).ok_or_else(|| StateError::NoStateOf {
            argument: position + 1,
            data_type: data_type.clone(),
        })
    })
    .collect()
}

/// The type that stands for a type in states. Both have the same words, or the same sums.
fn widest(kind: Kind, data_type: &DataType) -> Option<DataType> {
    use DataType::*;
    if *data_type == Null {
        return Some(Null);
    }
    let amount = kind == Kind::Amount;
    Some(match (kind, data_type) {
        // What is kept of these does not depend on their type.
        (Kind::Date, _) => Date32,
        (Kind::Score | Kind::Years, _) => Float64,
        (Kind::AtLeast, _) => Int64,
        (_, number) if amount && number.is_integer() => Int64,
        (_, number) if number.is_unsigned_integer() => UInt64,
        (_, number) if number.is_integer() => Int64,
        (_, number) if number.is_floating() => Float64,
        (_, Decimal32(_, scale) | Decimal64(_, scale)) if !amount => {
            Decimal64(DECIMAL64_MAX_PRECISION, *scale)
        }
        (_, Decimal32(_, scale) | Decimal64(_, scale) | Decimal128(_, scale)) => {
            Decimal128(DECIMAL128_MAX_PRECISION, *scale)
        }
        (_, Decimal256(_, scale)) => Decimal256(DECIMAL256_MAX_PRECISION, *scale),
        (_, Utf8 | LargeUtf8 | Utf8View) => Utf8,
        (_, Binary | LargeBinary | BinaryView | FixedSizeBinary(_)) => Binary,
        (_, Timestamp(unit, _)) => Timestamp(*unit, None),
        (_, Boolean | Date32 | Date64 | Time32(_) | Time64(_) | Duration(_)) => data_type.clone(),
        _ => return None,
    })
}

/// Appends the header of a portable call.
pub fn write(out: &mut Vec<u8>, call: &Call) {
    let mut text = |text: &str| {
        out.push(text.len() as u8);
        out.extend(text.as_bytes());
    };
    text(call.kpi.name);
    // So many arguments that they need more than a byte are none of a form.
    text(&call.form.args.len().to_string());
    for (arg, data_type) in call.form.args.iter().zip(&call.arg_types) {
        text(arg.name);
        text(&name(data_type));
    }
    // With an exponent, because 1e300 in digits alone is longer than a name can be.
    let literal = call.written().map(|literal| format!("{literal:e}"));
    text(&literal.unwrap_or_default());
}

/// The call of a header.
pub fn read(bytes: &mut Bytes) -> Result<Call, StateError> {
    let kpi_name = bytes.text()?;
    let kpi = crate::kpi::all()
        .find(|kpi| kpi.name == kpi_name)
        .ok_or_else(|| {
            StateError::Unknown(format!(
                "the state is of {kpi_name}, a KPI that this version of kpi-sql does not have"
            ))
        })?;
    let arguments: usize = number(bytes.text()?)?;
    let mut names = vec![];
    let mut arg_types = vec![];
    for _ in 0..arguments {
        names.push(bytes.text()?);
        arg_types.push(data_type(bytes.text()?)?);
    }
    let literal = match bytes.text()? {
        "" => None,
        literal => Some(number(literal)?),
    };
    let fits = |form: &&Form| {
        let args = || form.args.iter();
        args().map(|arg| arg.name).eq(names.iter().copied())
            && args().zip(&arg_types).all(|(arg, data_type)| {
                arg.kind.takes(data_type) && widest(arg.kind, data_type).as_ref() == Some(data_type)
            })
            && args().any(|arg| arg.kind.is_literal()) == literal.is_some()
    };
    let form = kpi.forms.iter().find(fits).ok_or_else(|| {
        if let Some(problem) = no_longer_taken(kpi, &names, &arg_types) {
            return StateError::NoLongerTaken(problem);
        }
        StateError::Unknown(format!(
            "the state is of {kpi_name}({}), a form that this version of kpi-sql does not have",
            names.join(", ")
        ))
    })?;
    let call = UnboundCall {
        kpi,
        variant: Variant::State,
        form,
        arg_types,
        items: Items::Here,
    };
    call.bind(literal).map_err(arithmetic)
}

/// What is wrong with a state of a form that there is, with an argument of a type that it does not take any more.
fn no_longer_taken(kpi: &Kpi, names: &[&str], arg_types: &[DataType]) -> Option<String> {
    let has_names = |form: &&Form| {
        form.args
            .iter()
            .map(|arg| arg.name)
            .eq(names.iter().copied())
    };
    let form = kpi.forms.iter().find(has_names)?;
    let mut args = form.args.iter().zip(arg_types);
    let (arg, data_type) = args.find(|(arg, data_type)| !arg.kind.takes(data_type))?;
    let why = match arg.kind {
        Kind::Tier => {
            ": its order is that of letters or bytes, not that of the tiers. Rebuild the state with tiers that rank, \
             such as CASE plan WHEN 'Free' THEN 1 WHEN 'Pro' THEN 2 END"
        }
        _ => "",
    };
    Some(format!(
        "the state is of {}({}) with a {} of type {}, which is not supported{why}",
        kpi.name,
        names.join(", "),
        arg.name,
        name(data_type)
    ))
}

/// What a call is of, for people.
pub fn words(call: &Call) -> String {
    let args = call.form.args.iter().zip(&call.arg_types);
    let args: Vec<_> = args
        .map(|(arg, data_type)| match call.written() {
            Some(literal) if arg.kind.is_literal() => format!("{} {literal}", arg.name),
            _ => format!("{} {}", arg.name, name(data_type)),
        })
        .collect();
    format!("{}({})", call.kpi.name, args.join(", "))
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, StateError> {
    text.parse()
        .map_err(|_| damaged("it has a text in place of a number"))
}

const UNITS: [(TimeUnit, &str); 4] = [
    (TimeUnit::Second, "s"),
    (TimeUnit::Millisecond, "ms"),
    (TimeUnit::Microsecond, "us"),
    (TimeUnit::Nanosecond, "ns"),
];

/// Types without anything to choose.
const PLAIN: [(DataType, &str); 9] = [
    (DataType::Null, "Null"),
    (DataType::Boolean, "Boolean"),
    (DataType::Int64, "Int64"),
    (DataType::UInt64, "UInt64"),
    (DataType::Float64, "Float64"),
    (DataType::Utf8, "Utf8"),
    (DataType::Binary, "Binary"),
    (DataType::Date32, "Date32"),
    (DataType::Date64, "Date64"),
];

/// The name of one of the types that [`widest`] gives.
fn name(data_type: &DataType) -> String {
    let with_unit = |kind: &str, unit: &TimeUnit| {
        let name = UNITS.iter().find(|(known, _)| known == unit);
        format!("{kind}({})", name.expect("all units are there").1)
    };
    match data_type {
        DataType::Time32(unit) => with_unit("Time32", unit),
        DataType::Time64(unit) => with_unit("Time64", unit),
        DataType::Timestamp(unit, _) => with_unit("Timestamp", unit),
        DataType::Duration(unit) => with_unit("Duration", unit),
        DataType::Decimal64(_, scale) => format!("Decimal64({scale})"),
        DataType::Decimal128(_, scale) => format!("Decimal128({scale})"),
        DataType::Decimal256(_, scale) => format!("Decimal256({scale})"),
        plain => {
            let name = PLAIN.iter().find(|(known, _)| known == plain);
            name.expect("the call is portable").1.to_string()
        }
    }
}

/// The type of a name.
fn data_type(name: &str) -> Result<DataType, StateError> {
    let unknown = || {
        StateError::Unknown(format!(
            "the state has an argument of type {name}, which is unknown here"
        ))
    };
    if let Some((plain, _)) = PLAIN.iter().find(|(_, known)| *known == name) {
        return Ok(plain.clone());
    }
    let (kind, rest) = name.split_once('(').ok_or_else(unknown)?;
    let chosen = rest.strip_suffix(')').ok_or_else(unknown)?;
    let unit = || {
        let unit = UNITS.iter().find(|(_, known)| *known == chosen);
        unit.map(|(unit, _)| *unit).ok_or_else(unknown)
    };
    let scale = |max: u8| {
        let scale = chosen.parse::<i8>().ok();
        scale
            .filter(|scale| scale.unsigned_abs() <= max)
            .ok_or_else(unknown)
    };
    Ok(match kind {
        "Time32" => DataType::Time32(unit()?),
        "Time64" => DataType::Time64(unit()?),
        "Timestamp" => DataType::Timestamp(unit()?, None),
        "Duration" => DataType::Duration(unit()?),
        "Decimal64" => {
            let precision = DECIMAL64_MAX_PRECISION;
            DataType::Decimal64(precision, scale(precision)?)
        }
        "Decimal128" => {
            let precision = DECIMAL128_MAX_PRECISION;
            DataType::Decimal128(precision, scale(precision)?)
        }
        "Decimal256" => {
            let precision = DECIMAL256_MAX_PRECISION;
            DataType::Decimal256(precision, scale(precision)?)
        }
        _ => return Err(unknown()),
    })
}
