//! Threads that talk to servers.
//!
//! Files are looked at by code that waits for them, on threads that run queries as well. If the same threads drove the
//! connections, all of them could wait for each other.

use std::future::Future;
use std::io;
use std::sync::LazyLock;
use std::sync::mpsc;

use tokio::runtime::{Builder, Handle, Runtime};

const THREADS: usize = 2;

static RUNTIME: LazyLock<io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread()
        .worker_threads(THREADS)
        .thread_name("storage")
        .enable_all()
        .build()
});

/// The threads, started at the first use.
pub(super) fn threads() -> io::Result<&'static Handle> {
    match &*RUNTIME {
        Ok(runtime) => Ok(runtime.handle()),
        Err(e) => Err(io::Error::other(format!(
            "the threads that talk to servers could not be started: {e}"
        ))),
    }
}

/// Does something on these threads, and waits for it.
pub(super) fn wait<T: Send + 'static>(
    work: impl Future<Output = io::Result<T>> + Send + 'static,
) -> io::Result<T> {
    let (sender, done) = mpsc::channel();
    threads()?.spawn(async move {
        // Whoever waited may be gone.
        let _ = sender.send(work.await);
    });
    done.recv()
        .unwrap_or_else(|_| Err(io::Error::other("the server was not waited for")))
}
