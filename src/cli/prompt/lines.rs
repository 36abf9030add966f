//! Where the texts come from: lines edited on the terminal, or plain ones where it cannot do that.

use std::fs;
use std::io::{self, BufRead, ErrorKind, Write};
use std::path::PathBuf;

use etcetera::BaseStrategy;
use rustyline::config::{BellStyle, Config};
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{ColorMode, CompletionType, Editor};

use super::entry;
use super::helper::PromptHelper;
use super::known::Known;
use crate::cli::screen;
use crate::cli::stop::Stop;

const PROMPT: &str = "kpi-sql> ";

/// Before a line that goes on with a statement, where the terminal does not show the lines before it.
const MORE: &str = "     ...> ";

/// How many texts are kept.
const KEPT: usize = 10_000;

/// What somebody did at the prompt.
pub(super) enum Typed {
    /// Typed a text that is whole.
    Entry(String),
    /// Dropped it.
    Nothing,
    /// Left.
    End,
}

/// Where the texts come from.
pub(super) struct PromptLines {
    /// `None` where lines are plain.
    editor: Option<Editor<PromptHelper, FileHistory>>,
    /// The file of earlier texts.
    history: Option<PathBuf>,
}

impl PromptLines {
    /// PromptLines that are edited, if the terminal lets its cursor move.
    pub fn new(known: Known) -> Self {
        if screen::is_dumb() {
            return Self {
                editor: None,
                history: None,
            };
        }
        let has_colour = screen::wants_colour();
        let config = Config::builder()
            .max_history_size(KEPT)
            .and_then(|config| config.history_ignore_dups(true))
            .map(|config| {
                config
                    .history_ignore_space(true)
                    .completion_type(CompletionType::List)
                    .completion_show_all_if_ambiguous(true)
                    .bell_style(BellStyle::None)
                    .color_mode(match has_colour {
                        true => ColorMode::Enabled,
                        false => ColorMode::Disabled,
                    })
                    .build()
            });
        let editor = config.and_then(Editor::with_config);
        let mut lines = Self {
            editor: None,
            history: None,
        };
        match editor {
            Ok(mut editor) => {
                editor.set_helper(Some(PromptHelper { known, has_colour }));
                lines.editor = Some(editor);
                lines.load_history();
            }
            Err(e) => say_plain(&e),
        }
        lines
    }

    fn load_history(&mut self) {
        let (Some(editor), Some(file)) = (&mut self.editor, history_file()) else {
            return;
        };
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        let loaded = folder
            .map_err(ReadlineError::from)
            .and_then(|()| match file.exists() {
                true => editor.load_history(&file),
                false => Ok(()),
            });
        match loaded {
            Ok(()) => self.history = Some(file),
            // A file that is something else is not written to either.
            Err(e) => screen::note(&format!(
                "the history of this session is not saved: {}: {e}",
                file.display()
            )),
        }
    }

    /// The next text.
    pub fn next(&mut self, stop: &Stop) -> Typed {
        let Some(editor) = &mut self.editor else {
            return plain(stop);
        };
        let typed = {
            let _line = stop.during_edited_line();
            editor.readline(PROMPT)
        };
        match typed {
            Ok(text) => {
                self.keep(&text);
                Typed::Entry(text)
            }
            Err(ReadlineError::Eof) => Typed::End,
            Err(ReadlineError::Interrupted) => Typed::Nothing,
            Err(ReadlineError::Io(e)) if e.kind() == ErrorKind::InvalidData => {
                not_utf8();
                Typed::Nothing
            }
            Err(e) => {
                say_plain(&e);
                self.editor = None;
                Typed::Nothing
            }
        }
    }

    fn keep(&mut self, text: &str) {
        let Some(editor) = &mut self.editor else {
            return;
        };
        let Ok(true) = editor.add_history_entry(text.trim_end()) else {
            return;
        };
        if let Some(file) = &self.history
            && let Err(e) = editor.append_history(file)
        {
            screen::note(&format!(
                "this entry and the following ones are not saved: {}: {e}",
                file.display()
            ));
            self.history = None;
        }
    }
}

/// Where a system keeps what programs remember of a user.
fn history_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    Some(folder.join("kpi-sql").join("history"))
}

fn say_plain(e: &ReadlineError) {
    screen::note(&format!(
        "lines cannot be edited on this terminal, and are read as they are: {e}"
    ));
}

fn not_utf8() {
    screen::say("error: what was typed is not UTF-8 text");
}

/// A text of lines that the terminal hands over one by one.
fn plain(stop: &Stop) -> Typed {
    let mut text = String::new();
    loop {
        let prompt = if text.is_empty() { PROMPT } else { MORE };
        let mut out = io::stdout();
        let mut line = vec![];
        let read = {
            // From the moment that somebody sees the prompt.
            let _line = stop.during_plain_line(PROMPT);
            let asked = write!(out, "{prompt}").and_then(|()| out.flush());
            asked.and_then(|()| io::stdin().lock().read_until(b'\n', &mut line))
        };
        if stop.takes_dropped_line() {
            text.clear();
        }
        match read {
            Ok(0) | Err(_) => {
                let _ = writeln!(out);
                return Typed::End;
            }
            Ok(_) => {}
        }
        match String::from_utf8(line) {
            Ok(line) => text += &line,
            Err(_) => {
                not_utf8();
                return Typed::Nothing;
            }
        }
        if entry::is_whole(&text) {
            return Typed::Entry(text);
        }
    }
}
