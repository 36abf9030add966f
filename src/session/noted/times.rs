//! Literals of times whose offset gets lost: without a time zone of the session, TIMESTAMPTZ '…Z' is a TIMESTAMP, and
//! beside a column of times with an offset it is taken for a time of that offset.

use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{Cast, Expr, LogicalPlan, TryCast};

use crate::session::exprs::noted;
use crate::session::exprs::sql::in_sql;

/// What is to be said of the literals of a plan.
pub(in crate::session) fn notes(plan: &LogicalPlan) -> Vec<String> {
    noted::of_exprs(plan, |expr, _, _| [loses_its_offset(expr)])
}

fn loses_its_offset(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Cast(Cast { expr, field }) | Expr::TryCast(TryCast { expr, field }) => {
            let text = text(expr).filter(|text| has_offset(text))?;
            match field.data_type() {
                DataType::Timestamp(_, None) => Some(format!(
                    "the time '{text}' has an offset, and as a TIMESTAMP it is that time in UTC without one. The plain \
                     text, column >= '{text}', keeps it beside a column of times with an offset; so does TIMESTAMPTZ \
                     after SET datafusion.execution.time_zone = 'UTC'"
                )),
                DataType::Date32 | DataType::Date64 => Some(of_utc(text)),
                _ => None,
            }
        }
        Expr::ScalarFunction(call) => {
            let name = call.name();
            let is_day = name == "to_date";
            if !is_day && !name.starts_with("to_timestamp") {
                return None;
            }
            let given = call.args.first()?;
            let of_zone = |format: &str| {
                ["%z", "%:z", "%#z", "%+", "%Z"]
                    .iter()
                    .any(|z| format.contains(z))
            };
            let format = call
                .args
                .iter()
                .skip(1)
                .filter_map(text)
                .find(|f| of_zone(f));
            let written = text(given).filter(|text| has_offset(text));
            match (written, format) {
                (Some(text), _) if is_day => Some(of_utc(text)),
                (Some(text), _) => Some(format!(
                    "{name}('{text}') is that time in UTC, without its offset; {name}('{}') has the time that is written",
                    text.get(..19).unwrap_or(text)
                )),
                (None, Some(format)) if is_day => Some(format!(
                    "{name} with the format '{format}' reads an offset, and gives the day in UTC; left({}, 10) is the day \
                     that is written, where texts begin with it",
                    in_sql(given)
                )),
                (None, Some(format)) => Some(format!(
                    "{name} with the format '{format}' reads an offset, and gives the time in UTC without it; without the \
                     offset in text and format it is the time that is written"
                )),
                (None, None) => None,
            }
        }
        _ => None,
    }
}

fn of_utc(text: &str) -> String {
    format!(
        "the day of '{text}' is taken in UTC, where it may be another one; DATE '{}' is the day that is written",
        text.trim().get(..10).unwrap_or(text)
    )
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Literal(value, _) => value.try_as_str()?,
        _ => None,
    }
}

/// Whether a time ends with an offset or the name of a zone.
fn has_offset(text: &str) -> bool {
    let Some(rest) = text.trim().get(10..) else {
        return false;
    };
    let zone = rest.rsplit_once(' ').map_or("", |(_, zone)| zone);
    rest.ends_with(['Z', 'z'])
        || rest.contains(['+', '-'])
        || zone.starts_with(|c: char| c.is_ascii_alphabetic())
}
