//! Containers of Azure Blob Storage.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};

use super::address::Root;
use super::client::{client, connector, is_plain, retry};
use super::failure::of_setup;
use super::keys::of_azure;
use super::options::StorageOptions;
use super::waiting::StorageWatch;

pub(super) fn connect(
    root: &Root,
    options: &StorageOptions,
    watch: &Arc<StorageWatch>,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    // As tools of Azure write it, the name of the account stands behind that of the container.
    let mut builder = MicrosoftAzureBuilder::from_env();
    builder = match root.authority.contains('@') {
        true => builder.with_url(root.to_string()),
        false => builder.with_container_name(&root.authority),
    };
    for (name, value) in &options.values {
        if let Some(key) = of_azure(name) {
            builder = builder.with_config(key, value);
        }
    }
    let value = |builder: &MicrosoftAzureBuilder, key| builder.get_config_value(&key);
    let is_true = |found: Option<String>| found.is_some_and(|value| value == "true");
    let has = |key| value(&builder, key).is_some();
    let is_emulator = is_true(value(&builder, AzureConfigKey::UseEmulator));
    if !root.authority.contains('@') && !is_emulator && !has(AzureConfigKey::AccountName) {
        return Err(format!(
            "the account of the container is not known; write abfss://{}@ACCOUNT.dfs.core.windows.net/…, or name it, \
             --storage azure_storage_account_name=ACCOUNT",
            root.authority
        ));
    }
    let asked = match () {
        () if is_true(value(&builder, AzureConfigKey::SkipSignature)) => {
            "it was asked without credentials, as azure_skip_signature says"
        }
        () if is_emulator => "the key is that of the emulator",
        () if has(AzureConfigKey::AccessKey) => {
            "the key is that of azure_storage_account_key or AZURE_STORAGE_ACCOUNT_KEY"
        }
        () if has(AzureConfigKey::SasKey) => {
            "the credentials are those of azure_storage_sas_token or AZURE_STORAGE_SAS_TOKEN"
        }
        () if has(AzureConfigKey::Token) => {
            "the credentials are those of azure_storage_token or AZURE_STORAGE_TOKEN"
        }
        () if has(AzureConfigKey::ClientSecret) => {
            "the credentials are those of azure_storage_client_id and its secret"
        }
        () if has(AzureConfigKey::FederatedTokenFile) => {
            "the credentials are those of AZURE_FEDERATED_TOKEN_FILE"
        }
        () if has(AzureConfigKey::MsiEndpoint) => "the credentials are those of the instance",
        () => {
            builder = builder.with_use_azure_cli(true);
            "the credentials are those that az login has left; others are named with --storage azure_storage_account_key=KEY \
             or azure_storage_sas_token=TOKEN, and azure_skip_signature=true asks without any"
        }
    };
    let endpoint = value(&builder, AzureConfigKey::Endpoint);
    let built = builder
        .with_client_options(client(is_emulator || is_plain(endpoint.clone())))
        // The builder would take the word of its own options alone.
        .with_allow_http(is_emulator || is_plain(endpoint))
        .with_retry(retry(options))
        .with_http_connector(connector(root, options, watch)?)
        .build();
    let store = built.map_err(|e| of_setup(&e, asked))?;
    Ok((Arc::new(store), asked.to_string()))
}
