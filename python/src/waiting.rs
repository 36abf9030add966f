//! Waiting for the engine: without the interpreter's lock, with an ear for Ctrl-C, and with a word for who waits long.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::errors;

/// How often signals are looked for, and progress is told.
pub const TICK: Duration = Duration::from_millis(100);

/// DataFusion walks over statements and plans with recursion, and programs write statements that are thousands of calls
/// deep. Stacks this large cost nothing until they are used.
const STACK_BYTES: usize = 256 << 20;

/// The runtimes of this process by their number of threads.
struct Runtimes {
    process: u32,
    by_threads: HashMap<Option<usize>, Arc<Runtime>>,
}

static RUNTIMES: Mutex<Option<Runtimes>> = Mutex::new(None);

/// The runtime with so many threads; `None` is one for every core.
pub fn runtime(threads: Option<usize>) -> PyResult<Arc<Runtime>> {
    let process = std::process::id();
    let mut runtimes = RUNTIMES.lock();
    if runtimes
        .as_ref()
        .is_some_and(|known| known.process != process)
    {
        // After a fork the threads are those of the parent, and stopping them would wait for ever.
        std::mem::forget(runtimes.take());
    }
    let runtimes = runtimes.get_or_insert_with(|| Runtimes {
        process,
        by_threads: HashMap::new(),
    });
    if let Some(runtime) = runtimes.by_threads.get(&threads) {
        return Ok(Arc::clone(runtime));
    }
    let mut builder = Builder::new_multi_thread();
    if let Some(threads) = threads {
        builder.worker_threads(threads);
    }
    let runtime = builder
        .thread_name("kpi-sql")
        .thread_stack_size(STACK_BYTES)
        .enable_time()
        .build();
    let runtime = Arc::new(
        runtime.map_err(|e| errors::failed(format!("the threads could not be started: {e}")))?,
    );
    runtimes.by_threads.insert(threads, Arc::clone(&runtime));
    Ok(runtime)
}

/// Sentences about servers that are waited for, until they are logged.
static WAITS: Mutex<Vec<String>> = Mutex::new(vec![]);

/// Keeps one for whoever waits for the engine: the thread that knows of it must not wait for the interpreter's lock.
pub fn told(words: &str) {
    WAITS.lock().push(words.to_string());
}

/// Logs what was told. It is no warning: who makes errors of those does not mean a slow server.
pub fn log(py: Python<'_>) -> PyResult<()> {
    let waits = std::mem::take(&mut *WAITS.lock());
    if waits.is_empty() {
        return Ok(());
    }
    let logger = py
        .import("logging")?
        .call_method1("getLogger", ("kpi_sql",))?;
    for words in waits {
        logger.call_method1("warning", ("%s", words))?;
    }
    Ok(())
}

/// A task that ends when nobody waits for it any more.
pub struct Task<T>(JoinHandle<T>);

impl<T: Send + 'static> Task<T> {
    /// Starts it.
    pub fn start(runtime: &Runtime, future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(runtime.spawn(future))
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Runs `future` on the engine's threads. `tick` is called while it runs; an error of it, or of a signal's handler such
/// as KeyboardInterrupt, ends the wait and the work.
pub fn wait<T: Send + 'static>(
    py: Python<'_>,
    runtime: &Runtime,
    future: impl Future<Output = T> + Send + 'static,
    mut tick: impl FnMut(Python<'_>) -> PyResult<()>,
) -> PyResult<T> {
    let mut task = Task::start(runtime, future);
    loop {
        let done =
            py.detach(|| runtime.block_on(async { tokio::time::timeout(TICK, &mut task.0).await }));
        match done {
            Ok(Ok(value)) => {
                log(py)?;
                return Ok(value);
            }
            Ok(Err(stopped)) => {
                return Err(errors::failed(format!(
                    "this is a mistake in kpi-sql, not in your SQL; please report it with this line: {stopped}"
                )));
            }
            Err(_) => {
                py.check_signals()?;
                log(py)?;
                tick(py)?;
            }
        }
    }
}
