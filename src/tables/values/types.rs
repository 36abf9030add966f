//! Types of columns: which a person said, which were guessed, and how columns of files that have types of their own
//! become others, proven value by value.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::timezone::Tz;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, StringViewArray, new_null_array,
};
use datafusion::arrow::compute::kernels::cmp::{eq, not_distinct};
use datafusion::arrow::compute::kernels::nullif::nullif;
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use datafusion::arrow::util::display::array_value_to_string;
use datafusion::catalog::TableProvider;
use datafusion::common::utils::quote_identifier;
use datafusion::common::{DFSchema, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility, ident,
};
use datafusion::prelude::SessionContext;

use super::misfit;
use super::typed::{self, Nulls};
use crate::tables::options::{OptionNames, Options};
use crate::tables::words::{closest, sql_name};

/// The types that were said, as arrow's.
pub(in crate::tables) fn resolve(
    ctx: &SessionContext,
    types: &[(String, String)],
    options: &Options,
) -> Result<Vec<(String, DataType)>> {
    if let Some(zone) = options
        .time_zone
        .as_deref()
        .filter(|zone| zone.parse::<Tz>().is_err())
    {
        return plan_err!(
            "{}: there is no time zone {zone}; use a name such as Europe/Berlin or America/New_York, UTC, or an \
             offset such as +02:00",
            options.option_names.time_zone(zone)
        );
    }
    let resolved = types.iter().map(|(column, name)| {
        let data_type = data_type(ctx, name, options.time_zone.as_deref());
        match data_type {
            Some(data_type) => Ok((column.clone(), data_type)),
            None => plan_err!(
                "{}: {name} is not a SQL type that a column can have; there are TEXT, BIGINT, INT, DOUBLE, \
                 DECIMAL(12, 2), BOOLEAN, DATE, TIMESTAMP and TIMESTAMPTZ, among others",
                options.option_names.types(column, name)
            ),
        }
    });
    resolved.collect()
}

/// A type by its name in SQL, if a column can have it; times with a zone are of `zone`, or of UTC.
pub(crate) fn data_type(ctx: &SessionContext, name: &str, zone: Option<&str>) -> Option<DataType> {
    let word = name.trim().to_ascii_uppercase();
    let with_zone = |zone: &str| DataType::Timestamp(TimeUnit::Microsecond, Some(zone.into()));
    match word.as_str() {
        "TIMESTAMP" | "DATETIME" => return Some(DataType::Timestamp(TimeUnit::Microsecond, None)),
        "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => {
            return Some(with_zone(zone.unwrap_or("UTC")));
        }
        _ => {}
    }
    let empty = DFSchema::empty();
    let parsed = ctx
        .state()
        .create_logical_expr(&format!("CAST(NULL AS {name})"), &empty);
    let data_type = match parsed.ok()? {
        Expr::Cast(cast) => cast.field.data_type().clone(),
        _ => return None,
    };
    Some(match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::Decimal32(precision, scale) | DataType::Decimal64(precision, scale) => {
            DataType::Decimal128(precision, scale)
        }
        // What files have of these is no text that could be proven.
        other if other.is_nested() => return None,
        DataType::Decimal256(..) | DataType::Interval(_) => return None,
        other => other,
    })
}

/// Refuses types of columns that are not there.
pub(in crate::tables) fn check(
    path: &str,
    schema: &Schema,
    types: &[(String, DataType)],
    options: &Options,
) -> Result<()> {
    for (column, _) in types {
        if schema.field_with_name(column).is_err() {
            let near = closest(column, schema.fields().iter().map(|f| f.name().as_str()));
            let call = options.option_names.types(column, "TYPE");
            return match near {
                Some(near) => {
                    plan_err!("{call}: {path} has no column {column}; did you mean {near}?")
                }
                None => plan_err!("{call}: {path} has no column {column}"),
            };
        }
    }
    Ok(())
}

/// What a person can do about columns of numbers with a point, which may be codes; by the names of these columns.
pub(in crate::tables) fn ways(
    schema: &Schema,
    is_guess: impl Fn(&str) -> bool,
    way: impl Fn(&str) -> String,
) -> BTreeMap<String, String> {
    let fields = schema.fields().iter();
    let numbers = fields.filter(|f| has_doubles(f.data_type()) && is_guess(f.name()));
    numbers.map(|f| (f.name().clone(), way(f.name()))).collect()
}

/// Whether it is a number with a point, or has one in an object.
fn has_doubles(data_type: &DataType) -> bool {
    match data_type {
        DataType::Float64 => true,
        DataType::Struct(fields) => fields.iter().any(|f| has_doubles(f.data_type())),
        _ => false,
    }
}

/// In a text, a number can be read as it is written.
pub(in crate::tables) fn of_text(column: &str, words: &OptionNames) -> String {
    format!(
        "{} reads it as it is written, {} confirms that it is a number",
        words.types(column, "TEXT"),
        words.types(column, "DOUBLE")
    )
}

/// JSON has numbers, but which of them are codes nobody says there either.
pub(in crate::tables) fn of_json(column: &str, words: &OptionNames) -> String {
    format!(
        "{} confirms that it is a number; a code has to be a text, \"1.10\", in the file",
        words.types(column, "DOUBLE")
    )
}

/// Nobody can say the type of a number within an object.
pub(in crate::tables) fn of_object(column: &str) -> String {
    format!(
        "a code has to be a text, \"1.10\", in the objects of {column}; numbers of two places are whole ones as \
         CAST(round(100 * x) AS BIGINT)"
    )
}

/// Numbers of JSON files have lost the way they were written in: 1.10 would be the text 1.1.
pub(in crate::tables) fn refuse_lost_codes(
    path: &str,
    schema: &Schema,
    types: &[(String, DataType)],
    options: &Options,
) -> Result<()> {
    for (column, data_type) in types {
        let is_double = |f: &Field| *f.data_type() == DataType::Float64;
        if *data_type == DataType::Utf8 && schema.field_with_name(column).is_ok_and(is_double) {
            return plan_err!(
                "{}: {column} has numbers with a point in {path}, and 1.10 would become the text 1.1; {}",
                options.option_names.types(column, "TEXT"),
                of_json(column, &options.option_names)
            );
        }
    }
    Ok(())
}

/// Numbers of these files count what nobody says: 20260110 is no day of 1970.
fn refuse_numbers_as_times(
    path: &str,
    field: &Field,
    data_type: &DataType,
    options: &Options,
) -> Result<()> {
    let is_time = matches!(
        data_type,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Time64(_)
    );
    if !is_time || !field.data_type().is_numeric() {
        return Ok(());
    }
    let (sql, name) = (sql_name(data_type), quote_identifier(field.name()));
    plan_err!(
        "{}: {} has numbers in {path}, which are not of type {sql} and would be read as time since 1970; without it, \
         to_date(CAST({name} AS VARCHAR), '%Y%m%d') is the day of 20260110, to_timestamp_seconds({name}) and \
         to_timestamp_millis({name}) the times of numbers that count since 1970",
        options.option_names.types(field.name(), &sql),
        field.name()
    )
}

/// A time without a zone is none of a zone until somebody says of which, and one of a zone is none without.
fn refuse_lost_zones(
    path: &str,
    schema: &Schema,
    types: &[(String, DataType)],
    options: &Options,
) -> Result<()> {
    for (column, to) in types {
        let Ok(field) = schema.field_with_name(column) else {
            continue;
        };
        let quoted = quote_identifier(column);
        match (field.data_type(), to) {
            (DataType::Timestamp(_, None) | DataType::Date32, DataType::Timestamp(_, Some(_))) => {
                return plan_err!(
                    "{}: {column} has no zone in {path}: it is {}. {quoted} AT TIME ZONE 'Europe/Berlin' says in a \
                     query where its times are those of the clock",
                    options.option_names.types(column, "TIMESTAMPTZ"),
                    sql_name(field.data_type())
                );
            }
            (DataType::Timestamp(_, Some(zone)), DataType::Timestamp(_, None))
                if zone.as_ref() != "UTC" && zone.as_ref() != "+00:00" =>
            {
                return plan_err!(
                    "{}: the times of {column} are those of {zone} in {path}, and without it they would be those of \
                     UTC. to_local_time({quoted}) in a query is the time of the clock there",
                    options.option_names.types(column, "TIMESTAMP")
                );
            }
            _ => {}
        }
    }
    Ok(())
}

/// The table with columns of other types and with texts that mean NULL; as it was, if nothing asks for that.
pub(in crate::tables) fn proven(
    ctx: &SessionContext,
    table: Arc<dyn TableProvider>,
    path: &str,
    types: &[(String, DataType)],
    options: &Options,
) -> Result<Arc<dyn TableProvider>> {
    let schema = table.schema();
    refuse_lost_zones(path, &schema, types, options)?;
    let nulls = Nulls::new(options)?;
    let mut changes = false;
    let columns: Vec<Expr> = schema
        .fields()
        .iter()
        .map(|field| {
            let said = types.iter().find(|(column, _)| column == field.name());
            let is_text = matches!(
                field.data_type(),
                DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8
            );
            let data_type = match said {
                Some((_, data_type)) => data_type.clone(),
                None if is_text && !nulls.are_none() => field.data_type().clone(),
                None if !nulls.of(field.data_type()).is_empty() => field.data_type().clone(),
                None => return Ok(ident(field.name())),
            };
            refuse_numbers_as_times(path, field, &data_type, options)?;
            changes = true;
            let proof = Proof {
                path: path.to_string(),
                column: Arc::new(Field::new(field.name(), data_type, true)),
                nulls: nulls.clone(),
                option_names: options.option_names,
                signature: Signature::any(1, Volatility::Immutable),
            };
            let proven = ScalarUDF::from(proof).call(vec![ident(field.name())]);
            Ok(proven.alias(field.name()))
        })
        .collect::<Result<_>>()?;
    if !changes {
        return Ok(table);
    }
    Ok(ctx.read_table(table)?.select(columns)?.into_view())
}

/// A function that gives its argument another type, or an error with the value that has no such.
#[derive(Debug)]
struct Proof {
    path: String,
    column: Arc<Field>,
    nulls: Nulls,
    option_names: OptionNames,
    signature: Signature,
}

impl PartialEq for Proof {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.column, &self.nulls) == (&other.path, &other.column, &other.nulls)
    }
}

impl Eq for Proof {}

impl Hash for Proof {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (&self.path, &self.column).hash(state);
    }
}

impl ScalarUDFImpl for Proof {
    fn name(&self) -> &str {
        "read_as"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(self.column.data_type().clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let array = args.args[0].to_array(args.number_rows)?;
        match proof(&array, self.column.data_type(), &self.nulls) {
            Ok(array) => Ok(ColumnarValue::Array(array)),
            Err(value) => {
                let n_digits = value.bytes().filter(u8::is_ascii_digit).count();
                let lost = match (array.data_type(), self.column.data_type()) {
                    (DataType::Float64, DataType::Decimal128(..)) if n_digits > 15 => {
                        "; a number with a point is a DOUBLE in the file, with 15 to 17 digits: in JSON, one in quotes \
                         keeps all of them"
                    }
                    _ => "",
                };
                exec_err!(
                    "{}{lost}",
                    misfit::words(
                        &self.path,
                        &value,
                        &self.column,
                        misfit::TypeOrigin::Said { open: &[] },
                        &self.option_names
                    )
                )
            }
        }
    }
}

/// The values in another type, or one that has no equal there.
fn proof(array: &ArrayRef, data_type: &DataType, nulls: &Nulls) -> Result<ArrayRef, String> {
    let is_text = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8
        )
    };
    let from = match array.data_type() {
        DataType::Dictionary(_, values) => values.as_ref().clone(),
        other => other.clone(),
    };
    if is_text(&from) {
        let texts = typed::texts_of(array).ok_or("a text that cannot be read")?;
        if is_text(data_type) {
            let kept: StringViewArray = texts
                .iter()
                .map(|value| value.filter(|value| !nulls.contain(value)))
                .collect();
            let kept: ArrayRef = Arc::new(kept);
            return datafusion::arrow::compute::cast(&kept, data_type).map_err(|e| e.to_string());
        }
        // An empty text is no number, and no date.
        let texts: StringViewArray = texts
            .iter()
            .map(|value| value.filter(|value| !value.is_empty()))
            .collect();
        return typed::typed(&texts, data_type, false, nulls).map_err(|bad| bad.value);
    }
    let strict = CastOptions {
        safe: false,
        ..CastOptions::default()
    };
    let mut plain = cast_with_options(array, &from, &strict).map_err(|e| e.to_string())?;
    for null in nulls.of(&from) {
        let null = null.to_scalar().map_err(|e| e.to_string())?;
        let is_null = eq(&plain, &null).map_err(|e| e.to_string())?;
        plain = nullif(&plain, &is_null).map_err(|e| e.to_string())?;
    }
    if *data_type == DataType::Boolean && from.is_numeric() {
        return flags(&plain);
    }
    let bad = |row: usize| array_value_to_string(&plain, row).unwrap_or_default();
    let forth = match cast_with_options(&plain, data_type, &strict) {
        Ok(forth) => forth,
        Err(e) => {
            let fails =
                |row: &usize| cast_with_options(&plain.slice(*row, 1), data_type, &strict).is_err();
            return Err((0..plain.len()).find(fails).map_or(e.to_string(), bad));
        }
    };
    if is_text(data_type) {
        return Ok(forth);
    }
    if let (DataType::Float64, DataType::Decimal128(..)) = (&from, data_type)
        && let Some(row) = beyond_double(&forth)
    {
        return Err(bad(row));
    }
    // What does not come back as it was has lost something.
    let back =
        cast_with_options(&forth, &from, &CastOptions::default()).map_err(|e| e.to_string())?;
    let same: BooleanArray = not_distinct(&plain, &back).map_err(|e| e.to_string())?;
    match (0..same.len()).find(|row| !same.value(*row)) {
        Some(row) => Err(bad(row)),
        None => Ok(forth),
    }
}

/// The first number with more digits than a DOUBLE keeps: those that were written are lost already.
fn beyond_double(decimals: &ArrayRef) -> Option<usize> {
    let decimals = decimals.as_primitive::<datafusion::arrow::datatypes::Decimal128Type>();
    (0..decimals.len()).find(|row| {
        let mut digits = decimals.value(*row);
        while digits != 0 && digits % 10 == 0 {
            digits /= 10;
        }
        decimals.is_valid(*row) && digits.unsigned_abs() > 1 << 53
    })
}

/// 1 and 0 as TRUE and FALSE.
fn flags(numbers: &ArrayRef) -> Result<ArrayRef, String> {
    let doubles =
        datafusion::arrow::compute::cast(numbers, &DataType::Float64).map_err(|e| e.to_string())?;
    let doubles = doubles.as_primitive::<datafusion::arrow::datatypes::Float64Type>();
    if doubles.null_count() == doubles.len() {
        return Ok(new_null_array(&DataType::Boolean, doubles.len()));
    }
    let flag = |(row, number): (usize, Option<f64>)| match number {
        None => Ok(None),
        Some(1.0) => Ok(Some(true)),
        Some(0.0) => Ok(Some(false)),
        Some(_) => Err(array_value_to_string(numbers, row).unwrap_or_default()),
    };
    let flags = doubles.iter().enumerate().map(flag);
    Ok(Arc::new(flags.collect::<Result<BooleanArray, String>>()?))
}
