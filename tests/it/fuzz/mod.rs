//! Random inputs: files with slips, damaged files and states, settings nobody would choose, calls nobody would write.
//!
//! Whatever comes in, there is no panic and no hang, and an answer that is given without a word is the one that a
//! second reader, or another plan, gives as well. Each test is bounded in seconds, `KPI_SQL_FUZZ_SECONDS` (by default 6),
//! and begins with the seed `KPI_SQL_FUZZ_SEED` (by default 1); a failure says its seed.

mod calls;
mod csv_files;
mod csv_forms;
mod damaged_lines;
mod json_files;
mod parquet_files;
mod settings;
mod states;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use kpi_sql::session::output::{About, Format, Output, Place};
use kpi_sql::session::{Face, Session, Settings, parse};
use parking_lot::Mutex;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// A query of a few rows that has not ended by then hangs.
const HANGS_AFTER: Duration = Duration::from_secs(60);

const FACE: Face = Face {
    memory_limit: "memory limit",
    threads: "threads",
    spill_dir: "spill folder",
    spill_limit: "spill limit",
    infer_rows: "a sample of N rows",
    own_table: "add_table(NAME, path)",
    own_table_instead: "add_table(NAME, path)",
    parameter: "a parameter NAME",
    read_only: "it only reads",
    raw_files: "raw files",
};

/// What a query gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gave {
    /// Its rows as CSV, and what was said beside them.
    Rows(String, Vec<String>),
    /// Words.
    Error(String),
}

/// Calls `attempt` with ever new randomness until the time is over.
pub fn for_a_while(mut attempt: impl FnMut(&mut ChaCha8Rng)) {
    let number = |name: &str, usual: u64| {
        let set = std::env::var(name).ok();
        set.map_or(usual, |text| {
            text.parse().unwrap_or_else(|e| panic!("{name}: {e}"))
        })
    };
    let end = Instant::now() + Duration::from_secs(number("KPI_SQL_FUZZ_SECONDS", 6));
    let mut seed = number("KPI_SQL_FUZZ_SEED", 1);
    let mut attempts = 0;
    while Instant::now() < end || attempts < 10 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| attempt(&mut rng))) {
            panic!("with KPI_SQL_FUZZ_SEED={seed}: {}", words(&*panic));
        }
        seed += 1;
        attempts += 1;
    }
}

/// Runs a script in a session of its own, in which `tables` have names.
pub fn ask(tables: &[(&str, &Path)], sql: &str) -> Gave {
    let tables: Vec<_> = tables
        .iter()
        .map(|(name, path)| (name.to_string(), path.display().to_string()))
        .collect();
    let script = sql.to_string();
    let (sender, receiver) = channel();
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let thread = thread.spawn(move || {
        let gave = catch_unwind(AssertUnwindSafe(|| in_session(&tables, &script)));
        // Whoever asked may have given up.
        let _ = sender.send(gave);
    });
    drop(thread.expect("a thread starts"));
    match receiver.recv_timeout(HANGS_AFTER) {
        Ok(Ok(gave)) => {
            if let Gave::Error(words) = &gave {
                for wrong in [
                    "panicked",
                    "JoinError",
                    "Internal error",
                    "mistake in kpi-sql",
                ] {
                    assert!(!words.contains(wrong), "{wrong} in {words:?}\n{sql}");
                }
            }
            gave
        }
        Ok(Err(panic)) => panic!("panic: {}\n{sql}", words(&*panic)),
        Err(RecvTimeoutError::Timeout) => panic!("it hangs:\n{sql}"),
        Err(RecvTimeoutError::Disconnected) => panic!("its thread ended:\n{sql}"),
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string()))
        .unwrap_or_else(|| "a panic without words".to_string())
}

fn in_session(tables: &[(String, String)], script: &str) -> Gave {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(16 << 20)
        .enable_all()
        .build()
        .expect("a runtime starts");
    let gave = runtime.block_on(async {
        let mut settings = Settings::new(FACE);
        settings.threads = Some(2);
        let mut session = Session::new(&settings)?;
        for (name, path) in tables {
            session.add_table(name, path).await?;
        }
        let mut notes = session.take_notes();
        let bytes = Arc::new(Mutex::new(vec![]));
        for statement in parse("fuzz", script)? {
            bytes.lock().clear();
            let mut output = Output::new(Format::Csv, Place::Memory(Arc::clone(&bytes)));
            let answer = session.begin(&statement, &[]).await?;
            notes.extend(session.take_notes());
            let rows = answer.frame.clone().collect().await;
            let rows = rows.map_err(|e| answer.error(&e))?;
            let schema = Arc::clone(answer.frame.schema().inner());
            if !schema.fields().is_empty() {
                let mut result = output.begin(&schema, About::default())?;
                for batch in &rows {
                    result.write(batch)?;
                }
                result.finish()?;
                output.close()?;
            }
            notes.extend(answer.take_notes());
        }
        let csv = String::from_utf8_lossy(&bytes.lock()).into_owned();
        Ok::<_, kpi_sql::session::Error>(Gave::Rows(csv, notes))
    });
    runtime.shutdown_background();
    gave.unwrap_or_else(|error| Gave::Error(error.to_string()))
}

/// One of some things.
pub fn one_of<'a, T>(rng: &mut ChaCha8Rng, things: &'a [T]) -> &'a T {
    use rand::RngExt;
    &things[rng.random_range(0..things.len())]
}

/// Changes, drops or adds a few bytes.
pub fn with_slips(rng: &mut ChaCha8Rng, bytes: &mut Vec<u8>, most: usize, alphabet: &[u8]) {
    use rand::RngExt;
    for _ in 0..rng.random_range(1..=most) {
        if bytes.is_empty() {
            return;
        }
        let at = rng.random_range(0..bytes.len());
        match rng.random_range(0..4) {
            0 => bytes[at] = *one_of(rng, alphabet),
            1 => bytes.insert(at, *one_of(rng, alphabet)),
            2 => drop(bytes.remove(at)),
            _ => bytes[at] ^= 1 << rng.random_range(0..8),
        }
    }
}

/// The rows of a result in CSV, the header first; an empty field is a NULL.
pub fn records(csv: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(csv.as_bytes());
    let records = reader.records().map(|record| record.expect("our own CSV"));
    records
        .map(|record| record.iter().map(str::to_string).collect())
        .collect()
}

/// Whether two texts are the same value: as they stand, as numbers, as times or as flags.
pub fn same(ours: &str, theirs: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    let time = |text: &str| {
        let text = text.replace('T', " ").replace('Z', "");
        let text = text.trim_end_matches(" 00:00:00").trim_end_matches('0');
        text.trim_end_matches(['.', ':'])
            .trim_end_matches(":00")
            .to_string()
    };
    ours == theirs
        || matches!((number(ours), number(theirs)), (Some(a), Some(b)) if a == b)
        || ours.eq_ignore_ascii_case(theirs)
        || time(ours) == time(theirs)
}
