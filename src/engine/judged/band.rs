//! `kpi_band`: what a benchmark says of a value.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature, lit,
};
use datafusion::optimizer::AnalyzerRule;

use super::arguments;
use super::benchmarks::Benchmarks;
use super::bound;
use super::row::{BenchmarkRow, same_industry};
use crate::define::Unit;
use crate::engine::call_docs::{self, Argument, ArgumentList, Calls, JUDGED};
use crate::engine::remarks::Remarks;

const NAME: &str = "kpi_band";
const EXAMPLE: &str = "kpi_band('upsell_rate', upsell_rate(customer, is_upsell), 'Subscription')";

/// The scalar function. Once [`BindBenchmarks`] has seen the query, its last argument are the benchmarks that are asked.
#[derive(Debug)]
pub struct KpiBand {
    /// Those of the session, for calls outside of a query.
    benchmarks: Benchmarks,
    /// Who is told of values that are hardly what is judged.
    remarks: Remarks,
    signature: Signature,
    documentation: Documentation,
}

impl KpiBand {
    /// The function, with the benchmarks of a session.
    pub fn new(benchmarks: Benchmarks) -> Self {
        let calls = calls();
        KpiBand {
            benchmarks,
            remarks: Remarks::default(),
            signature: calls.signature(),
            documentation: calls.documentation(
                JUDGED,
                "The benchmark band of a KPI's value, such as 'strong'; 'below …' or 'above …' where the value is \
                 outside all bands. NULL where there is no benchmark with figures; without an industry, the \
                 benchmarks for all industries apply. kpi_benchmarks() lists them, and SET kpi.benchmarks = \
                 'file.csv' replaces those for the same KPI with your own.",
                &format!(
                    "-- Is our upsell rate typical of subscription businesses?\n\
                     SELECT {EXAMPLE}\n\
                     FROM (VALUES ('c1', true), ('c2', false), ('c3', false), ('c4', false)) AS orders(customer, is_upsell);"
                ),
            ),
        }
    }

    /// Tells of values that are hardly percent where percent are judged.
    fn look(&self, kpis: &StringArray, values: &Float64Array) {
        if !self.remarks.are_kept() {
            return;
        }
        for (kpi, value) in kpis.iter().zip(values) {
            if let (Some(kpi), Some(value)) = (kpi, value)
                && value > 0.0
                && is_percent(kpi)
            {
                self.remarks.judged(kpi, value);
            }
        }
    }

    /// The same, with what is remarkable about values told to a session.
    pub(crate) fn with_remarks(self, remarks: Remarks) -> Self {
        KpiBand { remarks, ..self }
    }
}

fn calls() -> Calls {
    let text = |name, meaning| Argument {
        name,
        shown: DataType::Utf8,
        meaning,
    };
    let list = vec![
        text(
            "kpi",
            "the name of a KPI, or of a figure in your own benchmarks",
        ),
        arguments::number("value", "its value, a number"),
        text(
            "industry",
            "an industry of the benchmarks; NULL for those of all industries",
        ),
    ];
    Calls {
        function: NAME,
        lists: vec![ArgumentList {
            arguments: list,
            least: 2,
        }],
        example: EXAMPLE.to_string(),
    }
}

// What a query asks stands in its arguments.
impl PartialEq for KpiBand {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for KpiBand {}

impl std::hash::Hash for KpiBand {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

impl ScalarUDFImpl for KpiBand {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    /// The name that a column has before the benchmarks are there.
    fn schema_name(&self, args: &[Expr]) -> Result<String> {
        let args = args.split_last().map_or(args, |(last, before)| match last {
            Expr::Literal(value, _) if bound::are_benchmarks(&value.data_type()) => before,
            _ => args,
        });
        let names = args.iter().map(|arg| arg.schema_name().to_string());
        Ok(format!("{NAME}({})", names.collect::<Vec<_>>().join(",")))
    }

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let arg_types = match arg_types.split_last() {
            Some((last, before)) if bound::are_benchmarks(last) => before,
            _ => arg_types,
        };
        let calls = calls();
        calls.check_count(arg_types)?;
        let wrong = |position: usize, expected: &str| {
            calls.wrong_argument(position, expected, &arg_types[position])
        };
        if !call_docs::is_text(&arg_types[0]) {
            return Err(wrong(0, "the name of a KPI, a text"));
        }
        arguments::check_number(&calls, arg_types, 1, "the value of the KPI, a number")?;
        if arg_types
            .get(2)
            .is_some_and(|industry| !call_docs::is_text(industry))
        {
            return Err(wrong(2, "the name of an industry, a text"));
        }
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let (given, rows) = match args.args.split_last() {
            Some((last, before)) if bound::are_benchmarks(&last.data_type()) => {
                (before, bound::rows(last)?)
            }
            // Outside a query plan, as in an expression that is evaluated by itself.
            _ => (
                args.args.as_slice(),
                self.benchmarks.rows(&args.config_options)?,
            ),
        };
        let column = |position: usize, data_type: &DataType| -> Result<Option<ArrayRef>> {
            let Some(column) = given.get(position) else {
                return Ok(None);
            };
            let column = column.to_array(args.number_rows)?;
            Ok(Some(cast(&column, data_type)?))
        };
        let needed = |position, data_type: &DataType| -> Result<ArrayRef> {
            let column = column(position, data_type)?;
            Ok(column.expect("the signature asks for two arguments"))
        };
        let (kpis, values) = (needed(0, &DataType::Utf8)?, needed(1, &DataType::Float64)?);
        let industries = column(2, &DataType::Utf8)?;
        self.look(
            kpis.as_string::<i32>(),
            values.as_primitive::<Float64Type>(),
        );
        let industries = industries.as_ref().map(|texts| texts.as_string::<i32>());
        let verdicts = kpis
            .as_string::<i32>()
            .iter()
            .zip(values.as_primitive::<Float64Type>())
            .enumerate()
            .map(|(row, (kpi, value))| {
                let industry = industries
                    .filter(|texts| texts.is_valid(row))
                    .map(|texts| texts.value(row).to_string());
                match kpi {
                    Some(kpi) => verdict(&rows, kpi, value, &industry),
                    None => Ok(None),
                }
            });
        let verdicts = verdicts.collect::<Result<StringArray>>()?;
        Ok(ColumnarValue::Array(Arc::new(verdicts)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Some(&self.documentation)
    }
}

/// The name that the benchmarks of a KPI have, of which `kpi` may be another name; or that of a figure of the user's own.
fn name_of(kpi: &str) -> &str {
    crate::kpi::find(kpi).map_or(kpi, |kpi| kpi.name)
}

/// Whether the values of a KPI are percent, of which there are at most 100.
fn is_percent(kpi: &str) -> bool {
    crate::kpi::find(kpi).is_some_and(|kpi| kpi.unit == Unit::Percent)
}

/// What benchmarks say of a value of a KPI, in words; `None` where none has figures.
///
/// # Errors
/// A name that is neither that of a KPI nor of a figure in the benchmarks.
pub fn verdict(
    rows: &[BenchmarkRow],
    kpi: &str,
    value: Option<f64>,
    industry: &Option<String>,
) -> Result<Option<String>> {
    let name = name_of(kpi);
    let of_kpi: Vec<&BenchmarkRow> = rows.iter().filter(|row| row.kpi == name).collect();
    if of_kpi.is_empty() && crate::kpi::find(kpi).is_none() {
        return Err(DataFusionError::Execution(format!(
            "{NAME}: there is no KPI {kpi:?}, and no benchmark for a figure of this name; SELECT name FROM \
             kpi_catalog() lists the KPIs. Example: {EXAMPLE}"
        )));
    }
    let Some(value) = value.filter(|value| !value.is_nan()) else {
        return Ok(None);
    };
    let of_industry = |industry: &Option<String>| -> Vec<&BenchmarkRow> {
        let rows = of_kpi.iter().copied();
        rows.filter(|row| same_industry(&row.industry, industry))
            // Words alone are no measure.
            .filter(|row| row.low.is_some() || row.high.is_some())
            .collect()
    };
    let mut bands = of_industry(industry);
    if bands.is_empty() {
        bands = of_industry(&None);
    }
    Ok(place(&bands, value))
}

/// The band that a value is in, or what it is above or below.
///
/// Both ends belong to a band. Where two bands meet, the one with two ends has the value ("above 20" and
/// "10 to 20" share the 20), and of two such the upper one.
fn place(bands: &[&BenchmarkRow], value: f64) -> Option<String> {
    let low = |band: &BenchmarkRow| band.low.unwrap_or(f64::NEG_INFINITY);
    let high = |band: &BenchmarkRow| band.high.unwrap_or(f64::INFINITY);
    let bounded = |band: &BenchmarkRow| band.low.is_some() && band.high.is_some();
    let inside = bands
        .iter()
        .filter(|band| (low(band)..=high(band)).contains(&value))
        .max_by(|one, other| {
            let one_first = bounded(one).cmp(&bounded(other));
            one_first.then(low(one).total_cmp(&low(other)))
        });
    if let Some(band) = inside {
        return Some(band.band.clone());
    }
    // Outside all bands, the nearest ones tell where.
    let below = bands
        .iter()
        .filter(|band| high(band) < value)
        .max_by(|one, other| high(one).total_cmp(&high(other)));
    let above = bands
        .iter()
        .filter(|band| low(band) > value)
        .min_by(|one, other| low(one).total_cmp(&low(other)));
    match (below, above) {
        (Some(below), Some(above)) => Some(format!("between {} and {}", below.band, above.band)),
        (Some(below), None) => Some(format!("above {}", below.band)),
        (None, Some(above)) => Some(format!("below {}", above.band)),
        (None, None) => None,
    }
}

/// Gives each [`KpiBand`] of a query the benchmarks as they are when it is planned, in an argument: read once, and the same
/// wherever the plan runs. Calls that have them keep them.
#[derive(Debug)]
pub struct BindBenchmarks {
    benchmarks: Benchmarks,
    remarks: Remarks,
}

impl BindBenchmarks {
    /// The rule for a session.
    pub fn new(benchmarks: Benchmarks) -> Self {
        BindBenchmarks {
            benchmarks,
            remarks: Remarks::default(),
        }
    }

    /// The same, with what is remarkable about values told to a session.
    pub(crate) fn with_remarks(self, remarks: Remarks) -> Self {
        BindBenchmarks { remarks, ..self }
    }
}

impl AnalyzerRule for BindBenchmarks {
    fn name(&self) -> &str {
        "bind_benchmarks"
    }

    fn analyze(&self, plan: LogicalPlan, options: &ConfigOptions) -> Result<LogicalPlan> {
        let mut is_used = false;
        plan.apply_with_subqueries(|node| {
            node.apply_expressions(|expr| {
                expr.apply(|expr| {
                    is_used |= unbound(expr).is_some();
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        })?;
        if !is_used {
            return Ok(plan);
        }
        let rows = self.benchmarks.rows(options)?;
        let band = KpiBand::new(self.benchmarks.clone()).with_remarks(self.remarks.clone());
        let band = Arc::new(ScalarUDF::new_from_impl(band));
        let bound = plan.transform_up_with_subqueries(|node| {
            node.map_expressions(|expr| {
                expr.transform_up(|expr| {
                    let Some(args) = unbound(&expr) else {
                        return Ok(Transformed::no(expr));
                    };
                    let benchmarks = lit(of_call(&rows, args));
                    let args = args.iter().cloned().chain([benchmarks]);
                    let call = ScalarFunction::new_udf(Arc::clone(&band), args.collect());
                    Ok(Transformed::yes(Expr::ScalarFunction(call)))
                })
            })
        })?;
        Ok(bound.data)
    }
}

/// The arguments of a call that has no benchmarks yet.
fn unbound(expr: &Expr) -> Option<&[Expr]> {
    let Expr::ScalarFunction(ScalarFunction { func, args }) = expr else {
        return None;
    };
    func.inner().downcast_ref::<KpiBand>()?;
    match args.last() {
        Some(Expr::Literal(value, _)) if bound::are_benchmarks(&value.data_type()) => None,
        _ => Some(args),
    }
}

/// The benchmarks that a call can ask for: those of its KPI, if that is written out.
fn of_call(rows: &[BenchmarkRow], args: &[Expr]) -> ScalarValue {
    let kpi = match args.first() {
        Some(Expr::Literal(kpi, _)) => kpi.try_as_str().flatten(),
        _ => None,
    };
    let is_asked_for = |row: &&BenchmarkRow| kpi.is_none_or(|kpi| row.kpi == name_of(kpi));
    bound::value(rows.iter().filter(is_asked_for))
}
