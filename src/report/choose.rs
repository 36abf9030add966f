//! Which chart suits a result. The charts of the Python package ask here as well.

use crate::session_support::ResultRole;

/// What is drawn of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChartKind {
    /// Values over time, as a line with their intervals around it.
    Trend,
    /// Values side by side, each with its interval.
    Segments,
    /// The shares of products.
    Mix,
    /// Nothing: the rows say it.
    Table,
}

impl ChartKind {
    /// All of them.
    pub const ALL: [ChartKind; 4] = [
        ChartKind::Trend,
        ChartKind::Segments,
        ChartKind::Mix,
        ChartKind::Table,
    ];

    /// Its name in a script.
    pub fn name(self) -> &'static str {
        match self {
            ChartKind::Trend => "trend",
            ChartKind::Segments => "segments",
            ChartKind::Mix => "mix",
            ChartKind::Table => "table",
        }
    }
}

/// The chart that suits columns which are these: `x` and `y` are the places of those that somebody has chosen for the segments or
/// times, and for the values.
pub fn chart_kind(roles: &[ResultRole], x: Option<usize>, y: Option<usize>) -> ChartKind {
    let has = |wanted: fn(&ResultRole) -> bool| roles.iter().any(wanted);
    let has_values = has(|role| matches!(role, ResultRole::Value(_) | ResultRole::Parts(_)));
    if y.is_none() && !has_values {
        return match has(|role| matches!(role, ResultRole::Mix(_))) {
            true => ChartKind::Mix,
            false => ChartKind::Table,
        };
    }
    let is_time = |role: &ResultRole| *role == ResultRole::Period;
    match x.and_then(|x| roles.get(x)) {
        Some(role) if is_time(role) => ChartKind::Trend,
        Some(_) => ChartKind::Segments,
        None if has(is_time) => ChartKind::Trend,
        None if has(|role| *role == ResultRole::Segment) => ChartKind::Segments,
        None => ChartKind::Table,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_choose_their_chart() {
        let kpi = crate::kpi::all().next().expect("there are KPIs");
        let (value, mix) = (ResultRole::Value(kpi), ResultRole::Mix(kpi));
        let of = |roles: &[ResultRole]| chart_kind(roles, None, None);
        assert_eq!(
            of(&[ResultRole::Period, ResultRole::Segment, value]),
            ChartKind::Trend
        );
        assert_eq!(
            of(&[ResultRole::Segment, ResultRole::Parts(kpi)]),
            ChartKind::Segments
        );
        assert_eq!(of(&[ResultRole::Segment, mix]), ChartKind::Mix);
        assert_eq!(of(&[ResultRole::Period, mix, value]), ChartKind::Trend);
        assert_eq!(of(&[value]), ChartKind::Table);
        assert_eq!(
            of(&[ResultRole::Segment, ResultRole::Other]),
            ChartKind::Table
        );
        let roles = [ResultRole::Period, ResultRole::Segment, ResultRole::Other];
        assert_eq!(chart_kind(&roles, Some(1), Some(2)), ChartKind::Segments);
        assert_eq!(chart_kind(&roles, Some(0), Some(2)), ChartKind::Trend);
        assert_eq!(chart_kind(&roles, None, Some(2)), ChartKind::Trend);
    }
}
