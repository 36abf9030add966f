//! The DataFusion session below.

use std::path::Path;
use std::sync::Arc;

use datafusion::error::Result;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};

use crate::session::resources::Resources;
use crate::session::rewritten::{arithmetic, sums, zones};
use crate::session_support::{Remarks, register_with_remarks};
use crate::tables::{LateNotes, StorageOptions, Stores};

/// The KPIs, SHOW and DESCRIBE, and files read as they are now.
pub(in crate::session) fn context(
    resources: &Resources,
    options: &[(String, String)],
    storage: StorageOptions,
    rejects: &Path,
) -> Result<(SessionContext, Remarks)> {
    let mut config = resources.configured(SessionConfig::new().with_information_schema(true));
    // Plain folders below a table's folder belong to it.
    config
        .options_mut()
        .execution
        .listing_table_ignore_subdirectory = false;
    // A list of files that is kept would miss those an earlier COPY wrote.
    let runtime = RuntimeEnvBuilder::new().with_object_list_cache_limit(0);
    let runtime = resources.runtime(runtime)?;
    let config = config.with_extension(Arc::new(LateNotes::new(rejects)));
    let ctx = SessionContext::new_with_config_rt(config, runtime);
    Stores::new(storage).register(&ctx);
    let remarks = register_with_remarks(&ctx);
    ctx.add_analyzer_rule(Arc::new(zones::ReadInZone));
    ctx.add_analyzer_rule(Arc::new(arithmetic::CheckArithmetic));
    ctx.add_optimizer_rule(Arc::new(sums::CheckSums));
    let state = ctx.state_ref();
    let mut state = state.write();
    let all = state.config_mut().options_mut();
    for (option, value) in options {
        all.set(option, value)?;
    }
    drop(state);
    Ok((ctx, remarks))
}
