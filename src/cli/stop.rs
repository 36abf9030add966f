//! What ends a run before it is done: a signal, or a reader of the results who goes away.
//!
//! It is listened for on the first thread, where nothing else runs. The work is asked to end, which it does between
//! two batches; work that is in the middle of something longer, such as planning, or writing to somebody who does not
//! read, is left behind, and what it had on the disk is removed here.
//!
//! At a prompt Ctrl-C ends the statement that is running, and not the session.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

use super::error::Error;
use super::screen;
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
    pager: Mutex<Option<Pager>>,
    /// What is said of the statement that is running when the time is over.
    too_long: Mutex<Option<String>>,
    doing: Mutex<Doing>,
    /// The thread that listens.
    listener: OnceLock<Handle>,
    /// Whether Ctrl-C came while somebody was typing a line.
    is_line_dropped: AtomicBool,
}

/// What Ctrl-C meets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Doing {
    /// A run, which it ends.
    #[default]
    Run,
    /// A prompt that waits for a line, or is between two things. A terminal that edits lines tells of Ctrl-C itself.
    Waiting,
    /// The same where the terminal drops the line that is being typed, and nobody else is told.
    PlainLine(&'static str),
    /// A line that is edited, in a mode of the terminal that has to be left.
    EditedLine,
    /// A statement of a prompt.
    Statement,
    /// One that was asked to end.
    Ending,
}

/// What a prompt is doing until this is dropped.
#[must_use]
pub(super) struct AtPrompt<'a>(&'a Stop);

impl Drop for AtPrompt<'_> {
    fn drop(&mut self) {
        self.0.does(Doing::Waiting);
    }
}

impl Stop {
    /// Comes back when the work is to end.
    pub async fn asked(&self) {
        self.0.asked.notified().await;
    }

    /// A prompt runs a statement, which alone is ended by Ctrl-C.
    pub fn during_statement(&self) -> AtPrompt<'_> {
        // What came when nothing ran any more is not for this one.
        let _ = self.0.asked.notified().now_or_never();
        self.does(Doing::Statement);
        AtPrompt(self)
    }

    /// A prompt has a line edited.
    pub fn during_edited_line(&self) -> AtPrompt<'_> {
        self.does(Doing::EditedLine);
        AtPrompt(self)
    }

    /// A prompt waits for a line that the terminal hands over when it is complete.
    pub fn during_plain_line(&self, prompt: &'static str) -> AtPrompt<'_> {
        self.does(Doing::PlainLine(prompt));
        AtPrompt(self)
    }

    /// From here on Ctrl-C ends statements.
    pub fn has_prompt(&self) {
        self.does(Doing::Waiting);
    }

    /// Whether Ctrl-C has dropped what was typed since this was asked last.
    pub fn takes_dropped_line(&self) -> bool {
        self.0.is_line_dropped.swap(false, Ordering::Relaxed)
    }

    fn does(&self, doing: Doing) {
        *locked(&self.0.doing) = doing;
    }

    /// What Ctrl-C ends: the run, if this says so; else it is done.
    fn ends_run(&self) -> bool {
        let mut doing = locked(&self.0.doing);
        match *doing {
            Doing::Run | Doing::Ending => return true,
            Doing::Waiting | Doing::EditedLine => {}
            Doing::PlainLine(prompt) => {
                self.0.is_line_dropped.store(true, Ordering::Relaxed);
                let mut out = std::io::stdout();
                let _ = write!(out, "\n{prompt}").and_then(|()| out.flush());
            }
            Doing::Statement => {
                *doing = Doing::Ending;
                self.0.asked.notify_one();
                tokio::spawn(self.clone().tell_of_patience());
            }
        }
        false
    }

    /// Planning, and writing to a terminal that stands still, cannot be ended in the middle.
    async fn tell_of_patience(self) {
        tokio::time::sleep(PATIENCE).await;
        if *locked(&self.0.doing) == Doing::Ending {
            screen::note("the statement ends as soon as it can; Ctrl-C once more ends kpi-sql");
        }
    }

    /// Whether nothing more is of use once the reader of standard output has gone.
    pub fn with_reader(&self, is_for_a_reader: bool) {
        self.0
            .is_for_a_reader
            .store(is_for_a_reader, Ordering::Relaxed);
    }

    /// What to say if the time is over while the next statement runs.
    pub fn says_of_too_long(&self, words: String) {
        *locked(&self.0.too_long) = Some(words);
    }

    fn timed_out(&self, limit: Duration) -> Error {
        let too_long = locked(&self.0.too_long);
        let words = match &*too_long {
            Some(words) => words.clone(),
            None => "the time limit was reached before the first statement".to_string(),
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
        *locked(&self.0.pager) = pager;
    }

    fn clean(&self) {
        self.0.folders.get().iter().for_each(|f| f.remove());
        self.0
            .files
            .get()
            .into_iter()
            .flatten()
            .for_each(Unfinished::remove);
        let pager = locked(&self.0.pager).take();
        if let Some(pager) = pager {
            // Whoever is told that the run has ended should not still be reading.
            let _ = pager.wait();
        }
        if *locked(&self.0.doing) == Doing::EditedLine {
            screen::leave_line();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
    let _ = stop.0.listener.set(runtime.handle().clone());
    runtime.block_on(async {
        let mut signals = Signals::new().map_err(failed)?;
        let gone = reader_gone(stop.clone());
        let mut done = start()?;
        let too_long = too_long(stop, timeout);
        tokio::pin!(gone, too_long);
        let why = loop {
            tokio::select! {
                result = &mut done => return result.unwrap_or_else(|_| Err(mistake())),
                why = signals.next() => match why {
                    Error::Cancelled if !stop.ends_run() => {}
                    why => break why,
                },
                () = &mut gone => break Error::ReaderGone,
                why = &mut too_long => break why,
            }
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
pub(super) async fn too_long(stop: &Stop, timeout: Option<Duration>) -> Error {
    let (Some(limit), Some(listener)) = (timeout, stop.0.listener.get()) else {
        return std::future::pending().await;
    };
    // Threads that are at work look at the clock too seldom.
    let _ = listener
        .spawn(async move { tokio::time::sleep(limit).await })
        .await;
    stop.timed_out(limit)
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
