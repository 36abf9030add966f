//! What ends a run before it is done: a signal, or a reader of the results who goes away.
//!
//! It is listened for on the first thread, where nothing else runs. The work is asked to end, which it does between
//! two batches; work that is in the middle of something longer, such as planning, or writing to somebody who does not
//! read, is left behind, and what it had on the disk is removed here.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, oneshot};

use super::error::Error;
use crate::session::Folders;
use crate::session::output::{Pager, Unfinished};

/// How long the work has for ending by itself.
const PATIENCE: Duration = Duration::from_millis(400);

/// What the work and those who may end it share.
#[derive(Debug, Clone, Default)]
pub(super) struct Stop(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    asked: Notify,
    /// Whether a statement is running whose only use is what is read from standard output.
    is_for_a_reader: AtomicBool,
    folders: OnceLock<Folders>,
    files: OnceLock<[Unfinished; 2]>,
    pager: OnceLock<Pager>,
    /// What is said of the statement that is running when the time is over.
    too_long: Mutex<Option<String>>,
}

impl Stop {
    /// Comes back when the work is to end.
    pub async fn asked(&self) {
        self.0.asked.notified().await;
    }

    /// Whether nothing more is of use once the reader of standard output has gone.
    pub fn with_reader(&self, is_for_a_reader: bool) {
        self.0
            .is_for_a_reader
            .store(is_for_a_reader, Ordering::Relaxed);
    }

    /// What to say if the time is over while the next statement runs.
    pub fn says_of_too_long(&self, words: String) {
        let mut too_long = self
            .0
            .too_long
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *too_long = Some(words);
    }

    fn timed_out(&self, limit: Duration) -> Error {
        let too_long = self
            .0
            .too_long
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let words = match &*too_long {
            Some(words) => words.clone(),
            None => "the time was over before the first statement".to_string(),
        };
        let limit = humantime::format_duration(limit);
        Error::TimedOut(format!("--timeout {limit}: {words}"))
    }

    /// What to remove from the disk when the work cannot.
    pub fn leaves(&self, folders: Folders, files: [Unfinished; 2]) {
        let _ = self.0.folders.set(folders);
        let _ = self.0.files.set(files);
    }

    /// The program that shows results, which somebody has to leave before this one ends.
    pub fn waits_for(&self, pager: Option<Pager>) {
        if let Some(pager) = pager {
            let _ = self.0.pager.set(pager);
        }
    }

    fn clean(&self) {
        self.0.folders.get().iter().for_each(|f| f.remove());
        self.0
            .files
            .get()
            .into_iter()
            .flatten()
            .for_each(Unfinished::remove);
        if let Some(pager) = self.0.pager.get() {
            // Whoever is told that the run has ended should not still be reading.
            let _ = pager.wait();
        }
    }
}

/// Waits for the work on another thread to be done, or for what ends it.
pub(super) fn wait(
    stop: &Stop,
    timeout: Option<Duration>,
    start: impl FnOnce() -> Result<oneshot::Receiver<Result<(), Error>>, Error>,
) -> Result<(), Error> {
    let failed = |e| Error::Failed(format!("signals cannot be listened for: {e}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        let mut signals = Signals::new().map_err(failed)?;
        let gone = reader_gone(stop.clone());
        let mut done = start()?;
        let why = tokio::select! {
            result = &mut done => return result.unwrap_or_else(|_| Err(mistake())),
            why = signals.next() => why,
            () = gone => Error::ReaderGone,
            why = too_long(stop, timeout) => why,
        };
        stop.0.asked.notify_one();
        tokio::select! {
            _ = &mut done => {}
            _ = signals.next() => {}
            () = tokio::time::sleep(PATIENCE) => {}
        }
        stop.clean();
        Err(why)
    })
}

/// Comes back when the time is over, if there is a limit.
async fn too_long(stop: &Stop, timeout: Option<Duration>) -> Error {
    match timeout {
        Some(limit) => {
            tokio::time::sleep(limit).await;
            stop.timed_out(limit)
        }
        None => std::future::pending().await,
    }
}

fn mistake() -> Error {
    Error::Failed(
        "this is a mistake in kpi-sql, not in your SQL; please report it with the lines above"
            .to_string(),
    )
}

#[cfg(unix)]
struct Signals([(tokio::signal::unix::Signal, fn() -> Error); 3]);

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self([
            (signal(SignalKind::interrupt())?, || Error::Cancelled),
            (signal(SignalKind::terminate())?, || Error::Terminated),
            (signal(SignalKind::hangup())?, || Error::HungUp),
        ]))
    }

    async fn next(&mut self) -> Error {
        let [(a, interrupted), (b, terminated), (c, hung_up)] = &mut self.0;
        tokio::select! {
            _ = a.recv() => interrupted(),
            _ = b.recv() => terminated(),
            _ = c.recv() => hung_up(),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> Error {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals there is nothing to wait for.
            std::future::pending::<()>().await;
        }
        Error::Cancelled
    }
}

/// Comes back when standard output is a pipe that nobody reads any more, while a statement runs for its reader.
async fn reader_gone(stop: Stop) {
    let (sender, gone) = oneshot::channel();
    let watched = std::thread::Builder::new().spawn(move || {
        if pipe_closed().is_ok() {
            let _ = sender.send(());
        }
    });
    if watched.is_err() || gone.await.is_err() {
        // A file, a terminal, or a system that does not tell: the next write will.
        std::future::pending::<()>().await;
    }
    while !stop.0.is_for_a_reader.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Comes back when nobody can read any more what is written to standard output.
#[cfg(unix)]
fn pipe_closed() -> std::io::Result<()> {
    use std::os::fd::AsRawFd;

    use mio::unix::SourceFd;
    use mio::{Events, Interest, Poll, Token};

    let mut poll = Poll::new()?;
    let stdout = std::io::stdout().as_raw_fd();
    // Refused for files.
    poll.registry()
        .register(&mut SourceFd(&stdout), Token(0), Interest::WRITABLE)?;
    let mut events = Events::with_capacity(8);
    loop {
        match poll.poll(&mut events, None) {
            Err(e) if e.kind() != std::io::ErrorKind::Interrupted => return Err(e),
            _ if events.iter().any(|e| e.is_write_closed() || e.is_error()) => return Ok(()),
            _ => {}
        }
    }
}

#[cfg(not(unix))]
fn pipe_closed() -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}
