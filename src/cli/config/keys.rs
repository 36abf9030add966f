//! What a file of settings may say: arguments by their long names.

/// How a setting is written in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) enum TomlForm {
    /// A text in quotes.
    Text,
    /// A path, from the folder of the file.
    Path,
    /// A whole number.
    Number,
    /// true or false, for an argument without a value.
    Switch,
    /// true or false, for an argument that has yes or no.
    YesNo,
    /// A list of texts.
    Texts,
    /// A table of columns with their types.
    Types,
    /// A table of names and values, which are secrets.
    Secrets,
}

impl TomlForm {
    /// In words, for someone who wrote something else.
    pub fn words(self) -> &'static str {
        match self {
            TomlForm::Text => "a text in quotes, such as \"csv\"",
            TomlForm::Path => "a path in quotes, such as \"exports\"",
            TomlForm::Number => "a whole number, such as 4",
            TomlForm::Switch | TomlForm::YesNo => "true or false",
            TomlForm::Texts => "a list of texts, such as [\"N/A\"]",
            TomlForm::Types => "columns with their types, such as { id = \"TEXT\" }",
            TomlForm::Secrets => "names and values, such as { aws_region = \"eu-central-1\" }",
        }
    }
}

/// A setting: its key, which is the name of the argument, its environment variable, and how it is written.
pub(in crate::cli) struct SettingKey {
    pub name: &'static str,
    pub env: &'static str,
    pub written: TomlForm,
}

const fn key(name: &'static str, env: &'static str, written: TomlForm) -> SettingKey {
    SettingKey { name, env, written }
}

/// All of them.
pub(in crate::cli) const KEYS: &[SettingKey] = &[
    key("data", "KPI_SQL_DATA", TomlForm::Path),
    key("format", "KPI_SQL_FORMAT", TomlForm::Text),
    key("max-rows", "KPI_SQL_MAX_ROWS", TomlForm::Number),
    key("quiet", "KPI_SQL_QUIET", TomlForm::Switch),
    key("benchmarks", "KPI_SQL_BENCHMARKS", TomlForm::Path),
    key("delimiter", "KPI_SQL_DELIMITER", TomlForm::Text),
    key("header", "KPI_SQL_HEADER", TomlForm::YesNo),
    key("null", "KPI_SQL_NULL", TomlForm::Texts),
    key("types", "KPI_SQL_TYPES", TomlForm::Types),
    key("time-zone", "KPI_SQL_TIME_ZONE", TomlForm::Text),
    key("date-format", "KPI_SQL_DATE_FORMAT", TomlForm::Text),
    key(
        "decimal-separator",
        "KPI_SQL_DECIMAL_SEPARATOR",
        TomlForm::Text,
    ),
    key("infer-rows", "KPI_SQL_INFER_ROWS", TomlForm::Number),
    key("memory-limit", "KPI_SQL_MEMORY_LIMIT", TomlForm::Text),
    key("spill-dir", "KPI_SQL_SPILL_DIR", TomlForm::Path),
    key("spill-limit", "KPI_SQL_SPILL_LIMIT", TomlForm::Text),
    key("storage", "KPI_SQL_STORAGE", TomlForm::Secrets),
    key("threads", "KPI_SQL_THREADS", TomlForm::Number),
    key("timeout", "KPI_SQL_TIMEOUT", TomlForm::Text),
    key("read-only", "KPI_SQL_READ_ONLY", TomlForm::Switch),
];
