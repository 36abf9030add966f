//! What a session may use of the machine: memory, disk for what does not fit into it, threads.

use std::num::NonZeroUsize;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::disk_manager::{DiskManager, DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{
    MemoryLimit, MemoryPool, TrackConsumersPool, UnboundedMemoryPool,
};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::pool::Shares;
use super::set::SetResource;
use super::spill::{self, Folders};
use crate::session::error::{Error, ErrorKind};
use crate::session::settings::Settings;

/// A sort sets this share of the memory limit aside at most, over all threads, to merge what it wrote to disk.
const MERGE_SHARE: usize = 4;

/// How many threads there may be.
const THREADS: RangeInclusive<usize> = 1..=1024;

/// How many consumers of memory an error of DataFusion lists: every one, because `exhausted` adds up those that are
/// the same step of a query on different threads.
const LISTED: NonZeroUsize = NonZeroUsize::new(1000).expect("1000 is not 0");

/// What the settings allow, and what SET has made of it since.
pub(in crate::session) struct Resources {
    given: ResourceLimits,
    now: ResourceLimits,
    threads: Option<usize>,
    disk: Arc<DiskManager>,
    folders: Folders,
}

#[derive(Debug, Clone)]
struct ResourceLimits {
    memory: Option<usize>,
    spill_dir: Option<PathBuf>,
    spill_bytes: u64,
    merge_fan_in: usize,
}

impl Resources {
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let face = &settings.face;
        if let Some(threads) = settings.threads.filter(|n| !THREADS.contains(n)) {
            let message = format!(
                "{} is a number from {} to {}, not {threads}",
                face.threads,
                THREADS.start(),
                THREADS.end()
            );
            return Err(Error::new(ErrorKind::Setting, message));
        }
        if let Some(dir) = &settings.spill_dir {
            spill::check(dir, face)?;
        }
        let given = ResourceLimits {
            memory: settings.memory_limit.bytes(),
            spill_dir: settings.spill_dir.clone(),
            spill_bytes: settings.spill_limit,
            merge_fan_in: 0,
        };
        let disk = given
            .disk()
            .build()
            .map_err(|e| spill::refused(&given.spill_dir, &e, face))?;
        let disk = Arc::new(disk);
        Ok(Self {
            now: given.clone(),
            given,
            threads: settings.threads,
            folders: Folders::of(&disk),
            disk,
        })
    }

    /// What has to be removed from the disk at the end.
    pub fn folders(&self) -> Folders {
        self.folders.clone()
    }

    /// A session that keeps to the limits.
    pub fn configured(&self, config: SessionConfig) -> SessionConfig {
        let config = match self.threads {
            Some(threads) => config.with_target_partitions(threads),
            None => config,
        };
        let reserved = self.now.set_aside_by_a_sort(&config);
        let config = config.with_sort_spill_reservation_bytes(reserved);
        match self.now.is_little() {
            // A sort merges what it wrote batch by batch, and must have room for them.
            true => config,
            // Twice the usual size, for less work per batch: KPIs of 40 M rows take 5 to 10 % less time.
            false => config.with_batch_size(16_384),
        }
    }

    /// The runtime of such a session.
    pub fn runtime(&self, mut runtime: RuntimeEnvBuilder) -> Result<Arc<RuntimeEnv>> {
        runtime.memory_pool = Some(self.now.pool());
        runtime.disk_manager = Some(self.disk.clone());
        runtime.build_arc()
    }

    /// To be called when a statement has run. For `SET datafusion.runtime.…` DataFusion builds a pool in which the
    /// first step of a query may take everything, and a spill folder that has forgotten the other options; a RESET
    /// knows nothing of the arguments. Their values are kept, and everything else is put right.
    pub fn follow(&mut self, ctx: &SessionContext, statement: &SetResource) -> Result<()> {
        let runtime = ctx.runtime_env();
        let disk = &runtime.disk_manager;
        let reset = statement.value.is_none();
        let given = &self.given;
        match statement.option.as_str() {
            "memory_limit" => {
                let before = self.now.clone();
                self.now.memory = match runtime.memory_pool.memory_limit() {
                    _ if reset => given.memory,
                    MemoryLimit::Finite(bytes) => Some(bytes),
                    _ => None,
                };
                let mut changed = RuntimeEnvBuilder::from_runtime_env(&runtime);
                changed.memory_pool = Some(self.now.pool());
                put(ctx, changed)?;
                self.now.adjust(ctx, &before);
                return Ok(());
            }
            "temp_directory" => {
                self.now.spill_dir = match &statement.value {
                    Some(dir) => Some(PathBuf::from(dir)),
                    None => given.spill_dir.clone(),
                };
            }
            "max_temp_directory_size" if reset => self.now.spill_bytes = given.spill_bytes,
            "max_temp_directory_size" => self.now.spill_bytes = disk.max_temp_directory_size(),
            "max_spill_merge_fan_in" => self.now.merge_fan_in = disk.max_spill_merge_fan_in(),
            _ => return Ok(()),
        }
        let mut changed = RuntimeEnvBuilder::from_runtime_env(&runtime);
        self.disk = Arc::new(self.now.disk().build()?);
        self.folders.add(&self.disk);
        changed.disk_manager = Some(self.disk.clone());
        put(ctx, changed)
    }
}

impl ResourceLimits {
    fn pool(&self) -> Arc<dyn MemoryPool> {
        match self.memory {
            Some(bytes) => Arc::new(TrackConsumersPool::new(Shares::of(bytes), LISTED)),
            None => Arc::new(UnboundedMemoryPool::default()),
        }
    }

    fn disk(&self) -> DiskManagerBuilder {
        let mode = match &self.spill_dir {
            _ if self.spill_bytes == 0 => DiskManagerMode::Disabled,
            Some(dir) => DiskManagerMode::Directories(vec![dir.clone()]),
            None => DiskManagerMode::OsTmpDirectory,
        };
        DiskManagerBuilder::default()
            .with_mode(mode)
            .with_max_temp_directory_size(self.spill_bytes)
            .with_max_spill_merge_fan_in(self.merge_fan_in)
    }

    fn is_little(&self) -> bool {
        self.memory.is_some_and(|bytes| bytes < LITTLE_MEMORY)
    }

    /// DataFusion's sorts set 10 MB aside on each thread, which with many threads and little memory is more than
    /// there is.
    fn set_aside_by_a_sort(&self, config: &SessionConfig) -> usize {
        let usual = SessionConfig::new()
            .options()
            .execution
            .sort_spill_reservation_bytes;
        match self.memory {
            Some(bytes) => usual.min(bytes / MERGE_SHARE / config.target_partitions().max(1)),
            None => usual,
        }
    }

    /// Has an option follow a new memory limit, but for a value that was SET by hand.
    fn adjust(&self, ctx: &SessionContext, before: &ResourceLimits) {
        let state = ctx.state_ref();
        let mut state = state.write();
        let config = state.config_mut();
        let (old, new) = (
            before.set_aside_by_a_sort(config),
            self.set_aside_by_a_sort(config),
        );
        let options = config.options_mut();
        let reserved = &mut options.execution.sort_spill_reservation_bytes;
        if *reserved == old {
            *reserved = new;
        }
    }
}

fn put(ctx: &SessionContext, runtime: RuntimeEnvBuilder) -> Result<()> {
    let runtime = runtime.build_arc()?;
    let state = ctx.state_ref();
    let mut state = state.write();
    *state = SessionStateBuilder::from(state.clone())
        .with_runtime_env(runtime)
        .build();
    Ok(())
}

/// With less memory than this a query is likely to spill.
const LITTLE_MEMORY: usize = 4 << 30;
