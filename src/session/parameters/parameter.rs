//! The value of a `$name`, as somebody gave it.

use std::fmt;

use datafusion::common::ScalarValue;

/// The value of a `$name` in statements.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The name without `$`.
    pub name: String,
    /// Its value.
    pub value: ParameterValue,
}

/// A value, or a text that has its type from where it is used.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ParameterValue {
    /// One that has a type.
    Value(ScalarValue),
    /// One that is read when a statement says what it is compared with.
    Text {
        /// The text, without quotes around it.
        text: String,
        /// Whether it had quotes: then it is no NULL, and a text where no type is known.
        is_quoted: bool,
        /// The type that was said for it, as SQL calls it.
        type_name: Option<String>,
    },
}

/// How a parameter is written.
const WRITTEN: &str = "write it as NAME=VALUE, for example month=2026-08, or with a type as NAME:TYPE=VALUE, for example id:TEXT=0042";

impl Parameter {
    /// A value that has a type.
    pub fn of_value(name: impl Into<String>, value: ScalarValue) -> Self {
        let (name, value) = (name.into(), ParameterValue::Value(value));
        Self { name, value }
    }

    /// `NAME=VALUE` or `NAME:TYPE=VALUE`. Quotes around the value say that it is a text, and no NULL; blanks
    /// around it are left out.
    ///
    /// # Errors
    /// How it is written.
    pub fn parse(typed: &str) -> Result<Self, String> {
        let (name, value) = typed.split_once('=').ok_or(WRITTEN)?;
        // Blanks that belong to a value stand between quotes.
        let value = value.trim();
        let (name, type_name) = match name.split_once(':') {
            Some((name, type_name)) => (name.trim(), Some(type_name.trim())),
            None => (name.trim(), None),
        };
        if type_name.is_some_and(str::is_empty) {
            return Err(format!("the type after {name}: is missing; {WRITTEN}"));
        }
        if let Some(bare) = name.strip_prefix('$') {
            return Err(format!(
                "the name has no $ here, only in the SQL: {bare}=VALUE"
            ));
        }
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_name {
            return Err(format!(
                "{name:?} is not a valid parameter name: use letters, digits and _; {WRITTEN}"
            ));
        }
        let unquoted = unquoted(value);
        Ok(Self {
            name: name.to_string(),
            value: ParameterValue::Text {
                is_quoted: unquoted.is_some(),
                text: unquoted.unwrap_or_else(|| value.to_string()),
                type_name: type_name.map(String::from),
            },
        })
    }
}

/// As it is written for [`parse`](Parameter::parse).
impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = &self.name;
        match &self.value {
            ParameterValue::Value(value) => write!(f, "{name}={value}"),
            ParameterValue::Text {
                text,
                is_quoted,
                type_name,
            } => {
                let type_name = type_name.as_deref().map(|known| format!(":{known}"));
                let type_name = type_name.unwrap_or_default();
                match is_quoted {
                    true => write!(f, "{name}{type_name}='{}'", text.replace('\'', "''")),
                    false => write!(f, "{name}{type_name}={text}"),
                }
            }
        }
    }
}

/// The text between quotes; as in SQL, two of them within are one.
fn unquoted(value: &str) -> Option<String> {
    for (quote, doubled) in [('\'', "''"), ('"', "\"\"")] {
        let inner = value
            .strip_prefix(quote)
            .and_then(|rest| rest.strip_suffix(quote));
        if let Some(inner) = inner {
            return Some(inner.replace(doubled, &quote.to_string()));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(typed: &str) -> (String, String, bool, Option<String>) {
        let Parameter { name, value } = Parameter::parse(typed).expect("it is a parameter");
        match value {
            ParameterValue::Text {
                text,
                is_quoted,
                type_name,
            } => (name, text, is_quoted, type_name),
            ParameterValue::Value(value) => panic!("{value} is no text"),
        }
    }

    #[test]
    fn a_type_stands_between_the_name_and_the_value() {
        let text = |s: &str| s.to_string();
        assert_eq!(
            parts("n:DECIMAL(12, 2)=a=b:c"),
            (
                text("n"),
                text("a=b:c"),
                false,
                Some(text("DECIMAL(12, 2)"))
            )
        );
        assert_eq!(parts("m="), (text("m"), text(""), false, None));
        assert_eq!(parts("m='it''s'"), (text("m"), text("it's"), true, None));
        assert_eq!(parts("m='"), (text("m"), text("'"), false, None));
        assert_eq!(parts("m=\"\""), (text("m"), text(""), true, None));
        let month = (text("month"), text("2026-06"), false, None);
        assert_eq!(parts("month = 2026-06 "), month);
        assert_eq!(parts("m = ' a '"), (text("m"), text(" a "), true, None));
    }

    #[test]
    fn a_parameter_is_shown_as_it_is_written() {
        for typed in ["m=2026-08", "m='it''s'", "n:DECIMAL(12, 2)=1.5"] {
            let parameter = Parameter::parse(typed).expect("it is a parameter");
            assert_eq!(parameter.to_string(), typed);
        }
    }

    #[test]
    fn what_is_no_parameter_is_told_how_to_become_one() {
        for (typed, words) in [
            ("month", "NAME=VALUE"),
            ("=1", "not a valid parameter name"),
            ("a b=1", "not a valid parameter name"),
            ("$m=1", "m=VALUE"),
            ("m:=1", "the type after m: is missing"),
        ] {
            let refused = Parameter::parse(typed).expect_err(typed);
            assert!(refused.contains(words), "{typed}: {refused}");
        }
    }
}
