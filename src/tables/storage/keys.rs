//! What each service calls its options.

use std::str::FromStr;

use object_store::aws::AmazonS3ConfigKey;
use object_store::azure::AzureConfigKey;
use object_store::gcp::GoogleConfigKey;

/// An option of S3. Without its first word a name could be of any service.
pub(super) fn of_s3(name: &str) -> Option<AmazonS3ConfigKey> {
    let name = name.starts_with("aws_").then_some(name)?;
    AmazonS3ConfigKey::from_str(name).ok()
}

pub(super) fn of_google(name: &str) -> Option<GoogleConfigKey> {
    let name = name.starts_with("google_").then_some(name)?;
    GoogleConfigKey::from_str(name).ok()
}

pub(super) fn of_azure(name: &str) -> Option<AzureConfigKey> {
    let name = name.starts_with("azure_").then_some(name)?;
    AzureConfigKey::from_str(name).ok()
}

/// Whether a service has an option of this name.
pub(super) fn is_one(name: &str) -> bool {
    of_s3(name).is_some() || of_google(name).is_some() || of_azure(name).is_some()
}
