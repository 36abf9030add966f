//! INT96 times, as Spark, Hive and Impala write them: a day and the nanoseconds in it.
//!
//! In nanoseconds since 1970 they end in 2262, and "still active" is 9999-12-31 for many; in microseconds they reach as
//! far as anybody writes them. So they are read in microseconds, unless a value has parts of one and all of them have
//! their place in nanoseconds.

use datafusion::arrow::datatypes::TimeUnit;
use datafusion::common::plan_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::parquet::basic::Type;
use datafusion::parquet::column::reader::get_typed_column_reader;
use datafusion::parquet::data_type::{Int96, Int96Type};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::metadata::ParquetMetaData;
use datafusion::parquet::file::reader::{FileReader, SerializedFileReader};

use crate::tables::storage::FilePath;

/// What Spark writes into its files; its times have no parts of a microsecond.
const SPARK: &str = "org.apache.spark.version";

/// Days that lie in nanoseconds since 1970 as a whole: 1677-09-22 to 2262-04-10.
const NANOSECOND_DAYS: std::ops::RangeInclusive<u32> = 2_333_837..=2_547_338;

/// A file with such times.
pub(super) struct Timed<'a> {
    pub file: &'a FilePath,
    pub by_spark: bool,
}

/// A column that has a time of some kind.
struct TimesPlace {
    file: FilePath,
    column: String,
}

impl TimesPlace {
    fn shown(&self) -> String {
        format!("column {} of {}", self.column, self.file.display())
    }
}

/// What the values of a table ask for.
#[derive(Default)]
struct Times {
    /// One that has parts of a microsecond.
    fine: Option<TimesPlace>,
    /// One that has no place in nanoseconds.
    far: Option<TimesPlace>,
}

/// Whether a file has such times, and whether Spark wrote it.
pub(in crate::tables) fn of(metadata: &ParquetMetaData) -> Option<bool> {
    let metadata = metadata.file_metadata();
    let columns = metadata.schema_descr().columns();
    let has_any = columns.iter().any(|c| c.physical_type() == Type::INT96);
    let pairs = metadata.key_value_metadata();
    has_any.then(|| pairs.is_some_and(|pairs| pairs.iter().any(|pair| pair.key == SPARK)))
}

/// A unit by its name in settings.
pub(in crate::tables) fn parsed(unit: &str) -> Result<TimeUnit> {
    match unit.to_lowercase().as_str() {
        "ns" => Ok(TimeUnit::Nanosecond),
        "us" => Ok(TimeUnit::Microsecond),
        "ms" => Ok(TimeUnit::Millisecond),
        "s" => Ok(TimeUnit::Second),
        _ => plan_err!(
            "datafusion.execution.parquet.coerce_int96 is {unit}; it can be 'ns', 'us', 'ms' or 's', as in \
             SET datafusion.execution.parquet.coerce_int96 = 'us'"
        ),
    }
}

/// The unit to read all of them in, and what a reader should know about it. `asked` is the setting
/// `datafusion.execution.parquet.coerce_int96`.
pub(in crate::tables) fn unit(
    files: &[Timed],
    asked: Option<&str>,
) -> Result<(String, Option<String>)> {
    let asked = asked.map(str::to_lowercase);
    let asked = asked.as_deref();
    let mut times = Times::default();
    let (by_spark, by_others): (Vec<&Timed>, _) = files.iter().partition(|f| f.by_spark);
    if matches!(asked, None | Some("ns")) {
        by_others
            .into_iter()
            .try_for_each(|f: &Timed| times.look(f.file))?;
    }
    // Microseconds are right for Spark's; only where others ask for nanoseconds it matters how far they reach.
    if times.fine.is_some() || asked == Some("ns") {
        by_spark.into_iter().try_for_each(|f| times.look(f.file))?;
    }
    match (asked, &times.fine, &times.far) {
        (Some("ns"), _, Some(far)) => plan_err!(
            "{} has times outside of what nanoseconds reach, 1677-09-21 to 2262-04-11; use \
             SET datafusion.execution.parquet.coerce_int96 = 'us'",
            far.shown()
        ),
        (Some(asked), ..) => Ok((asked.to_string(), None)),
        (None, Some(_), None) => Ok(("ns".to_string(), None)),
        (None, Some(fine), Some(far)) => Ok((
            "us".to_string(),
            Some(format!(
                "{} has times with parts of a microsecond, and {} has some that nanoseconds do not reach; \
                 all are read in microseconds, and smaller parts are cut",
                fine.shown(),
                far.shown()
            )),
        )),
        (None, None, _) => Ok(("us".to_string(), None)),
    }
}

impl Times {
    fn look(&mut self, file: &FilePath) -> Result<()> {
        self.read(file)
            .map_err(|e| DataFusionError::Plan(format!("{} cannot be read: {e}", file.display())))
    }

    fn read(&mut self, file: &FilePath) -> Result<(), ParquetError> {
        let reader = SerializedFileReader::new(file.open()?)?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let is_time = |&i: &usize| schema.column(i).physical_type() == Type::INT96;
        for column in (0..schema.num_columns()).filter(is_time) {
            for group in 0..reader.num_row_groups() {
                let group = reader.get_row_group(group)?;
                let pages = group.get_column_reader(column)?;
                let mut pages = get_typed_column_reader::<Int96Type>(pages);
                let (mut values, mut levels, mut repeats) = (vec![], vec![], vec![]);
                loop {
                    values.clear();
                    levels.clear();
                    repeats.clear();
                    let (records, ..) = pages.read_records(
                        8192,
                        Some(&mut levels),
                        Some(&mut repeats),
                        &mut values,
                    )?;
                    if records == 0 {
                        break;
                    }
                    let place = || TimesPlace {
                        file: file.clone(),
                        column: schema.column(column).path().string(),
                    };
                    if self.fine.is_none() && values.iter().any(is_fine) {
                        self.fine = Some(place());
                    }
                    if self.far.is_none() && values.iter().any(is_far) {
                        self.far = Some(place());
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_fine(value: &Int96) -> bool {
    match value.data() {
        [low, high, _] => ((u64::from(*high) << 32) | u64::from(*low)) % 1000 != 0,
        _ => false,
    }
}

fn is_far(value: &Int96) -> bool {
    !value
        .data()
        .last()
        .is_some_and(|day| NANOSECOND_DAYS.contains(day))
}
