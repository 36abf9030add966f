//! What the functions that are there once for all KPIs have in common: their signatures, their help, and the
//! words for arguments that they do not take.

use datafusion::arrow::datatypes::DataType;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{DocSection, Documentation, Signature, TypeSignature, Volatility};

/// The chapter of functions on stored states.
pub const STORED: &str = "Stored KPI states";
/// The chapter of functions that judge values.
pub const JUDGED: &str = "Judging KPI values";

/// What calls of a function look like.
pub struct Calls {
    /// The function.
    pub function: &'static str,
    /// Its argument lists: a call has one of them.
    pub lists: Vec<ArgumentList>,
    /// A call that works.
    pub example: String,
}

/// The arguments of a call in order.
pub struct ArgumentList {
    /// All that it may have.
    pub arguments: Vec<Argument>,
    /// How many of them are always there; the others may be left out from the end.
    pub least: usize,
}

/// An argument, as a call may name it and as SHOW FUNCTIONS shows it.
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// The type that stands for those it takes.
    pub shown: DataType,
    /// What it means.
    pub meaning: &'static str,
}

impl Calls {
    /// Any arguments, so that `return_type` gets to see them and can refuse in words that help. The exact types
    /// beside that are what SHOW FUNCTIONS shows. The names may be used in the call; DataFusion knows one list of
    /// them for a function, which is the longest.
    pub fn signature(&self) -> Signature {
        let shown = self.forms().map(|arguments| {
            let types = arguments.iter().map(|argument| argument.shown.clone());
            TypeSignature::Exact(types.collect())
        });
        let any = [TypeSignature::Nullary, TypeSignature::VariadicAny];
        let mut signature = Signature::one_of(shown.chain(any).collect(), Volatility::Immutable);
        let longest = self.forms().max_by_key(|arguments| arguments.len());
        let names = longest.unwrap_or_default().iter();
        let names = names.map(|argument| argument.name.to_string());
        signature.parameter_names = Some(names.collect());
        signature
    }

    /// What SHOW FUNCTIONS tells, and an example that runs without any table.
    pub fn documentation(
        &self,
        chapter: &'static str,
        description: &str,
        sql: &str,
    ) -> Documentation {
        let section = DocSection {
            include: true,
            label: chapter,
            description: None,
        };
        let mut builder = Documentation::builder(section, description, self.written("; "));
        let longest = self.forms().map(<[Argument]>::len).max();
        for position in 0..longest.unwrap_or(0) {
            // DataFusion shows one list by position, so that what the lists have there stands together.
            let there = self.lists.iter();
            let there = there.filter_map(|list| list.arguments.get(position));
            let distinct = |texts: Vec<&'static str>, between: &str| {
                let mut texts = texts;
                texts.dedup();
                texts.join(between)
            };
            let names = distinct(there.clone().map(|argument| argument.name).collect(), " | ");
            let meanings = there.map(|argument| argument.meaning).collect();
            builder = builder.with_argument(names, distinct(meanings, "; or "));
        }
        builder.with_sql_example(sql).build()
    }

    /// Refuses a call with too few or too many arguments.
    pub fn check_count(&self, types: &[DataType]) -> Result<()> {
        if self.forms().any(|arguments| arguments.len() == types.len()) {
            return Ok(());
        }
        let written = self.written(" or ");
        let refusal = wrong_count(self.function, types.len(), &written, &self.example);
        Err(DataFusionError::Plan(refusal))
    }

    /// The error for an argument that is of another type than expected.
    pub fn wrong_argument(
        &self,
        position: usize,
        expected: &str,
        got: &DataType,
    ) -> DataFusionError {
        DataFusionError::Plan(format!(
            "{}: argument {} must be {expected}; got {got}. Example: {}",
            self.function,
            position + 1,
            self.example
        ))
    }

    /// All that a call may have, of each list the shortest first.
    fn forms(&self) -> impl Iterator<Item = &[Argument]> {
        self.lists.iter().flat_map(|list| {
            (list.least..=list.arguments.len()).map(|count| &list.arguments[..count])
        })
    }

    /// The names of the arguments of each form.
    pub fn names_of_forms(&self) -> Vec<Vec<&'static str>> {
        let names = |arguments: &[Argument]| {
            let names = arguments.iter().map(|argument| argument.name);
            names.collect()
        };
        self.forms().map(names).collect()
    }

    /// All forms, as `function(argument, …)`.
    fn written(&self, between: &str) -> String {
        let forms = self.names_of_forms().into_iter();
        let forms = forms.map(|names| format!("{}({})", self.function, names.join(", ")));
        forms.collect::<Vec<_>>().join(between)
    }
}

/// What is wrong with a call that has too few or too many arguments.
pub fn wrong_count(function: &str, given: usize, calls: &str, example: &str) -> String {
    let count = match given {
        1 => "1 argument".to_string(),
        n => format!("{n} arguments"),
    };
    format!(
        "{function}: there is no form with {count}; it is called as {calls}. Example: {example}"
    )
}

/// The calls of a function that takes a state.
pub fn of_a_state(function: &'static str) -> Calls {
    let state = Argument {
        name: "state",
        shown: DataType::Binary,
        meaning: "a state, of type BINARY, as a function such as arpa_state or kpi_merge returns it",
    };
    Calls {
        function,
        lists: vec![ArgumentList {
            arguments: vec![state],
            least: 1,
        }],
        example: format!("{function}(state)"),
    }
}

/// Checks the one argument of a function that takes a state.
pub fn takes_a_state(function: &'static str, arg_types: &[DataType]) -> Result<()> {
    let calls = of_a_state(function);
    calls.check_count(arg_types)?;
    match &arg_types[0] {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::Null => Ok(()),
        DataType::Dictionary(_, values) => takes_a_state(function, &[values.as_ref().clone()]),
        text if is_text(text) => Err(DataFusionError::Plan(format!(
            "{function}: argument 1 must be a state of type BINARY, and this is a text; a state that was written to a CSV or JSON \
             file is in hexadecimal there. Example: {function}(decode(state, 'hex'))"
        ))),
        other => Err(calls.wrong_argument(
            0,
            "a state of type BINARY, as a function such as arpa_state gives it",
            other,
        )),
    }
}

/// Whether an argument is a text, or can stand for one.
pub fn is_text(data_type: &DataType) -> bool {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}
