//! What a session can be told of files elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How object stores and web servers are reached. What is not said here comes from the environment, as the tools of each
/// service have it: `AWS_ACCESS_KEY_ID`, `AWS_PROFILE`, `GOOGLE_APPLICATION_CREDENTIALS`, `AZURE_STORAGE_ACCOUNT_NAME`.
#[derive(Clone, PartialEq, Eq)]
pub struct StorageOptions {
    /// Names such as `aws_region`, `aws_endpoint`, `google_service_account` or `azure_storage_account_key`, and their values.
    pub values: BTreeMap<String, String>,
    /// How often a request is sent again that a server or the network has failed.
    pub retries: usize,
    /// How long that may take in all.
    pub patience: Duration,
    /// Where files are kept that a web server sends as a whole, the temporary folder of the system if nothing is said.
    pub folder: Option<PathBuf>,
    /// How many bytes such a file may have.
    pub most_bytes: Option<u64>,
}

impl Default for StorageOptions {
    fn default() -> Self {
        Self {
            values: BTreeMap::new(),
            retries: 3,
            patience: Duration::from_secs(20),
            folder: None,
            most_bytes: None,
        }
    }
}

/// Names alone: values may be keys.
impl fmt::Debug for StorageOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StorageOptions")
            .field("values", &self.values.keys())
            .field("retries", &self.retries)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
