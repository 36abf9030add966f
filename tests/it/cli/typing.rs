//! Somebody who types on a terminal, which a few lines of Python stand for.

use std::process::{Command, Stdio};

use serde_json::json;

use crate::command::Folder;

/// What the program sends before it has a line edited, and after it.
pub const ASKS: &str = "\u{1b}[?2004h";
const ASKED: &str = "\u{1b}[?2004l";

/// What the line of a bar is cleared with.
const CLEARED: &str = "\r\u{1b}[K";

/// Ctrl-C, Ctrl-D, Tab, and the arrow up.
pub const CTRL_C: &str = "\u{3}";
pub const CTRL_D: &str = "\u{4}";
pub const TAB: &str = "\t";
pub const UP: &str = "\u{1b}[A";

/// Somebody who types.
pub struct Typist<'a> {
    folder: &'a Folder,
    columns: usize,
    environment: Vec<(String, String)>,
    steps: Vec<serde_json::Value>,
}

/// What was shown.
#[derive(Debug)]
pub struct Seen {
    /// At each step, and after the last one.
    pub shown: Vec<String>,
    pub code: Option<i32>,
}

impl<'a> Typist<'a> {
    /// On a terminal of 80 columns that shows no colours, in a folder that keeps what was typed.
    pub fn new(folder: &'a Folder) -> Self {
        Self {
            folder,
            columns: 80,
            environment: vec![],
            steps: vec![],
        }
    }

    pub fn columns(self, columns: usize) -> Self {
        Self { columns, ..self }
    }

    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_string(), value.to_string()));
        self
    }

    /// Sends keys, and waits for a text.
    pub fn keys(mut self, keys: &str, until: &str) -> Self {
        self.steps.push(json!({ "send": keys, "until": until }));
        self
    }

    /// Sends a text and Enter, and waits for the next prompt.
    pub fn enters(self, text: &str) -> Self {
        self.keys(&format!("{text}\r"), ASKS)
    }

    /// Waits for the first prompt.
    pub fn begins(self) -> Self {
        self.keys("", ASKS)
    }

    /// Any other step.
    pub fn step(mut self, step: serde_json::Value) -> Self {
        self.steps.push(step);
        self
    }

    pub fn runs(self, args: &[&str]) -> Seen {
        let folder = self.folder;
        folder.file("typed.py", include_str!("typed.py"));
        let steps: Vec<String> = self.steps.iter().map(ToString::to_string).collect();
        folder.file("steps", steps.join("\n"));
        let steps = std::fs::File::open(folder.path("steps")).expect("they are there");
        let output = Command::new("python3")
            .arg("typed.py")
            .arg(self.columns.to_string())
            .arg(env!("CARGO_BIN_EXE_kpi-sql"))
            .args(args)
            .current_dir(folder.path("."))
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .env("PAGER", "")
            .env("XDG_STATE_HOME", folder.path("state"))
            .env("XDG_CONFIG_HOME", folder.path("no-settings"))
            .envs(self.environment)
            .stdin(Stdio::from(steps))
            .output()
            .expect("python3 runs");
        std::fs::remove_file(folder.path("typed.py")).expect("it was there");
        std::fs::remove_file(folder.path("steps")).expect("they were there");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(said, "");
        let shown: Vec<String> = serde_json::from_slice(&output.stdout).expect("it is JSON");
        let shown = shown.iter().map(|text| text.replace("\r\n", "\n"));
        Seen {
            shown: shown.collect(),
            code: output.status.code(),
        }
    }
}

impl Seen {
    /// What a text that was entered printed, without the bar that a slow machine shows.
    #[track_caller]
    pub fn printed(&self, step: usize) -> &str {
        let shown = &self.shown[step];
        let (_, printed) = shown.rsplit_once(ASKED).expect("a line was edited");
        let printed = printed.strip_prefix('\n').expect("a new line begins");
        let printed = printed.strip_suffix(ASKS).unwrap_or(printed);
        printed
            .rsplit_once(CLEARED)
            .map_or(printed, |(_, after)| after)
    }
}
