//! What a check found: what, where, how often, how bad, and what to do.

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Severity {
    /// Good to know.
    Info,
    /// A KPI may be another one than was meant.
    Warning,
    /// A KPI would be wrong.
    Error,
}

impl Severity {
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone)]
pub struct Finding {
    pub severity: Severity,
    /// A short name, for programs.
    pub kind: &'static str,
    pub column: Option<String>,
    /// How many, of how many; nothing where it cannot be counted.
    pub counts: Option<(u64, u64)>,
    pub example: Option<String>,
    /// What was found, without the name of the column.
    pub message: String,
    /// What to do about it.
    pub advice: String,
}

impl Finding {
    pub fn new(severity: Severity, kind: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            kind,
            column: None,
            counts: None,
            example: None,
            message: message.into(),
            advice: String::new(),
        }
    }

    pub fn of(mut self, column: &str) -> Self {
        self.column = Some(column.to_string());
        self
    }

    pub fn counted(mut self, count: u64, all: u64) -> Self {
        self.counts = Some((count, all));
        self
    }

    pub fn such_as(mut self, example: Option<&str>) -> Self {
        self.example = example.map(str::to_string);
        self
    }

    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }
}
