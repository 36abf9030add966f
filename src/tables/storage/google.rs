//! Buckets of Google Cloud Storage.

use std::sync::Arc;

use object_store::gcp::{GcpCredential, GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{ObjectStore, StaticCredentialProvider};

use super::address::Root;
use super::client::{client, connector, is_plain, retry};
use super::failure::of_setup;
use super::keys::of_google;
use super::options::StorageOptions;
use super::waiting::StorageWatch;

pub(super) fn connect(
    root: &Root,
    options: &StorageOptions,
    watch: &Arc<StorageWatch>,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    let mut builder = GoogleCloudStorageBuilder::from_env().with_bucket_name(&root.authority);
    for (name, value) in &options.values {
        if let Some(key) = of_google(name) {
            builder = builder.with_config(key, value);
        }
    }
    let value = |key: GoogleConfigKey| builder.get_config_value(&key);
    let client = client(is_plain(value(GoogleConfigKey::BaseUrl)));
    let asked = match () {
        () if value(GoogleConfigKey::SkipSignature).is_some_and(|value| value == "true") => {
            builder = without_credentials(builder);
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
        () if has_login() => {
            "the credentials are those that gcloud auth application-default login has left; others are named with --storage \
             google_service_account=FILE, and google_skip_signature=true asks without any"
        }
        () if is_instance() => {
            "the credentials are those of the instance; others are named with --storage google_service_account=FILE, and \
             google_skip_signature=true asks without any"
        }
        () => {
            builder = without_credentials(builder);
            "it was asked without credentials: there are none in --storage google_service_account=FILE, GOOGLE_SERVICE_ACCOUNT, \
             GOOGLE_APPLICATION_CREDENTIALS, of gcloud auth application-default login, and of an instance"
        }
    };
    let built = builder
        .with_client_options(client)
        .with_retry(retry(options))
        .with_http_connector(connector(root, options, watch)?)
        .build();
    let store = built.map_err(|e| of_setup(&e, asked))?;
    Ok((Arc::new(store), asked.to_string()))
}

/// Asks as anybody would. What is written would be signed all the same, with credentials of the instance.
fn without_credentials(builder: GoogleCloudStorageBuilder) -> GoogleCloudStorageBuilder {
    let nobody = GcpCredential {
        bearer: String::new(),
    };
    builder
        .with_skip_signature(true)
        .with_credentials(Arc::new(StaticCredentialProvider::new(nobody)))
}

/// Whether somebody has logged in, at the place where it is looked for.
fn has_login() -> bool {
    let (folder, file) = match cfg!(windows) {
        true => ("APPDATA", "gcloud/application_default_credentials.json"),
        false => (
            "HOME",
            ".config/gcloud/application_default_credentials.json",
        ),
    };
    std::env::var_os(folder)
        .is_some_and(|folder| std::path::Path::new(&folder).join(file).is_file())
}

/// Whether this computer is one of Google's, which has credentials of its own. Elsewhere nobody answers at the address that
/// would tell, and waiting for it takes seconds.
fn is_instance() -> bool {
    // What Google's own tools have for those that do not want to be asked.
    if std::env::var_os("NO_GCE_CHECK").is_some_and(|no| no.eq_ignore_ascii_case("true")) {
        return false;
    }
    let of_services = [
        "GCE_METADATA_HOST",
        "K_SERVICE",
        "CLOUD_RUN_JOB",
        "GAE_SERVICE",
    ];
    let product = std::fs::read_to_string("/sys/class/dmi/id/product_name");
    of_services
        .iter()
        .any(|name| std::env::var_os(name).is_some())
        || product.is_ok_and(|product| product.contains("Google"))
}
