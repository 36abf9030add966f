//! When there is a prompt.

use std::io::{self, IsTerminal};

use crate::cli::args::Args;

/// Whether there is somebody to ask for SQL, and nothing else to do.
pub(in crate::cli) fn is_wanted(args: &Args) -> bool {
    let is_asked_for_files = args.output_dir.is_some();
    args.task.is_none()
        && args.sources.is_empty()
        && !is_asked_for_files
        && io::stdin().is_terminal()
        && io::stdout().is_terminal()
}
