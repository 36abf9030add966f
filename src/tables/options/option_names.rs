//! What messages call the options of files: a program has `--null 'N/A'`, a Python class `null=["N/A"]`.

/// The calls that messages name. `COLUMN`, `TYPE` and `VALUE` stand for what belongs there.
#[derive(Debug, Clone, Copy)]
pub struct OptionNames {
    /// [`Options::types`](super::Options::types) of one column, with `COLUMN` and `TYPE`.
    pub types: &'static str,
    /// [`Options::null`](super::Options::null), with `VALUE`.
    pub null: &'static str,
    /// [`Options::header`](super::Options::header) for files with a header line.
    pub header: &'static str,
    /// The same for files without one.
    pub no_header: &'static str,
    /// [`Options::delimiter`](super::Options::delimiter), with `VALUE`.
    pub delimiter: &'static str,
    /// [`Options::newlines_in_values`](super::Options::newlines_in_values).
    pub newlines_in_values: &'static str,
    /// [`Options::time_zone`](super::Options::time_zone), with `VALUE`.
    pub time_zone: &'static str,
    /// [`Options::date_format`](super::Options::date_format), with `VALUE`.
    pub date_format: &'static str,
    /// [`Options::decimal_separator`](super::Options::decimal_separator), with `VALUE`.
    pub decimal_separator: &'static str,
    /// [`Options::lenient`](super::Options::lenient).
    pub lenient: &'static str,
    /// [`Options::max_rejects`](super::Options::max_rejects), with `VALUE`.
    pub max_rejects: &'static str,
    /// [`Options::quote`](super::Options::quote), with `VALUE`.
    pub quote: &'static str,
    /// [`Options::escape`](super::Options::escape), with `VALUE`.
    pub escape: &'static str,
    /// [`Options::comment`](super::Options::comment), with `VALUE`.
    pub comment: &'static str,
    /// [`Options::skip`](super::Options::skip), with `VALUE`.
    pub skip: &'static str,
    /// [`Options::encoding`](super::Options::encoding), with `VALUE`.
    pub encoding: &'static str,
}

impl Default for OptionNames {
    fn default() -> Self {
        Self {
            types: "the option types with COLUMN as TYPE",
            null: "the option null with 'VALUE'",
            header: "the option header = true",
            no_header: "the option header = false",
            delimiter: "the option delimiter = 'VALUE'",
            newlines_in_values: "the option newlines_in_values",
            time_zone: "the option time_zone = VALUE",
            date_format: "the option date_format = 'VALUE'",
            decimal_separator: "the option decimal_separator = 'VALUE'",
            lenient: "the option lenient",
            max_rejects: "the option max_rejects = 'VALUE'",
            quote: "the option quote = \"VALUE\"",
            escape: "the option escape = 'VALUE'",
            comment: "the option comment = 'VALUE'",
            skip: "the option skip = VALUE",
            encoding: "the option encoding = 'VALUE'",
        }
    }
}

impl OptionNames {
    /// The call for a column, in quotes where a shell needs them.
    pub(crate) fn types(&self, column: &str, data_type: &str) -> String {
        if self.types.contains("\"COLUMN\"") {
            let call = self.types.replace("COLUMN", &in_a_literal(column));
            return call.replace("TYPE", data_type);
        }
        let in_sql = self.types.contains("'COLUMN=TYPE'");
        let column = match column.contains([',', '"']) {
            true => format!("\"{}\"", column.replace('"', "\"\"")),
            false => column.to_string(),
        };
        let pair = format!("{column}={data_type}");
        if in_sql {
            return self.types.replace("COLUMN=TYPE", &pair.replace('\'', "''"));
        }
        let is_plain =
            |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '=' | '-' | ',' | '/');
        let call = match pair.chars().all(is_plain) {
            true => self.types.to_string(),
            false => self.types.replace("COLUMN=TYPE", "'COLUMN=TYPE'"),
        };
        call.replace("COLUMN", &column).replace("TYPE", data_type)
    }

    /// The call for texts that mean NULL: one with a list of them, or one for each.
    pub(crate) fn null<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> String {
        let values = values.into_iter();
        if self.null.contains("[\"VALUE\"]") {
            let literals: Vec<_> = values.map(|v| format!("\"{}\"", in_a_literal(v))).collect();
            return self.null.replace("\"VALUE\"", &literals.join(", "));
        }
        if self.null.contains("['VALUE']") {
            let literals: Vec<_> = values.map(in_sql).collect();
            return match &literals[..] {
                [one] => self.null.replace("['VALUE']", one),
                several => self.null.replace("'VALUE'", &several.join(", ")),
            };
        }
        let calls: Vec<_> = values.map(|v| self.null.replace("VALUE", v)).collect();
        calls.join(" ")
    }

    pub(crate) fn delimiter(&self, value: &str) -> String {
        self.delimiter.replace("VALUE", value)
    }

    pub(crate) fn date_format(&self, value: &str) -> String {
        self.date_format.replace("VALUE", value)
    }

    pub(crate) fn decimal_separator(&self, value: &str) -> String {
        self.decimal_separator.replace("VALUE", value)
    }

    pub(crate) fn max_rejects(&self, value: &str) -> String {
        self.max_rejects.replace("VALUE", value)
    }

    pub(crate) fn escape(&self, value: &str) -> String {
        self.escape.replace("VALUE", value)
    }

    pub(crate) fn comment(&self, value: &str) -> String {
        self.comment.replace("VALUE", value)
    }

    pub(crate) fn skip(&self, lines: u64) -> String {
        self.skip.replace("VALUE", &lines.to_string())
    }

    pub(crate) fn encoding(&self, name: &str) -> String {
        self.encoding.replace("VALUE", name)
    }

    pub(crate) fn quote(&self, value: &str) -> String {
        // A double quote stands in single ones.
        let call = match value {
            "\"" => self.quote.replace('"', "'"),
            _ => self.quote.replace('\'', "\""),
        };
        call.replace("VALUE", value)
    }

    pub(in crate::tables) fn time_zone(&self, value: &str) -> String {
        self.time_zone.replace("VALUE", value)
    }
}

/// A text as it stands in SQL.
fn in_sql(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A text as it stands between double quotes in a program.
fn in_a_literal(text: &str) -> String {
    let mut literal = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '"' => literal.extend(['\\', c]),
            '\t' => literal.push_str("\\t"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            _ => literal.push(c),
        }
    }
    literal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_has_texts_in_quotes() {
        let words = OptionNames {
            types: r#"Session(types={"COLUMN": "TYPE"})"#,
            null: r#"Session(null=["VALUE"])"#,
            ..OptionNames::default()
        };
        assert_eq!(
            words.types(r#"a "b", c"#, "DECIMAL(12, 2)"),
            r#"Session(types={"a \"b\", c": "DECIMAL(12, 2)"})"#
        );
        assert_eq!(words.null([r"\N", "-"]), r#"Session(null=["\\N", "-"])"#);
    }

    #[test]
    fn sql_has_quotes_of_its_own() {
        let words = OptionNames {
            types: "types => 'COLUMN=TYPE'",
            null: "null => ['VALUE']",
            ..OptionNames::default()
        };
        assert_eq!(words.types("a b's", "TEXT"), "types => 'a b''s=TEXT'");
        assert_eq!(words.types("a,b", "TEXT"), "types => '\"a,b\"=TEXT'");
        assert_eq!(words.null(["N/A"]), "null => 'N/A'");
        assert_eq!(words.null(["N/A", "'"]), "null => ['N/A', '''']");
    }

    #[test]
    fn a_shell_has_a_word_for_each() {
        let words = OptionNames {
            types: "--types COLUMN=TYPE",
            null: "--null 'VALUE'",
            ..OptionNames::default()
        };
        assert_eq!(words.types("a b", "TEXT"), "--types 'a b=TEXT'");
        assert_eq!(words.null(["N/A", "-"]), "--null 'N/A' --null '-'");
    }
}
