//! Expressions of a plan as a query would have them, for words about them. DataFusion shows texts without their quotes,
//! columns with their numbers, and no casts.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::utils::quote_identifier;
use datafusion::physical_expr::expressions::{
    BinaryExpr, CaseExpr, CastExpr, Column, InListExpr, IsNotNullExpr, IsNullExpr, LikeExpr,
    Literal, NotExpr, TryCastExpr,
};
use datafusion::physical_expr::{PhysicalExpr, ScalarFunctionExpr};

/// The expression, as SQL.
pub fn in_sql(expr: &Arc<dyn PhysicalExpr>) -> String {
    if let Some(column) = expr.downcast_ref::<Column>() {
        return quote_identifier(column.name()).into_owned();
    }
    if let Some(literal) = expr.downcast_ref::<Literal>() {
        return value(literal.value());
    }
    if let Some(cast) = expr.downcast_ref::<CastExpr>() {
        return converted("CAST", cast.expr(), cast.cast_type());
    }
    if let Some(cast) = expr.downcast_ref::<TryCastExpr>() {
        return converted("TRY_CAST", cast.expr(), cast.cast_type());
    }
    if let Some(binary) = expr.downcast_ref::<BinaryExpr>() {
        let (left, right) = (inner(binary.left()), inner(binary.right()));
        return format!("{left} {} {right}", binary.op());
    }
    if let Some(not) = expr.downcast_ref::<NotExpr>() {
        return format!("NOT {}", inner(not.arg()));
    }
    if let Some(null) = expr.downcast_ref::<IsNullExpr>() {
        return format!("{} IS NULL", inner(null.arg()));
    }
    if let Some(null) = expr.downcast_ref::<IsNotNullExpr>() {
        return format!("{} IS NOT NULL", inner(null.arg()));
    }
    if let Some(list) = expr.downcast_ref::<InListExpr>() {
        let not = if list.negated() { " NOT" } else { "" };
        return format!("{}{not} IN ({})", inner(list.expr()), all(list.list()));
    }
    if let Some(like) = expr.downcast_ref::<LikeExpr>() {
        let not = if like.negated() { " NOT" } else { "" };
        let name = if like.case_insensitive() {
            "ILIKE"
        } else {
            "LIKE"
        };
        return format!(
            "{}{not} {name} {}",
            inner(like.expr()),
            inner(like.pattern())
        );
    }
    if let Some(case) = expr.downcast_ref::<CaseExpr>() {
        return chosen(case);
    }
    if let Some(call) = expr.downcast_ref::<ScalarFunctionExpr>() {
        return called(call.name(), call.args());
    }
    numbered(expr)
}

fn called(name: &str, args: &[Arc<dyn PhysicalExpr>]) -> String {
    let sign = match name {
        "checked_add" => "+",
        "checked_subtract" => "-",
        "checked_multiply" => "*",
        _ => return format!("{name}({})", all(args)),
    };
    let sides: Vec<String> = args.iter().map(inner).collect();
    sides.join(&format!(" {sign} "))
}

fn chosen(case: &CaseExpr) -> String {
    let mut text = "CASE".to_string();
    if let Some(of) = case.expr() {
        text += &format!(" {}", in_sql(of));
    }
    for (when, then) in case.when_then_expr() {
        text += &format!(" WHEN {} THEN {}", in_sql(when), in_sql(then));
    }
    if let Some(other) = case.else_expr() {
        text += &format!(" ELSE {}", in_sql(other));
    }
    text + " END"
}

/// With parentheses around what has several parts.
fn inner(expr: &Arc<dyn PhysicalExpr>) -> String {
    let is_whole = expr.downcast_ref::<BinaryExpr>().is_none()
        && expr.downcast_ref::<NotExpr>().is_none()
        && expr.downcast_ref::<InListExpr>().is_none();
    match is_whole {
        true => in_sql(expr),
        false => format!("({})", in_sql(expr)),
    }
}

fn all(exprs: &[Arc<dyn PhysicalExpr>]) -> String {
    let all: Vec<String> = exprs.iter().map(in_sql).collect();
    all.join(", ")
}

/// A cast to a type that SQL has a short name of; others are DataFusion's own.
fn converted(cast: &str, expr: &Arc<dyn PhysicalExpr>, to: &DataType) -> String {
    let to = match to {
        DataType::Boolean => "BOOLEAN".to_string(),
        DataType::Int8 => "TINYINT".to_string(),
        DataType::Int16 => "SMALLINT".to_string(),
        DataType::Int32 => "INT".to_string(),
        DataType::Int64 => "BIGINT".to_string(),
        DataType::Float32 => "REAL".to_string(),
        DataType::Float64 => "DOUBLE".to_string(),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "VARCHAR".to_string(),
        DataType::Date32 => "DATE".to_string(),
        DataType::Timestamp(_, None) => "TIMESTAMP".to_string(),
        DataType::Decimal128(precision, scale) => format!("DECIMAL({precision}, {scale})"),
        _ => return in_sql(expr),
    };
    format!("{cast}({} AS {to})", in_sql(expr))
}

fn value(value: &ScalarValue) -> String {
    match value {
        ScalarValue::Dictionary(_, inner) => self::value(inner),
        value if value.is_null() => "NULL".to_string(),
        ScalarValue::Date32(_) | ScalarValue::Date64(_) => format!("DATE '{value}'"),
        value => match value.try_as_str() {
            Some(Some(text)) => format!("'{}'", text.replace('\'', "''")),
            _ => value.to_string(),
        },
    }
}

/// The words of DataFusion, without the numbers of columns.
fn numbered(expr: &dyn std::fmt::Display) -> String {
    let text = expr.to_string();
    let mut words = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('@') {
        words.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        // An @ that no number follows is one of a text.
        if rest.len() == after.len() {
            words.push('@');
        }
    }
    words.push_str(rest);
    words
}
