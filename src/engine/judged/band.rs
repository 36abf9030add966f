//! `kpi_band`: what a benchmark says of a value.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Float64Type};
use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, Expr, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl,
    Signature,
};
use datafusion::optimizer::AnalyzerRule;

use super::benchmarks::Benchmarks;
use super::row::{BenchmarkRow, same_industry};
use crate::define::Unit;
use crate::engine::call_docs::{self, Argument, Calls, JUDGED};
use crate::engine::remarks::Remarks;

const NAME: &str = "kpi_band";
const EXAMPLE: &str = "kpi_band('upsell_rate', upsell_rate(customer, is_upsell), 'Subscription')";

/// The scalar function. It knows its benchmarks once [`BindBenchmarks`] has seen the query.
#[derive(Debug)]
pub struct KpiBand {
    benchmarks: Benchmarks,
    /// The rows of this query.
    rows: Option<Arc<Vec<BenchmarkRow>>>,
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
            rows: None,
            remarks: Remarks::default(),
            signature: calls.signature(),
            documentation: calls.documentation(
                JUDGED,
                "What a benchmark says of a KPI's value, in words, such as 'strong'; 'below …' or 'above …' where \
                 the value is outside all bands. NULL where no benchmark with figures is known: without an \
                 industry, those for all industries count. kpi_benchmarks() lists them, and SET \
                 kpi.benchmarks = 'file.csv' puts your own in the place of those for the same KPI.",
                &format!(
                    "-- Is our upsell rate what is typical of subscription businesses?\n\
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

    fn bound(&self, rows: Arc<Vec<BenchmarkRow>>, remarks: Remarks) -> Self {
        KpiBand {
            rows: Some(rows),
            remarks,
            ..KpiBand::new(self.benchmarks.clone())
        }
    }
}

fn calls() -> Calls {
    let argument = |name, shown, meaning| Argument {
        name,
        shown,
        meaning,
    };
    Calls {
        function: NAME,
        arguments: vec![
            argument(
                "kpi",
                DataType::Utf8,
                "the name of a KPI, or of a figure in your own benchmarks",
            ),
            argument("value", DataType::Float64, "its value, a number"),
            argument(
                "industry",
                DataType::Utf8,
                "an industry of the benchmarks; NULL for those of all industries",
            ),
        ],
        least: 2,
        example: EXAMPLE.to_string(),
    }
}

// The same rows, or the same question for them, give the same answer.
impl PartialEq for KpiBand {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows
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

    fn return_type(&self, arg_types: &[DataType]) -> Result<DataType> {
        let calls = calls();
        calls.check_count(arg_types)?;
        let wrong = |position: usize, expected: &str| {
            calls.wrong_argument(position, expected, &arg_types[position])
        };
        if !call_docs::is_text(&arg_types[0]) {
            return Err(wrong(0, "the name of a KPI, a text"));
        }
        if !arg_types[1].is_numeric() && arg_types[1] != DataType::Null {
            return Err(wrong(1, "the value of the KPI, a number"));
        }
        if arg_types
            .get(2)
            .is_some_and(|industry| !call_docs::is_text(industry))
        {
            return Err(wrong(2, "the name of an industry, a text"));
        }
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let column = |position: usize, data_type: &DataType| -> Result<Option<ArrayRef>> {
            let Some(column) = args.args.get(position) else {
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
        let loaded;
        let rows = match &self.rows {
            Some(rows) => rows.as_slice(),
            // Outside a query plan, as in an expression that is evaluated by itself.
            None => {
                loaded = self.benchmarks.rows(&args.config_options)?;
                &loaded
            }
        };
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
                    Some(kpi) => verdict(rows, kpi, value, &industry),
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

/// Whether the values of a KPI are percent, of which there are at most 100.
fn is_percent(kpi: &str) -> bool {
    crate::kpi::find(kpi).is_some_and(|kpi| kpi.unit == Unit::Percent)
}

/// The words for a value.
fn verdict(
    rows: &[BenchmarkRow],
    kpi: &str,
    value: Option<f64>,
    industry: &Option<String>,
) -> Result<Option<String>> {
    let name = crate::kpi::find(kpi).map_or(kpi, |kpi| kpi.name);
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

/// Gives each [`KpiBand`] of a query the benchmarks as they are when it is planned: read once, not for each
/// batch of rows.
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
                    is_used |= band_of(expr).is_some();
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        })?;
        if !is_used {
            return Ok(plan);
        }
        let rows = Arc::new(self.benchmarks.rows(options)?);
        let bound = plan.transform_up_with_subqueries(|node| {
            node.map_expressions(|expr| {
                expr.transform_up(|expr| {
                    let Some((band, args)) = band_of(&expr) else {
                        return Ok(Transformed::no(expr));
                    };
                    let func = ScalarUDF::new_from_impl(
                        band.bound(Arc::clone(&rows), self.remarks.clone()),
                    );
                    let call = ScalarFunction::new_udf(Arc::new(func), args.to_vec());
                    Ok(Transformed::yes(Expr::ScalarFunction(call)))
                })
            })
        })?;
        Ok(bound.data)
    }
}

fn band_of(expr: &Expr) -> Option<(&KpiBand, &[Expr])> {
    match expr {
        Expr::ScalarFunction(ScalarFunction { func, args }) => {
            let band = func.inner().downcast_ref::<KpiBand>()?;
            Some((band, args))
        }
        _ => None,
    }
}
