//! The session of a call, and the threads that it runs on.

use tokio::runtime::{Builder, Handle, Runtime};

use super::args::Args;
use super::bar;
use super::error::Error;
use super::stop::Stop;
use crate::session::output::Unfinished;
use crate::session::{Folders, Session, Settings};

/// DataFusion walks over statements and plans with recursion: `a OR b OR c ...` of a few thousand parts, which
/// programs write, is thousands of calls deep. Stacks this large cost nothing until they are used.
const WORKER_STACK_BYTES: usize = 64 << 20;

/// The threads of a call, and what they have on the disk.
pub(super) struct Threads {
    runtime: Runtime,
    folders: Folders,
}

/// Starts the session of a call and its threads; `unfinished` is what results leave behind where a process ends in the middle of
/// them.
pub(super) fn start(
    args: &Args,
    settings: &Settings,
    stop: &Stop,
    unfinished: Unfinished,
) -> Result<(Session, Threads), Error> {
    let session = Session::new(settings)?;
    if !args.quiet {
        session.on_waiting(bar::say_above);
    }
    let folders = session.folders();
    stop.leaves(folders.clone(), [unfinished, session.unfinished()]);
    let mut runtime = Builder::new_multi_thread();
    if let Some(threads) = args.threads {
        runtime.worker_threads(usize::from(threads));
    }
    let runtime = runtime
        .thread_stack_size(WORKER_STACK_BYTES)
        .enable_all()
        .build()
        .map_err(no_threads)?;
    Ok((session, Threads { runtime, folders }))
}

impl Threads {
    /// What runs on them.
    pub fn handle(&self) -> &Handle {
        self.runtime.handle()
    }

    /// Ends them. One that is in the middle of something is not waited for.
    pub fn end(self) {
        self.runtime.shutdown_background();
        self.folders.remove();
    }
}

/// The words where the system has no more of them.
pub(super) fn no_threads(e: std::io::Error) -> Error {
    Error::Failed(format!("the threads could not be started: {e}"))
}
