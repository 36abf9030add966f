//! A result as a table of plain columns: parts and changes are several columns, beside p values stand those that are adjusted.
//!
//! It is a batch with units, so that page, Markdown and workbook are written by those who write results, with the same digits.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, RecordBatch, RecordBatchOptions, StringArray,
};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use datafusion::arrow::error::ArrowError;

use super::mix::mixes;
use super::period::Period;
use super::result_rows::{ResultRows, RowKeys, TOTAL, whole_numbers};
use crate::define::{Kpi, Unit, UnitFormat};
use crate::report_support::{Adjustment, counts_things};
use crate::session_support::{ResultRole, TotalMark};

/// The digits of p values.
const P_DIGITS: u8 = 6;

/// A table of plain columns.
#[derive(Debug, Clone)]
pub struct FlatTable {
    /// Its rows.
    pub batch: RecordBatch,
    /// How its numbers are written.
    pub units: Vec<Option<UnitFormat>>,
    /// Whether p values were adjusted, each among those of its column.
    pub has_adjusted: bool,
    /// Whether a column says that the values of a row are of too few.
    pub few: Vec<bool>,
    /// Columns that are something else to people: what periods are called, and the total.
    labels: Vec<(usize, ArrayRef)>,
}

#[derive(Default)]
struct FlatColumns {
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    units: Vec<Option<UnitFormat>>,
    has_adjusted: bool,
}

impl FlatTable {
    /// The table of a result, with rows of fewer than `min_n` things told apart.
    ///
    /// # Errors
    /// Values that arrow cannot cast.
    pub fn of(rows: &ResultRows, keys: &RowKeys, min_n: f64) -> Result<Self, ArrowError> {
        let mut few = vec![false; rows.batch.num_rows()];
        for column in rows.columns(|role| *role == ResultRole::Counted) {
            for (few, n) in few.iter_mut().zip(rows.numbers(column)?) {
                *few |= n.is_some_and(|n| n < min_n);
            }
        }
        let mut flat = FlatColumns::default();
        let mut labels = vec![];
        // Where the query has adjusted them itself, once is enough.
        let mut names = rows
            .batch
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name());
        let is_adjusted = names.any(|name| name.to_lowercase().contains("adjusted"));
        // NULL may be a segment as well as the total.
        let is_told_apart = keys.twice().is_none();
        for (column, fact) in rows.facts.iter().enumerate() {
            let place = flat.columns.len();
            if keys.period_column == Some(column) {
                let periods = keys
                    .keys
                    .iter()
                    .map(|key| key.period.as_ref().map(Period::label));
                labels.push((
                    place,
                    Arc::new(periods.collect::<StringArray>()) as ArrayRef,
                ));
            } else if fact.total == Some(TotalMark::Null)
                && fact.role == ResultRole::Segment
                && is_told_apart
            {
                let texts = cast(rows.batch.column(column), &DataType::Utf8)?;
                let texts = texts.as_string::<i32>().iter();
                let texts = texts.map(|text| Some(text.unwrap_or(TOTAL)));
                labels.push((place, Arc::new(texts.collect::<StringArray>())));
            }
            let (name, values) = (rows.name(column), rows.batch.column(column));
            match fact.role {
                ResultRole::Parts(kpi) => flat.parts(&name, kpi, values)?,
                ResultRole::Change(kpi) => flat.change(&name, kpi, values)?,
                ResultRole::Mix(_) => flat.mix(&name, values)?,
                ResultRole::Difference(kpi) => {
                    flat.add(&name, Arc::clone(values), kpi.unit.difference_format());
                }
                ResultRole::PValue => {
                    flat.add(&name, Arc::clone(values), None);
                    if !is_adjusted {
                        flat.adjusted(&name, &rows.numbers(column)?);
                    }
                }
                _ => flat.add(&name, Arc::clone(values), rows.units[column]),
            }
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows.batch.num_rows()));
        let schema = Arc::new(Schema::new(flat.fields));
        Ok(Self {
            batch: RecordBatch::try_new_with_options(schema, flat.columns, &options)?,
            units: flat.units,
            has_adjusted: flat.has_adjusted,
            few,
            labels,
        })
    }

    /// The rows as people read them: `2026-06` in the place of the time at which the month begins, and the total by its name.
    ///
    /// # Errors
    /// None that is known: the columns are as long as those that they take the place of.
    pub fn for_people(&self) -> Result<RecordBatch, ArrowError> {
        let mut columns = self.batch.columns().to_vec();
        let fields = self.batch.schema_ref().fields().iter();
        let mut fields: Vec<Field> = fields.map(|field| field.as_ref().clone()).collect();
        for (place, labels) in &self.labels {
            columns[*place] = Arc::clone(labels);
            fields[*place] = Field::new(fields[*place].name(), DataType::Utf8, true);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)
    }
}

impl FlatColumns {
    fn add(&mut self, name: &str, values: ArrayRef, unit: Option<UnitFormat>) {
        self.fields
            .push(Field::new(name, values.data_type().clone(), true));
        self.columns.push(values);
        self.units.push(unit);
    }

    fn numbers(&mut self, name: &str, numbers: &[Option<f64>], unit: Option<UnitFormat>) {
        let numbers = Float64Array::from_iter(numbers.iter().copied());
        self.add(name, Arc::new(numbers), unit);
    }

    /// A value, its interval where there is one, and the number of things that it is of.
    fn parts(
        &mut self,
        name: &str,
        kpi: &'static Kpi,
        values: &ArrayRef,
    ) -> Result<(), ArrowError> {
        let unit = kpi.unit.format();
        self.numbers(name, &field(values, "value")?, unit);
        let (low, high) = (field(values, "ci_low")?, field(values, "ci_high")?);
        if low.iter().chain(&high).any(Option::is_some) {
            self.numbers(&format!("{name} low"), &low, unit);
            self.numbers(&format!("{name} high"), &high, unit);
        }
        if counts_things(kpi) {
            let counted = field(values, "denominator")?;
            let name = format!("{name} n");
            match whole_numbers(&counted) {
                Some(whole) => self.add(&name, Arc::new(whole), None),
                None => self.numbers(&name, &counted, Unit::Number.format()),
            }
        }
        Ok(())
    }

    /// A difference, its interval and its p value, where there are such.
    fn change(
        &mut self,
        name: &str,
        kpi: &'static Kpi,
        values: &ArrayRef,
    ) -> Result<(), ArrowError> {
        let unit = kpi.unit.difference_format();
        self.numbers(name, &field(values, "difference")?, unit);
        let (low, high) = (field(values, "ci_low")?, field(values, "ci_high")?);
        if low.iter().chain(&high).any(Option::is_some) {
            self.numbers(&format!("{name} low"), &low, unit);
            self.numbers(&format!("{name} high"), &high, unit);
        }
        let p_values = field(values, "p_value")?;
        if p_values.iter().any(Option::is_some) {
            let name = format!("{name} p");
            self.numbers(&name, &p_values, p_format());
            self.adjusted(&name, &p_values);
        }
        Ok(())
    }

    /// What p values are once it is counted how many there are.
    fn adjusted(&mut self, name: &str, p_values: &[Option<f64>]) {
        let known = p_values
            .iter()
            .map(|p| p.filter(|p| (0.0..=1.0).contains(p)));
        let known: Vec<Option<f64>> = known.collect();
        if known.iter().flatten().count() > 1 {
            let adjusted = Adjustment::BenjaminiHochberg.of(&known);
            self.numbers(&format!("{name} adjusted"), &adjusted, p_format());
            self.has_adjusted = true;
        }
    }

    /// The shares of products as a text.
    fn mix(&mut self, name: &str, values: &ArrayRef) -> Result<(), ArrowError> {
        let format = Unit::Percent.format();
        let texts = mixes(values)?.into_iter().map(|mix| {
            let shares = mix?.into_iter().map(|item| {
                let share = format.and_then(|format| format.float(item.share));
                let share = share.map_or_else(|| item.share.to_string(), |share| share.text);
                format!("{} {share}", item.product)
            });
            Some(shares.collect::<Vec<_>>().join(", "))
        });
        let texts: StringArray = texts.collect();
        self.add(name, Arc::new(texts), None);
        Ok(())
    }
}

fn p_format() -> Option<UnitFormat> {
    Some(Unit::Number.format()?.rounded_to(P_DIGITS))
}

/// A field of structs as numbers.
fn field(structs: &ArrayRef, name: &str) -> Result<Vec<Option<f64>>, ArrowError> {
    let missing = || vec![None; structs.len()];
    let Some(of) = structs.as_struct_opt() else {
        return Ok(missing());
    };
    let Some(column) = of.column_by_name(name) else {
        return Ok(missing());
    };
    let numbers = cast(column, &DataType::Float64)?;
    let numbers = numbers.as_primitive::<Float64Type>().iter().enumerate();
    // What lies below a NULL is nobody's.
    Ok(numbers
        .map(|(row, number)| number.filter(|_| of.is_valid(row)))
        .collect())
}
