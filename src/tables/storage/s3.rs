//! Buckets of S3, and of servers that speak as S3 does.

use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, resolve_bucket_region};

use super::address::Root;
use super::aws_profile::{self, AwsProfile};
use super::client::{client, connector, is_plain, retry};
use super::failure::of_setup;
use super::io::wait;
use super::keys::of_s3;
use super::options::StorageOptions;
use super::requests::SILENCE;
use super::waiting::StorageWatch;

pub(super) fn connect(
    root: &Root,
    options: &StorageOptions,
    watch: &Arc<StorageWatch>,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    let mut builder = AmazonS3Builder::from_env().with_bucket_name(&root.authority);
    for (name, value) in &options.values {
        if let Some(key) = of_s3(name) {
            builder = builder.with_config(key, value);
        }
    }
    let has = |builder: &AmazonS3Builder, key| builder.get_config_value(&key).is_some();
    let endpoint = builder.get_config_value(&AmazonS3ConfigKey::Endpoint);
    let client = client(is_plain(endpoint.clone()));
    let asked = match () {
        () if builder
            .get_config_value(&AmazonS3ConfigKey::SkipSignature)
            .is_some_and(|value| value == "true") =>
        {
            "it was asked without credentials, as aws_skip_signature says".to_string()
        }
        () if has(&builder, AmazonS3ConfigKey::AccessKeyId) => {
            "the key is that of aws_access_key_id or AWS_ACCESS_KEY_ID".to_string()
        }
        () if has(&builder, AmazonS3ConfigKey::WebIdentityTokenFile) => {
            "the credentials are those of AWS_WEB_IDENTITY_TOKEN_FILE".to_string()
        }
        () if has(&builder, AmazonS3ConfigKey::ContainerCredentialsRelativeUri)
            || has(&builder, AmazonS3ConfigKey::ContainerCredentialsFullUri) =>
        {
            "the credentials are those of the container".to_string()
        }
        () if aws_profile::is_there() => {
            builder = builder.with_credentials(Arc::new(AwsProfile::default()));
            aws_profile::words()
        }
        () if is_instance(&builder) => "the credentials are those of the instance".to_string(),
        () => {
            builder = builder.with_skip_signature(true);
            "it was asked without credentials: there are none in --storage aws_access_key_id=…, AWS_ACCESS_KEY_ID, \
             AWS_WEB_IDENTITY_TOKEN_FILE, a profile of ~/.aws, and of a container or an instance"
                .to_string()
        }
    };
    if endpoint.is_none()
        && !has(&builder, AmazonS3ConfigKey::Region)
        && !has(&builder, AmazonS3ConfigKey::DefaultRegion)
    {
        let (bucket, client) = (root.authority.clone(), client.clone().with_timeout(SILENCE));
        let region = wait(async move {
            let region = resolve_bucket_region(&bucket, &client).await;
            region.map_err(std::io::Error::other)
        });
        let region = region.map_err(|_| {
            format!(
                "Amazon does not tell the region of a bucket {}, and there may be none of this name; name the region, --storage \
                 aws_region=eu-central-1",
                root.authority
            )
        })?;
        builder = builder.with_region(region);
    }
    let built = builder
        .with_client_options(client)
        .with_retry(retry(options))
        .with_http_connector(connector(root, options, watch)?)
        .build();
    let store = built.map_err(|e| of_setup(&e, &asked))?;
    Ok((Arc::new(store), asked))
}

/// Whether this computer is one of Amazon's, which has credentials of its own. The address that tells elsewhere is no address at
/// all, and waiting for it takes seconds.
fn is_instance(builder: &AmazonS3Builder) -> bool {
    let is_off = std::env::var("AWS_EC2_METADATA_DISABLED")
        .is_ok_and(|off| off.eq_ignore_ascii_case("true"));
    let is_said = builder
        .get_config_value(&AmazonS3ConfigKey::MetadataEndpoint)
        .is_some();
    let vendor = std::fs::read_to_string("/sys/devices/virtual/dmi/id/sys_vendor");
    !is_off && (is_said || vendor.is_ok_and(|vendor| vendor.contains("Amazon EC2")))
}
