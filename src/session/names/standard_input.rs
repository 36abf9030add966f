//! Standard input as a table: what comes from it is written to a file in the folder for spilled data, which is then read as
//! any other file is, as often as a statement asks for it. The file goes with the session.

use std::io::{ErrorKind, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use datafusion::common::{plan_datafusion_err, plan_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::spill_file::SpillFile;
use datafusion::prelude::SessionContext;

/// What messages call it.
const SHOWN: &str = "/dev/stdin";

/// Whether a process has read it: what another session has taken does not come again.
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether a path, or a name in single quotes, means standard input.
pub(super) fn is_named(name: &str) -> bool {
    match name {
        "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0" => true,
        // Files may have these names.
        "-" | "stdin" => !Path::new(name).exists(),
        _ => false,
    }
}

/// What came from standard input.
#[derive(Clone)]
pub(in crate::session) struct StandardInput {
    path: PathBuf,
    /// Removes itself.
    _file: Arc<dyn SpillFile>,
}

impl StandardInput {
    /// Reads it to its end.
    pub async fn read(
        ctx: &SessionContext,
        has_sql: bool,
        spill_limit: &'static str,
    ) -> Result<Self> {
        if has_sql {
            return plan_err!(
                "standard input was read as SQL, so it is not a table; give the SQL with -c or -f, cat rows.csv | \
                 kpi-sql -c \"SELECT count(*) FROM '/dev/stdin'\""
            );
        }
        let disk = Arc::clone(&ctx.runtime_env().disk_manager);
        if !disk.tmp_files_enabled() || disk.max_temp_directory_size() == 0 {
            return plan_err!(
                "standard input is kept on the disk while it is read, and {spill_limit} 0 keeps queries off it; leave that \
                 out, or save the rows, cat > rows.csv, and read 'rows.csv'"
            );
        }
        if std::io::stdin().is_terminal() {
            return plan_err!(
                "standard input is the keyboard, and has no rows; send some, cat rows.csv | kpi-sql -c \"SELECT count(*) FROM \
                 '/dev/stdin'\""
            );
        }
        if IS_TAKEN.swap(true, Ordering::SeqCst) {
            return plan_err!(
                "standard input was read by another session of this process; save the rows, cat > rows.csv, and read \
                 'rows.csv' in both"
            );
        }
        let limit = disk.max_temp_directory_size();
        let read = tokio::task::spawn_blocking(move || -> Result<Self> {
            let file = disk.create_tmp_file("standard input")?;
            let Some(path) = file.path().map(Path::to_path_buf) else {
                return plan_err!(
                    "standard input needs a folder for temporary files, and there is none"
                );
            };
            let mut writer = file.open_writer()?;
            let mut stdin = std::io::stdin().lock();
            let mut bytes = vec![0; 1 << 18];
            let mut length = 0;
            loop {
                let n = match stdin.read(&mut bytes) {
                    Ok(0) => break,
                    Ok(n) => n,
                    Err(e) if e.kind() == ErrorKind::Interrupted => continue,
                    Err(e) => return plan_err!("standard input cannot be read: {e}"),
                };
                length += n;
                writer.write_all(&bytes[..n]).map_err(|e| match e.to_string().contains("allowable limit") {
                    true => plan_datafusion_err!(
                        "standard input has more bytes than may be written to the disk, {limit} of {spill_limit}; a larger \
                         {spill_limit} helps, or save the rows, cat > rows.csv, and read 'rows.csv'"
                    ),
                    false => plan_datafusion_err!("standard input cannot be written to {}: {e}", path.display()),
                })?;
            }
            writer.flush().map_err(DataFusionError::IoError)?;
            writer.finish()?;
            if length == 0 {
                return plan_err!("standard input is empty: no bytes came from it at all");
            }
            Ok(Self { path, _file: file })
        });
        read.await
            .map_err(|e| DataFusionError::External(Box::new(e)))?
    }

    pub fn path(&self) -> String {
        self.path.to_string_lossy().into_owned()
    }

    /// A message that has the name which people know.
    pub fn in_words(&self, message: &str) -> String {
        let whole = std::path::absolute(&self.path).unwrap_or_else(|_| self.path.clone());
        let here = std::env::current_dir().unwrap_or_default();
        let from_here = whole.strip_prefix(here).unwrap_or(&whole);
        let mut message = message.to_string();
        for path in [whole.as_path(), from_here, self.path.as_path()] {
            message = message.replace(&*path.to_string_lossy(), SHOWN);
        }
        message
    }
}
