//! Rows that `unnest` leaves out because their list is empty, counted while the query runs.
//!
//! SQL has it so: of an empty list no row is made. But with the row its customer goes, whom a KPI is to count. So the
//! list passes through a function here that counts the empty ones, and a note says how many there were.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{Array, Int32Array, Int64Array};
use datafusion::arrow::compute::kernels::length::length;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::NullHandling;
use datafusion::common::tree_node::Transformed;
use datafusion::common::utils::quote_identifier;
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Alias, ScalarFunction};
use datafusion::logical_expr::{
    ColumnarValue, DdlStatement, Expr, LogicalPlan, Projection, ReturnFieldArgs,
    ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Unnest, Volatility,
};
use datafusion::sql::unparser::expr_to_sql;

/// How many rows one `unnest` has left out so far, or how many NULLs a subquery has.
#[derive(Debug)]
pub(super) struct Left {
    list: String,
    /// Whether it is the value that NOT IN (SELECT …) looks for.
    not_in: bool,
    rows: AtomicU64,
}

impl Left {
    /// Of the NULLs of the subquery in which NOT IN looks for a value.
    pub fn of_not_in(value: String) -> Self {
        Left {
            list: value,
            not_in: true,
            rows: AtomicU64::new(0),
        }
    }

    /// Counts more.
    pub fn add(&self, rows: u64) {
        self.rows.fetch_add(rows, Ordering::Relaxed);
    }

    /// What a reader should know about the rows since the last time.
    pub fn take_note(&self) -> Option<String> {
        let list = &self.list;
        if self.not_in {
            let rows = self.rows.swap(0, Ordering::Relaxed);
            return (rows > 0).then(|| format!(
                "{list} NOT IN (SELECT …): the subquery has NULL, and so nothing is known not to be in it, and no row is \
                 left; WHERE … IS NOT NULL in the subquery leaves NULL out"
            ));
        }
        let said = match self.rows.swap(0, Ordering::Relaxed) {
            0 => return None,
            1 => "1 row whose list is empty or NULL".to_string(),
            rows => format!("{rows} rows whose list is empty or NULL"),
        };
        Some(format!(
            "unnest({list}) leaves out {said}; unnest_outer({list}) keeps such a row, with NULL"
        ))
    }
}

/// The plan with its empty lists counted, and where.
pub(super) fn counted(plan: LogicalPlan) -> Result<(LogicalPlan, Vec<Arc<Left>>)> {
    if !matches!(
        plan,
        LogicalPlan::Projection(_)
            | LogicalPlan::Unnest(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Sort(_)
            | LogicalPlan::Limit(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::Window(_)
            | LogicalPlan::Distinct(_)
            | LogicalPlan::Join(_)
            | LogicalPlan::Union(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Copy(_)
            | LogicalPlan::Dml(_)
            | LogicalPlan::Ddl(DdlStatement::CreateMemoryTable(_))
    ) {
        return Ok((plan, vec![]));
    }
    let mut all = vec![];
    let plan = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Unnest(unnest) => match list_of(&unnest) {
            Some((at, list)) => {
                let left = Arc::new(Left {
                    list: shown(list),
                    not_in: false,
                    rows: AtomicU64::new(0),
                });
                all.push(left.clone());
                Ok(Transformed::yes(with_count(unnest, at, left)?))
            }
            None => Ok(Transformed::no(LogicalPlan::Unnest(unnest))),
        },
        other => Ok(Transformed::no(other)),
    })?;
    Ok((plan.data, all))
}

/// An expression as a statement would have it.
pub(super) fn shown(expr: &Expr) -> String {
    match expr {
        Expr::Column(column) => quote_identifier(&column.name).into_owned(),
        other => match expr_to_sql(other) {
            Ok(sql) => sql.to_string(),
            Err(_) => other.human_display().to_string(),
        },
    }
}

/// The one list that is unnested, and its place below.
fn list_of(unnest: &Unnest) -> Option<(usize, &Expr)> {
    let [(at, _)] = unnest.list_type_columns.as_slice() else {
        return None;
    };
    let LogicalPlan::Projection(below) = unnest.input.as_ref() else {
        return None;
    };
    let Expr::Alias(list) = below.expr.get(*at)? else {
        return None;
    };
    let drops = unnest.options.null_handling == NullHandling::Drop;
    drops.then_some((*at, list.expr.as_ref()))
}

fn with_count(mut unnest: Unnest, at: usize, left: Arc<Left>) -> Result<LogicalPlan> {
    if let LogicalPlan::Projection(below) = unnest.input.as_ref() {
        let mut exprs = below.expr.clone();
        if let Expr::Alias(Alias { expr, .. }) = &mut exprs[at] {
            let list = std::mem::take(expr.as_mut());
            let function = Arc::new(ScalarUDF::new_from_impl(Count::of(left)));
            **expr = Expr::ScalarFunction(ScalarFunction::new_udf(function, vec![list]));
        }
        let (input, schema) = (below.input.clone(), below.schema.clone());
        let below = Projection::try_new_with_schema(exprs, input, schema)?;
        unnest.input = Arc::new(LogicalPlan::Projection(below));
    }
    Ok(LogicalPlan::Unnest(unnest))
}

/// Hands lists on, and counts those that have nothing in them.
#[derive(Debug)]
struct Count {
    signature: Signature,
    left: Arc<Left>,
}

impl Count {
    fn of(left: Arc<Left>) -> Self {
        Self {
            // A constant list is not to be counted while the query is planned.
            signature: Signature::any(1, Volatility::Volatile),
            left,
        }
    }
}

impl PartialEq for Count {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.left, &other.left)
    }
}

impl Eq for Count {}

impl Hash for Count {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.left).hash(state);
    }
}

impl ScalarUDFImpl for Count {
    fn name(&self) -> &'static str {
        "empty_lists_counted"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType> {
        Ok(types[0].clone())
    }

    fn return_field_from_args(&self, args: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(args.arg_fields[0].clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let lists = args.args[0].to_array(args.number_rows)?;
        let empty = match lists.data_type() {
            DataType::Null => lists.len(),
            DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => {
                empty(&length(&lists)?)
            }
            _ => 0,
        };
        self.left.add(empty as u64);
        Ok(ColumnarValue::Array(lists))
    }
}

fn empty(lengths: &dyn Array) -> usize {
    let lengths_32 = lengths.as_any().downcast_ref::<Int32Array>();
    let lengths_64 = lengths.as_any().downcast_ref::<Int64Array>();
    match (lengths_32, lengths_64) {
        (Some(lengths), _) => lengths.iter().filter(|n| n.unwrap_or(0) == 0).count(),
        (_, Some(lengths)) => lengths.iter().filter(|n| n.unwrap_or(0) == 0).count(),
        _ => 0,
    }
}
