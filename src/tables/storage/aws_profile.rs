//! Credentials of a profile of AWS, as its own program gives them: keys, a login by SSO, a process, a role.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use object_store::aws::AwsCredential;
use object_store::{CredentialProvider, Error};
use serde_json::Value;
use tokio::sync::Mutex;

/// Credentials that end sooner are asked for again.
const ENOUGH: Duration = Duration::from_secs(120);

/// Whether there is a profile to ask for.
pub(super) fn is_there() -> bool {
    let named = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter();
    let is_named = named.clone().any(|name| std::env::var_os(name).is_some());
    let files = [
        ("AWS_CONFIG_FILE", "config"),
        ("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
    ];
    let has_file = files
        .iter()
        .any(|(variable, name)| match std::env::var_os(variable) {
            Some(file) => std::path::Path::new(&file).is_file(),
            None => std::env::home_dir().is_some_and(|home| home.join(".aws").join(name).is_file()),
        });
    is_named || has_file
}

/// What errors say of them.
pub(super) fn words() -> String {
    let named = std::env::var("AWS_PROFILE").or_else(|_| std::env::var("AWS_DEFAULT_PROFILE"));
    format!(
        "the credentials are those of the profile {}, from aws configure export-credentials",
        named.as_deref().unwrap_or("default")
    )
}

/// The credentials, for as long as they hold.
#[derive(Debug, Default)]
pub(super) struct AwsProfile {
    kept: Mutex<Option<KeptCredential>>,
}

#[derive(Debug)]
struct KeptCredential {
    credential: Arc<AwsCredential>,
    until: Option<DateTime<Utc>>,
}

#[async_trait]
impl CredentialProvider for AwsProfile {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut kept = self.kept.lock().await;
        let holds =
            |kept: &&KeptCredential| kept.until.is_none_or(|until| until - ENOUGH > Utc::now());
        if let Some(kept) = kept.as_ref().filter(holds) {
            return Ok(Arc::clone(&kept.credential));
        }
        let asked = tokio::task::spawn_blocking(ask).await?;
        let new = asked.map_err(|why| Error::Generic {
            store: "S3",
            source: why.into(),
        })?;
        let credential = Arc::clone(&new.credential);
        *kept = Some(new);
        Ok(credential)
    }
}

fn ask() -> Result<KeptCredential, String> {
    let call = "aws configure export-credentials --format process";
    let mut words = call.split(' ');
    let mut program = Command::new(words.next().unwrap_or_default());
    let answer = program.args(words).output().map_err(|e| {
        format!(
            "AWS profiles are read by the AWS CLI, and {call} could not be run ({e}); install the AWS CLI, or set \
             AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        )
    })?;
    if !answer.status.success() {
        let said = String::from_utf8_lossy(&answer.stderr);
        return Err(format!("{call} failed: {}", said.trim()));
    }
    let read = serde_json::from_slice::<Value>(&answer.stdout).ok();
    let text = |name: &str| Some(read.as_ref()?.get(name)?.as_str()?.to_string());
    let keys = text("AccessKeyId").zip(text("SecretAccessKey"));
    let (key_id, secret_key) = keys.ok_or_else(|| format!("{call} gave no credentials"))?;
    let until = text("Expiration").and_then(|until| until.parse().ok());
    let credential = AwsCredential {
        key_id,
        secret_key,
        token: text("SessionToken"),
    };
    Ok(KeptCredential {
        credential: Arc::new(credential),
        until,
    })
}
