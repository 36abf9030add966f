//! Which task was asked for, and who does it.

use clap::CommandFactory;

use super::args::Args;
use super::config::shown;
use super::error::Error;
use super::print::print;
use super::tasks::{self, AS_TASKS, Task};
use crate::session::Session;

/// Does what was asked for in place of a run with tables and statements; `None` if it is such a run.
pub(super) fn dispatch(args: &Args) -> Option<Result<(), Error>> {
    let alone = |name: &str| match args.given.first() {
        Some(given) => Err(Error::Usage(format!(
            "--{given} has no effect on kpi-sql {name}; leave it out"
        ))),
        None => Ok(()),
    };
    Some(match args.task.as_ref()? {
        Task::OverData(_) => return None,
        Task::Kpis { word } => alone("kpis").and_then(|()| {
            let list = tasks::kpis(word.as_deref(), &AS_TASKS)?;
            print(list.as_bytes())
        }),
        Task::Describe { name } => alone("describe").and_then(|()| {
            let session = Session::new(&args.settings())?;
            let page = tasks::describe(name, session.context(), &AS_TASKS)?;
            print(page.as_bytes())
        }),
        Task::Config => config(args),
        Task::Completions { shell } => {
            alone("completions").and_then(|()| tasks::completions(Args::command(), *shell))
        }
        Task::Man { page } => {
            alone("man").and_then(|()| tasks::man(Args::command(), page.as_deref()))
        }
        Task::Other(words) => Err(tasks::what_to_type(&Args::command(), words)),
    })
}

/// Prints the files that were read, and every setting.
fn config(args: &Args) -> Result<(), Error> {
    let mut text = match args.config_files.is_empty() {
        true => "there is no kpi-sql.toml in this folder, above it, or in the user's configuration folder\n"
            .to_string(),
        false => String::new(),
    };
    for file in &args.config_files {
        text += &format!("settings of {}\n", file.display());
    }
    text += &format!("\n{}", shown(&args.in_force));
    print(text.as_bytes())
}
