//! The words for a query that ran out of memory or disk: of what, for what, and what to do about it.

mod shortage;

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};

use datafusion::common::human_readable_size;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::prelude::SessionContext;

use self::shortage::Shortage;
use crate::cli::words;

/// The words, if this is what happened.
pub(in crate::cli) fn explain(ctx: &SessionContext, error: &DataFusionError) -> Option<String> {
    let is_spill_limit = error
        .to_string()
        .contains("used disk space during the spilling process has exceeded");
    if is_spill_limit {
        return Some(spill_limit_reached(&Situation::of(ctx)));
    }
    if is_disk_full(error) {
        return Some(disk_full(&Situation::of(ctx)));
    }
    match error.find_root() {
        root @ DataFusionError::ResourcesExhausted(_) => {
            Some(memory(&Situation::of(ctx), &root.strip_backtrace()))
        }
        _ => None,
    }
}

/// What the failed statement had.
struct Situation {
    memory: Option<usize>,
    threads: usize,
    /// Where it could spill; `None` where it must not.
    spill_dir: Option<PathBuf>,
    spill_bytes: u64,
}

impl Situation {
    fn of(ctx: &SessionContext) -> Self {
        let runtime = ctx.runtime_env();
        let disk = &runtime.disk_manager;
        // DataFusion has a folder of its own in the folder that people know.
        let own = disk.temp_dir_paths();
        let dir = own.first().and_then(|own| own.parent());
        let dir = dir.map_or_else(std::env::temp_dir, Path::to_path_buf);
        Self {
            memory: match runtime.memory_pool.memory_limit() {
                MemoryLimit::Finite(bytes) => Some(bytes),
                _ => None,
            },
            threads: ctx.state().config().target_partitions(),
            spill_dir: disk.tmp_files_enabled().then_some(dir),
            spill_bytes: disk.max_temp_directory_size(),
        }
    }

    fn memory(&self) -> String {
        match self.memory {
            Some(bytes) => human_readable_size(bytes),
            None => "unlimited".to_string(),
        }
    }

    fn spill_dir(&self) -> String {
        let dir = self.spill_dir.as_deref();
        dir.map_or_else(String::new, |dir| dir.display().to_string())
    }
}

fn memory(here: &Situation, message: &str) -> String {
    let limit = here.memory();
    let mut text = match Shortage::parse(message) {
        Some(shortage) => shortage.told(&limit, here.spill_dir.is_some()),
        None => format!(
            "the memory limit of {limit} is too small for this query: {}",
            words::without_layers(message)
        ),
    };
    match &here.spill_dir {
        Some(dir) => text += &format!("\n  what can be spilled goes to: {}", dir.display()),
        None => text += "\n  nothing could be spilled to disk: --spill-limit is 0",
    }
    text + &what_helps(&remedies(here))
}

/// What to do when memory runs out, the easiest first. Every remedy has its place here.
fn remedies(here: &Situation) -> Vec<String> {
    let mut remedies = vec![format!("--memory-limit with more than {}", here.memory())];
    if here.threads > 1 {
        remedies.push(format!(
            "--threads with fewer than {}: each keeps memory of its own",
            here.threads
        ));
    }
    if here.spill_dir.is_none() {
        remedies.push("--spill-limit with more than 0".to_string());
    }
    remedies
}

fn spill_limit_reached(here: &Situation) -> String {
    let limit = usize::try_from(here.spill_bytes).unwrap_or(usize::MAX);
    format!(
        "the spill limit of {} is used up: what does not fit into the memory limit of {} was being written to {}",
        human_readable_size(limit),
        here.memory(),
        here.spill_dir(),
    ) + &what_helps(&[
        "--spill-limit with more".to_string(),
        "--memory-limit with more, so that less has to be written".to_string(),
    ])
}

fn disk_full(here: &Situation) -> String {
    format!(
        "the disk is full: what does not fit into the memory limit of {} was being written to {}",
        here.memory(),
        here.spill_dir(),
    ) + &what_helps(&[
        "--spill-dir on a disk with more room".to_string(),
        "--memory-limit with more, so that less has to be written".to_string(),
    ])
}

fn what_helps(remedies: &[String]) -> String {
    let lines = remedies.iter().map(|remedy| format!("\n    {remedy}"));
    format!("\n  what helps:{}", lines.collect::<String>())
}

/// Whether a spill file was too much for its disk. COPY writes through an object store, which says so itself.
fn is_disk_full(error: &DataFusionError) -> bool {
    let mut full = false;
    let mut next = error.source();
    while let Some(cause) = next {
        if cause.is::<object_store::Error>() {
            return false;
        }
        let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        full |= matches!(
            kind,
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        );
        next = cause.source();
    }
    full
}
