//! A figure of the reference, and the SQL that must give it.

/// A column of the reference, and the call that computes it.
pub struct Measure {
    pub column: &'static str,
    /// The column is a count, and the call gives its percentage of this other count.
    pub whole: Option<&'static str>,
    /// The column that is empty exactly where nobody computed the figure.
    pub counts: &'static str,
    /// The column holds a name, and no number.
    pub is_name: bool,
    pub call: &'static str,
}

/// A column whose value the call gives. Where it is empty, nobody computed it.
pub const fn figure(column: &'static str, call: &'static str) -> Measure {
    Measure {
        column,
        whole: None,
        counts: column,
        is_name: false,
        call,
    }
}

/// A column with a count, of which the call gives the percentage of another count.
pub const fn percent(column: &'static str, whole: &'static str, call: &'static str) -> Measure {
    Measure {
        column,
        whole: Some(whole),
        counts: column,
        is_name: false,
        call,
    }
}

/// A column with the name of something that is counted in another column.
pub const fn name(column: &'static str, counts: &'static str, call: &'static str) -> Measure {
    Measure {
        is_name: true,
        ..figure(column, call).of(counts)
    }
}

impl Measure {
    /// Says which column counts the things that the figure is a mean of. A mean over nothing is NULL
    /// and its cell empty, but its count is 0 and not empty.
    pub const fn of(self, counts: &'static str) -> Measure {
        Measure { counts, ..self }
    }
}

/// The calls as the columns of a SELECT, each under the name of its reference column.
pub fn select_list(measures: &[&Measure], over: &str) -> String {
    let columns = measures
        .iter()
        .map(|measure| format!("{}{over} AS \"{}\"", measure.call, measure.column));
    columns.collect::<Vec<_>>().join(", ")
}
