//! What servers and networks fail with, in words.

use std::error::Error as _;
use std::fmt;
use std::io;

use object_store::Error;

use super::address::{Root, Service};

/// How the client of object stores begins to say what a server answered.
pub(super) const STATUS: &str = "Server returned non-2xx status code: ";

/// Why something elsewhere could not be had.
#[derive(Debug, Clone)]
pub(crate) struct StorageFailure {
    pub words: String,
}

impl fmt::Display for StorageFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl std::error::Error for StorageFailure {}

pub(super) fn kind(error: &Error) -> io::ErrorKind {
    match error {
        Error::NotFound { .. } => io::ErrorKind::NotFound,
        _ if is_refusal(error) => io::ErrorKind::PermissionDenied,
        _ => io::ErrorKind::Other,
    }
}

/// Whether a server says that it is not for whoever asked. Lists have it in their answer alone.
pub(super) fn is_refusal(error: &Error) -> bool {
    matches!(
        error,
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. }
    ) || ServerAnswer::of(error).is_refusal()
}

/// An error in words, with what the server said and never with a key; `credentials` tells how it was asked.
pub(super) fn words(error: &Error, root: &Root, credentials: &str) -> String {
    // What went through here already has its words.
    if let Some(told) = told(error) {
        return told.words.clone();
    }
    let said = ServerAnswer::of(error);
    let what = match root.service {
        Service::Azure => "container",
        _ => "bucket",
    };
    match error {
        _ if matches!(
            said.code.as_deref(),
            Some("NoSuchBucket" | "ContainerNotFound")
        ) =>
        {
            format!("there is no {what} {}", root.authority)
        }
        Error::NotFound { .. } => "nothing is there".to_string(),
        _ if said.is_refusal() => format!("the server refused ({}); {credentials}", said.short()),
        Error::Precondition { .. } | Error::NotModified { .. } => {
            "it was rewritten while it was being read; run the query again".to_string()
        }
        Error::Generic { .. } if said.status.is_none() => match root.service {
            Service::Web => said.cause,
            _ => format!("{}; {credentials}", said.cause),
        },
        _ => said.short(),
    }
}

/// What is wrong with the way to a store, before it was asked for anything.
#[cfg(feature = "object-stores")]
pub(super) fn of_setup(error: &Error, credentials: &str) -> String {
    match error {
        Error::Generic { source, .. } => format!("{source}; {credentials}"),
        _ => error.to_string(),
    }
}

/// The cause below all others, which is what a person can do something about.
#[cfg(feature = "object-stores")]
pub(super) fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

/// Whether an answer ended in the middle. Requests without an answer were sent again by their client.
#[cfg(feature = "object-stores")]
pub(super) fn is_cut_off(error: &Error) -> bool {
    let mut next = error.source();
    while let Some(cause) = next {
        if cause.to_string().starts_with("Error performing ") {
            return false;
        }
        if cause.is::<object_store::client::HttpError>() {
            return true;
        }
        next = cause.source();
    }
    false
}

/// Without servers no answer does.
#[cfg(not(feature = "object-stores"))]
pub(super) fn is_cut_off(_: &Error) -> bool {
    false
}

/// Whether a server or the network failed, and may not a little later: what was asked for may be there or not.
pub(super) fn is_passing(error: &Error) -> bool {
    let said = ServerAnswer::of(error);
    match error {
        Error::Generic { .. } => said.status.is_none_or(|status| {
            let number = status.split(' ').next().and_then(|n| n.parse().ok());
            number.is_some_and(is_passing_status)
        }),
        _ => false,
    }
}

/// Whether a server that answers so may answer otherwise a little later.
pub(super) fn is_passing_status(status: u16) -> bool {
    matches!(status, 408 | 429 | 500..)
}

fn told(error: &Error) -> Option<&StorageFailure> {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(told) = cause.downcast_ref() {
            return Some(told);
        }
        next = cause.source();
    }
    None
}

/// What a server answered, or why it did not.
struct ServerAnswer {
    /// `403 Forbidden`
    status: Option<String>,
    /// The service's own name for it, `InvalidAccessKeyId`.
    code: Option<String>,
    message: Option<String>,
    /// The innermost cause.
    cause: String,
}

impl ServerAnswer {
    fn of(error: &Error) -> Self {
        let mut texts = vec![error.to_string()];
        let mut next = error.source();
        while let Some(cause) = next {
            texts.push(cause.to_string());
            next = cause.source();
        }
        let of_server = texts.iter().rev().find(|text| text.contains(STATUS));
        let answer = of_server
            .and_then(|text| text.split_once(STATUS))
            .map(|(_, answer)| answer);
        let status = answer.map(|answer| {
            let end = answer.find(": ").unwrap_or(answer.len());
            answer[..end].trim().to_string()
        });
        let element = |name: &str| {
            let (_, rest) = answer?.split_once(&format!("<{name}>"))?;
            let (text, _) = rest.split_once('<')?;
            (!text.trim().is_empty()).then(|| text.trim().to_string())
        };
        Self {
            status,
            code: element("Code"),
            message: element("Message"),
            cause: texts.pop().unwrap_or_default(),
        }
    }

    /// Whether it is about who asks. Of a list the client does not say so itself.
    fn is_refusal(&self) -> bool {
        let status = self.status.as_deref().unwrap_or_default();
        status.starts_with("401") || status.starts_with("403")
    }

    /// `403 Forbidden, InvalidAccessKeyId: The key does not exist.`
    fn short(&self) -> String {
        let Some(status) = &self.status else {
            return self.cause.clone();
        };
        let mut short = status.clone();
        if let Some(code) = &self.code {
            short += &format!(", {code}");
        }
        if let Some(message) = &self.message {
            let first = message.lines().next().unwrap_or_default();
            short += &format!(": {}", first.trim_end_matches('.'));
        }
        short
    }
}
