//! The prompt: statements and commands typed on a terminal, one after the other, over the same session.
//!
//! `lines` has a text from the person, edited by rustyline where the terminal can do that, with the help of `helper`: `keywords`
//! and `tokens` say what is coloured, `known` and `complete` what Tab offers. `entry` cuts a text into SQL and commands, `command`
//! says which there are, `results` where rows go, and `session` runs it all.

mod command;
mod complete;
mod entry;
mod help;
mod helper;
mod keywords;
mod known;
mod lines;
mod paths;
mod results;
mod session;
mod tokens;
mod wanted;

pub(super) use session::run;
pub(super) use wanted::is_wanted;
