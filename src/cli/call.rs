//! A call of the program, from its words to its exit code.

use std::ffi::OsString;
use std::io::Write;

use super::args::Args;
use super::run::run;

/// Reads the words of a call, of which the first is the program; runs it, prints the error, and gives the exit code. The Python
/// package calls it as well.
///
/// The process is to end then: threads may still be at work, with nothing to do it for. It ends in here where only help is asked
/// for, or the words make no call.
pub fn call(words: impl IntoIterator<Item = OsString>) -> u8 {
    let words: Vec<OsString> = words.into_iter().collect();
    let ended = Args::from_words(&words).and_then(|args| run(&args));
    let Err(error) = ended else {
        // Whoever called this may not do it. After an error somebody may still be writing, to a reader who does not read.
        let _ = std::io::stdout().flush();
        return 0;
    };
    let message = error.message();
    if !message.is_empty() {
        // A closed stderr is no reason to panic, which `eprintln!` would do.
        let _ = writeln!(std::io::stderr(), "{message}");
    }
    error.exit_code()
}
