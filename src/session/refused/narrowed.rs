//! INSERT and UPDATE of values that their column would cut: 8.9 into an INT is 8 in DataFusion.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::expr::Cast;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, WriteOp};
use datafusion::sql::parser::Statement as Ast;
use datafusion::sql::sqlparser::ast::{AssignmentTarget, Expr as Written, SetExpr, Statement};

use crate::session::error::Refusal;
use crate::session::exprs::sql::shown;
use crate::session::rewritten::days;
use crate::tables::sql_name;

/// Refuses the first such value that the statement does not convert itself.
pub(in crate::session) fn check(ast: &Ast, plan: &LogicalPlan) -> Result<(), Refusal> {
    let (LogicalPlan::Dml(dml), Ast::Statement(sql)) = (plan, ast) else {
        return Ok(());
    };
    let LogicalPlan::Projection(rows) = dml.input.as_ref() else {
        return Ok(());
    };
    let verb = match dml.op {
        WriteOp::Insert(_) => "INSERT",
        WriteOp::Update => "UPDATE",
        _ => return Ok(()),
    };
    for (expr, field) in rows.expr.iter().zip(rows.schema.fields()) {
        if !is_converted(sql, field.name()) {
            cut(verb, expr, field.name(), &rows.input)?;
        }
    }
    let LogicalPlan::Values(values) = rows.input.as_ref() else {
        return Ok(());
    };
    for (i, row) in values.values.iter().enumerate() {
        for (j, expr) in row.iter().enumerate() {
            if !is_converted_there(sql, i, j) {
                let value = values.schema.field(j).name();
                let is_it = |expr: &Expr| expr.column_refs().iter().any(|c| c.name == *value);
                let to = rows.expr.iter().position(is_it);
                let column = to.map_or(value, |to| rows.schema.field(to).name());
                cut(verb, expr, column, &rows.input)?;
            }
        }
    }
    Ok(())
}

fn is_a_cast(written: &Written) -> bool {
    match written {
        Written::Nested(inner) => is_a_cast(inner),
        Written::Cast { .. } => true,
        _ => false,
    }
}

/// Whether UPDATE sets this column to a CAST.
fn is_converted(sql: &Statement, column: &str) -> bool {
    let Statement::Update(update) = sql else {
        return false;
    };
    update.assignments.iter().any(|set| match &set.target {
        AssignmentTarget::ColumnName(name) => {
            let last = name.0.last().and_then(|part| part.as_ident());
            last.is_some_and(|name| name.value.eq_ignore_ascii_case(column))
                && is_a_cast(&set.value)
        }
        AssignmentTarget::Tuple(_) => false,
    })
}

/// Whether this value of VALUES is a CAST.
fn is_converted_there(sql: &Statement, row: usize, column: usize) -> bool {
    let Statement::Insert(insert) = sql else {
        return false;
    };
    let rows = match insert.source.as_ref().map(|source| source.body.as_ref()) {
        Some(SetExpr::Values(values)) => &values.rows,
        _ => return false,
    };
    let value = rows.get(row).and_then(|row| row.get(column));
    value.is_some_and(is_a_cast)
}

/// The expression that a column of a plan has.
fn written<'a>(expr: &'a Expr, input: &'a LogicalPlan) -> &'a Expr {
    let (Expr::Column(column), LogicalPlan::Projection(below)) = (expr, input) else {
        return expr;
    };
    let at = below.schema.maybe_index_of_column(column);
    match at.map(|at| &below.expr[at]) {
        Some(Expr::Alias(_)) | None => expr,
        Some(below) => below,
    }
}

fn cut(verb: &str, expr: &Expr, column: &str, input: &LogicalPlan) -> Result<(), Refusal> {
    let schema = input.schema();
    let (expr, to) = match expr {
        Expr::Alias(alias) => return cut(verb, &alias.expr, column, input),
        Expr::Cast(Cast { expr, field }) => (expr.as_ref(), field.data_type()),
        _ => return Ok(()),
    };
    let Ok(from) = expr.get_type(schema) else {
        return Ok(());
    };
    if let Expr::Literal(value, _) = written(expr, input)
        && let Some(Some(text)) = value.try_as_str()
        && matches!(to, DataType::Date32 | DataType::Date64)
        && days::has_time(text)
    {
        return Err(Refusal::new(format!(
            "{verb}: '{text}' has a time of day and the column {column} is a DATE, which would cut it; DATE '{}' is the day",
            text.trim().get(..10).unwrap_or(text)
        )));
    }
    if !may_cut(&from, to) {
        return Ok(());
    }
    if let Expr::Literal(value, _) = expr {
        let back = value.cast_to(to).and_then(|there| there.cast_to(&from));
        if back.is_ok_and(|back| back == *value) {
            return Ok(());
        }
    }
    let (value, to) = (shown(written(expr, input)), sql_name(to));
    let whole = match to.ends_with("INT") {
        true => format!(", CAST(round({value}) AS {to}) rounds it"),
        false => String::new(),
    };
    Err(Refusal::new(format!(
        "{verb}: {value} is of type {} and the column {column} of type {to}, which would cut it; CAST({value} AS {to}) cuts it{whole}",
        sql_name(&from)
    )))
}

fn may_cut(from: &DataType, to: &DataType) -> bool {
    let scale = |data_type: &DataType| match data_type {
        DataType::Decimal32(_, scale)
        | DataType::Decimal64(_, scale)
        | DataType::Decimal128(_, scale)
        | DataType::Decimal256(_, scale) => Some(*scale),
        _ => None,
    };
    match (scale(from), scale(to)) {
        (Some(from), Some(to)) => from > to,
        (Some(from), None) => from > 0 && to.is_integer(),
        (None, _) if from.is_floating() => to.is_integer(),
        _ => {
            matches!(from, DataType::Timestamp(..))
                && matches!(to, DataType::Date32 | DataType::Date64)
        }
    }
}
