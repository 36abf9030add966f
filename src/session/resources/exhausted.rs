//! The words for a query that ran out of memory or disk: of what, for what, and what to do about it.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};

use datafusion::common::human_readable_size;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::prelude::SessionContext;

use super::shortage::Shortage;
use crate::session::settings::Face;
use crate::session::words::messages;

/// The words, if this is what happened.
pub(in crate::session) fn explain(
    ctx: &SessionContext,
    face: &Face,
    error: &DataFusionError,
) -> Option<String> {
    let is_spill_limit = error
        .to_string()
        .contains("used disk space during the spilling process has exceeded");
    if is_spill_limit {
        return Some(spill_limit_reached(&Situation::of(ctx, face)));
    }
    if is_disk_full(error) {
        return Some(disk_full(&Situation::of(ctx, face)));
    }
    match error.find_root() {
        root @ DataFusionError::ResourcesExhausted(_) => {
            Some(memory(&Situation::of(ctx, face), &root.strip_backtrace()))
        }
        _ => None,
    }
}

/// What the failed statement had.
struct Situation {
    face: Face,
    memory: Option<usize>,
    threads: usize,
    /// Where it could spill; `None` where it must not.
    spill_dir: Option<PathBuf>,
    spill_bytes: u64,
}

impl Situation {
    fn of(ctx: &SessionContext, face: &Face) -> Self {
        let runtime = ctx.runtime_env();
        let disk = &runtime.disk_manager;
        // DataFusion has a folder of its own in the folder that people know.
        let own = disk.temp_dir_paths();
        let dir = own.first().and_then(|own| own.parent());
        let dir = dir.map_or_else(std::env::temp_dir, Path::to_path_buf);
        Self {
            face: *face,
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
    let shortage = Shortage::parse(message);
    let mut text = match &shortage {
        Some(shortage) => shortage.told(&limit, here.spill_dir.as_deref()),
        None => format!(
            "out of memory: the memory limit of {limit} is too small for this query: {}",
            messages::without_layers(message)
        ),
    };
    if here.spill_dir.is_none() {
        text += &format!(
            "\n  nothing may be spilled to disk: {} is 0",
            here.face.spill_limit
        );
    }
    text + &what_helps(&remedies(here, shortage.as_ref()))
}

/// What to do when memory runs out, the easiest first. Every remedy has its place here.
fn remedies(here: &Situation, shortage: Option<&Shortage>) -> Vec<String> {
    let mut remedies = vec![format!(
        "a {} of more than {}",
        here.face.memory_limit,
        here.memory()
    )];
    if here.threads > 1 {
        remedies.push(format!(
            "fewer {} than {}: each keeps memory of its own",
            here.face.threads, here.threads
        ));
    }
    if here.spill_dir.is_none() {
        remedies.push(format!("a {} of more than 0", here.face.spill_limit));
    }
    // On one thread DataFusion takes the other kind of join whatever is SET.
    if shortage.is_some_and(Shortage::is_of_a_join) && here.threads > 1 {
        remedies.push(
            "SET datafusion.optimizer.prefer_hash_join = false, for joins that sort and so can spill"
                .to_string(),
        );
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
        format!("a larger {}", here.face.spill_limit),
        format!(
            "a larger {}, so that less has to be written",
            here.face.memory_limit
        ),
    ])
}

fn disk_full(here: &Situation) -> String {
    format!(
        "the disk is full: what does not fit into the memory limit of {} was being written to {}",
        here.memory(),
        here.spill_dir(),
    ) + &what_helps(&[
        format!("a {} on a disk with more room", here.face.spill_dir),
        format!(
            "a larger {}, so that less has to be written",
            here.face.memory_limit
        ),
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
        // What spills goes to the disk by itself, what COPY writes through an object store.
        let io = cause.downcast_ref::<io::Error>();
        let inner = io.and_then(io::Error::get_ref);
        let in_store = inner.is_some_and(|inner| inner.is::<object_store::Error>());
        if in_store || cause.is::<object_store::Error>() {
            return false;
        }
        let kind = io.map(io::Error::kind);
        full |= matches!(
            kind,
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
        );
        next = cause.source();
    }
    full
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::error::ArrowError;

    use super::*;

    /// As DataFusion's writer of spill files wraps it.
    fn spilling(kind: io::ErrorKind) -> DataFusionError {
        let inner = io::Error::other(DataFusionError::IoError(io::Error::from(kind)));
        let arrow = ArrowError::IoError("of the writer".to_string(), inner);
        DataFusionError::ArrowError(Box::new(arrow), None).context("while spilling")
    }

    #[test]
    fn a_full_disk_is_told_from_other_failures() {
        assert!(is_disk_full(&spilling(io::ErrorKind::StorageFull)));
        assert!(!is_disk_full(&spilling(io::ErrorKind::PermissionDenied)));
        let shared = DataFusionError::Shared(Arc::new(spilling(io::ErrorKind::StorageFull)));
        assert!(is_disk_full(&shared));
    }

    #[test]
    fn a_full_disk_under_the_target_of_copy_is_not_one_of_spilling() {
        let copy = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
        };
        let copy = DataFusionError::ObjectStore(Box::new(copy));
        assert!(!is_disk_full(&copy));
        let copy = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
        };
        let parquet = DataFusionError::IoError(io::Error::new(io::ErrorKind::StorageFull, copy));
        assert!(!is_disk_full(&parquet));
    }
}
