//! What a session can be told of files elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

#[cfg(feature = "object-stores")]
use super::keys::is_one;

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

impl StorageOptions {
    /// Says one thing by its name, as it is typed.
    ///
    /// # Errors
    /// What there is, where the name is none of it, or what the value should be.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let number = || {
            let read = value.parse::<u32>();
            read.map_err(|_| format!("{name} is a whole number, and not {value:?}"))
        };
        match name {
            "retries" => self.retries = number()? as usize,
            "patience" => self.patience = Duration::from_secs(number()?.into()),
            _ if is_one(name) => drop(self.values.insert(name.to_string(), value.to_string())),
            _ => {
                return Err(format!(
                    "{name} is not known; there are names such as aws_access_key_id, aws_secret_access_key, aws_region, aws_endpoint, \
                     aws_skip_signature, google_service_account, google_skip_signature, azure_storage_account_name, \
                     azure_storage_account_key, azure_storage_sas_token, azure_skip_signature, and retries and patience"
                ));
            }
        }
        Ok(())
    }
}

/// Without the services there are no options of theirs.
#[cfg(not(feature = "object-stores"))]
fn is_one(_: &str) -> bool {
    false
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
