//! Buckets of Google Cloud Storage.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};

use super::address::Root;
use super::client::{client, connector, is_plain, retry};
use super::keys::of_google;
use super::options::StorageOptions;

pub(super) fn connect(
    root: &Root,
    options: &StorageOptions,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(&root.authority);
    for (name, value) in &options.values {
        if let Some(key) = of_google(name) {
            builder = builder.with_config(key, value);
        }
    }
    let value = |key: GoogleConfigKey| builder.get_config_value(&key);
    let asked = match () {
        () if value(GoogleConfigKey::SkipSignature).is_some_and(|value| value == "true") => {
            "it was asked without credentials, as google_skip_signature says"
        }
        () if value(GoogleConfigKey::ServiceAccount).is_some()
            || value(GoogleConfigKey::ServiceAccountKey).is_some() =>
        {
            "the credentials are those of google_service_account or GOOGLE_SERVICE_ACCOUNT"
        }
        () if value(GoogleConfigKey::ApplicationCredentials).is_some() => {
            "the credentials are those of GOOGLE_APPLICATION_CREDENTIALS"
        }
        () => {
            "the credentials are those that gcloud auth application-default login has left, or those of the instance; others \
             are named with --storage google_service_account=FILE, and google_skip_signature=true asks without any"
        }
    };
    let client = client(is_plain(value(GoogleConfigKey::BaseUrl)));
    let built = builder
        .with_client_options(client)
        .with_retry(retry(options))
        .with_http_connector(connector()?)
        .build();
    let store = built.map_err(|e| e.to_string())?;
    Ok((Arc::new(store), asked.to_string()))
}
