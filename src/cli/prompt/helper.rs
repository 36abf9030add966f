//! What rustyline asks for while a text is being typed: whether it is whole, its colours, what Tab offers, and the arguments of
//! a call that begins.

use std::borrow::Cow;

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Context, Helper};

use super::complete::complete;
use super::entry;
use super::known::Known;
use super::tokens::{PartKind, parts};

const KEYWORD: &str = "\x1b[1m";
const KPI: &str = "\x1b[36m";
const TEXT: &str = "\x1b[32m";
const DIM: &str = "\x1b[2m";
const PLAIN: &str = "\x1b[0m";

/// Longer texts, which somebody has pasted, have no colours: they are read anew at every key.
const LONGEST_COLOURED: usize = 20_000;

/// What rustyline asks.
pub(super) struct PromptHelper {
    pub known: Known,
    /// Whether what was not typed can be told from what was.
    pub has_colour: bool,
}

impl Helper for PromptHelper {}

impl Validator for PromptHelper {
    fn validate(&self, context: &mut ValidationContext) -> Result<ValidationResult, ReadlineError> {
        Ok(match entry::is_whole(context.input()) {
            true => ValidationResult::Valid(None),
            false => ValidationResult::Incomplete,
        })
    }
}

impl Completer for PromptHelper {
    type Candidate = Pair;

    fn complete(
        &self,
        text: &str,
        cursor: usize,
        _: &Context<'_>,
    ) -> Result<(usize, Vec<Pair>), ReadlineError> {
        Ok(complete(text, cursor, &self.known))
    }
}

/// The arguments of a call, which are shown and not typed.
pub(super) struct ArgumentsHint(String);

impl Hint for ArgumentsHint {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for PromptHelper {
    type Hint = ArgumentsHint;

    fn hint(&self, text: &str, cursor: usize, _: &Context<'_>) -> Option<ArgumentsHint> {
        let is_at_end = cursor == text.len();
        let before = text
            .strip_suffix('(')
            .filter(|_| self.has_colour && is_at_end)?;
        let parts = parts(before);
        let (PartKind::Word | PartKind::Keyword, name) = parts.last()? else {
            return None;
        };
        let calls = self.known.functions().get(&name.to_lowercase())?;
        let arguments = calls.iter().filter_map(|call| call.split_once('('));
        let arguments: Vec<&str> = arguments.map(|(_, arguments)| arguments).collect();
        (!arguments.is_empty()).then(|| ArgumentsHint(arguments.join(" or ")))
    }
}

impl Highlighter for PromptHelper {
    fn highlight<'l>(&self, text: &'l str, _: usize) -> Cow<'l, str> {
        if !self.has_colour || text.len() > LONGEST_COLOURED {
            return Cow::Borrowed(text);
        }
        if let Some(command) = text.strip_prefix('\\') {
            let end = command
                .find(char::is_whitespace)
                .map_or(text.len(), |i| i + 1);
            return Cow::Owned(format!("{KEYWORD}{}{PLAIN}{}", &text[..end], &text[end..]));
        }
        let is_kpi = |word: &str| {
            self.known
                .kpis()
                .iter()
                .any(|kpi| is_function_of(kpi, word))
        };
        let mut coloured = String::new();
        for (kind, part) in parts(text) {
            let style = match kind {
                PartKind::Keyword => KEYWORD,
                PartKind::Word if is_kpi(&part.to_lowercase()) => KPI,
                PartKind::Text | PartKind::OpenText => TEXT,
                PartKind::Comment => DIM,
                PartKind::Word | PartKind::Other => {
                    coloured += part;
                    continue;
                }
            };
            coloured += &format!("{style}{part}{PLAIN}");
        }
        Cow::Owned(coloured)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned(format!("{DIM}{hint}{PLAIN}"))
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        // A word may become another one with each of its letters.
        self.has_colour && kind != CmdKind::MoveCursor
    }
}

/// Whether a word is the function of a KPI: its value, or what its value was made of.
fn is_function_of(kpi: &str, word: &str) -> bool {
    let rest = word.strip_prefix(kpi);
    rest.is_some_and(|rest| matches!(rest, "" | "_parts" | "_state"))
}
