//! A program that shows a text page by page, such as `less`.

use std::io::{self, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;

use parking_lot::Mutex;

/// What a shell ends with that cannot run a program, or cannot find it.
const NOT_RUN: [i32; 2] = [126, 127];

/// A program that shows a text page by page.
#[derive(Debug, Clone)]
pub struct Pager {
    command: String,
    running: Arc<Mutex<Option<Child>>>,
}

impl Pager {
    /// One by its command, which is started when there is something to show.
    pub fn new(command: &str) -> Self {
        Self {
            command: command.to_string(),
            running: Arc::default(),
        }
    }

    /// Shows a text, and comes back when the person has left it.
    ///
    /// # Errors
    /// A command that cannot be run.
    pub fn show(&self, text: &str) -> io::Result<()> {
        let mut input = self.start()?;
        // Somebody who leaves before the end has seen enough.
        let _ = input.write_all(text.as_bytes());
        drop(input);
        self.wait()
    }

    pub(super) fn start(&self) -> io::Result<ChildStdin> {
        let mut child = Command::new("sh")
            .args(["-c", &self.command])
            .stdin(Stdio::piped())
            .spawn()?;
        let stdin = child.stdin.take();
        *self.running.lock() = Some(child);
        stdin.ok_or_else(|| io::Error::other("the pager has no input"))
    }

    /// Comes back when the person has left it.
    ///
    /// # Errors
    /// A command that cannot be run.
    pub fn wait(&self) -> io::Result<()> {
        let Some(mut child) = self.running.lock().take() else {
            return Ok(());
        };
        match child.wait()?.code() {
            Some(code) if NOT_RUN.contains(&code) => Err(io::Error::other(format!(
                "the pager cannot be run: {}; PAGER=less is one, and with PAGER= there is none",
                self.command
            ))),
            _ => Ok(()),
        }
    }
}
