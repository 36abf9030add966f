//! What all clients of servers have in common.

use std::sync::Arc;
use std::time::Duration;

use object_store::client::SpawnedReqwestConnector;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::address::Root;
use super::io::threads;
use super::options::StorageOptions;
use super::requests::WatchedConnector;
use super::waiting::StorageWatch;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);

/// How long the whole of an answer may take, which is some megabytes of an object at most.
const WHOLE: Duration = Duration::from_secs(300);

pub(super) fn client(is_plain: bool) -> ClientOptions {
    ClientOptions::new()
        .with_allow_http(is_plain)
        .with_connect_timeout(CONNECT)
        .with_timeout(WHOLE)
}

pub(super) fn retry(options: &StorageOptions) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: Duration::from_millis(100),
            max_backoff: Duration::from_secs(5),
            base: 2.0,
        },
        max_retries: options.retries,
        retry_timeout: options.patience,
    }
}

pub(super) fn connector(
    root: &Root,
    options: &StorageOptions,
    watch: &Arc<StorageWatch>,
) -> Result<WatchedConnector, String> {
    let threads = threads().map_err(|e| e.to_string())?;
    Ok(WatchedConnector {
        inner: SpawnedReqwestConnector::new(threads.clone()),
        server: root.to_string(),
        options: options.clone(),
        watch: Arc::clone(watch),
    })
}

/// Whether an endpoint is one without encryption, as servers of a test or of a computer's own are.
pub(super) fn is_plain(endpoint: Option<String>) -> bool {
    endpoint.is_some_and(|endpoint| endpoint.to_ascii_lowercase().starts_with("http://"))
}
