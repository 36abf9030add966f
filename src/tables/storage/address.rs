//! Addresses of files that are not on this computer: `s3://bucket/folder/file.parquet`, `https://host/file.csv?key=…`.

use std::fmt;

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::shared_link::SharedLink;

/// Whether a path is an address, and not one of this computer.
pub(crate) fn is_address(path: &str) -> bool {
    path.split_once("://")
        .is_some_and(|(scheme, _)| !scheme.eq_ignore_ascii_case("file") && is_scheme(scheme))
}

fn is_scheme(scheme: &str) -> bool {
    let mut letters = scheme.chars();
    letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whose servers have the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Service {
    S3,
    Google,
    Azure,
    Web,
}

const SCHEMES: [(&str, Service); 12] = [
    ("s3", Service::S3),
    ("s3a", Service::S3),
    ("s3n", Service::S3),
    ("gs", Service::Google),
    ("gcs", Service::Google),
    ("az", Service::Azure),
    ("azure", Service::Azure),
    ("abfs", Service::Azure),
    ("abfss", Service::Azure),
    ("adl", Service::Azure),
    ("http", Service::Web),
    ("https", Service::Web),
];

/// What has the files of an address: a bucket, a container, a web server.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Root {
    pub service: Service,
    /// As it was written.
    pub scheme: String,
    /// The bucket, the container with its account if the address has one, or the host with its port.
    pub authority: String,
}

/// An address, taken apart.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub root: Root,
    /// What comes behind the root, without `/` at its beginning; of a web address without its query.
    pub path: String,
    /// The query of a web address, which may have a signature and is never shown.
    pub query: Option<String>,
}

impl Address {
    pub fn parse(text: &str) -> Result<Self> {
        let shared = SharedLink::of(text).map(|link| link.file);
        let text = shared.as_deref().unwrap_or(text);
        let Some((scheme, rest)) = text.split_once("://") else {
            return plan_err!("{text} is not an address");
        };
        let known = |(name, _): &&(&str, Service)| scheme.eq_ignore_ascii_case(name);
        let Some((_, service)) = SCHEMES.iter().find(known) else {
            return plan_err!(
                "{scheme}:// is not a supported kind of address; there are s3://bucket/…, gs://bucket/…, \
                 az://container/…, abfss://container@account.dfs.core.windows.net/…, http:// and https://"
            );
        };
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.is_empty() {
            return plan_err!(
                "{text} has no name after {scheme}://; write {scheme}://{}/folder/file.parquet",
                match service {
                    Service::S3 | Service::Google => "bucket",
                    Service::Azure => "container",
                    Service::Web => "host",
                }
            );
        }
        let root = Root {
            service: *service,
            scheme: scheme.to_ascii_lowercase(),
            authority: authority.to_string(),
        };
        if root.service == Service::Web && authority.contains('@') {
            return plan_err!(
                "an address with a name and a password in it is not read, because addresses are shown in messages"
            );
        }
        let (path, query) = match root.service {
            Service::Web => of_web(path),
            _ => (path.to_string(), None),
        };
        Ok(Self { root, path, query })
    }
}

/// Whether an address is one of a web server, which may have a query.
pub(in crate::tables) fn is_of_web(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        ["http", "https"]
            .iter()
            .any(|web| scheme.eq_ignore_ascii_case(web))
    })
}

/// The path of a web address with what follows `#`, a file in an archive or a sheet, and its query.
fn of_web(path: &str) -> (String, Option<String>) {
    let (sent, part) = match path.split_once('#') {
        Some((sent, part)) => (sent, format!("#{part}")),
        None => (path, String::new()),
    };
    match sent.split_once('?') {
        Some((path, query)) => (format!("{path}{part}"), Some(query.to_string())),
        None => (format!("{sent}{part}"), None),
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, self.authority)
    }
}

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Without the query.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.root, self.path)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text in which the queries of web addresses are not shown: they may have signatures.
pub(crate) fn without_queries(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = [rest.find("http://"), rest.find("https://")]
        .into_iter()
        .flatten()
        .min()
    {
        let end = rest[at..]
            .find(['\'', '"', ' ', '\n', ')'])
            .map_or(rest.len(), |end| at + end);
        match rest[at..end].find('?') {
            Some(query) => shown += &format!("{}?***", &rest[..at + query]),
            None => shown += &rest[..end],
        }
        rest = &rest[end..];
    }
    shown + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_not_shown() {
        for (text, shown) in [
            (
                "FROM 'https://h/a.csv?k=1' WHERE x",
                "FROM 'https://h/a.csv?***' WHERE x",
            ),
            (
                "'http://h/a?b' and \"https://h/c?d\"",
                "'http://h/a?***' and \"https://h/c?***\"",
            ),
            ("https://h/a.csv", "https://h/a.csv"),
            ("a ? b", "a ? b"),
        ] {
            assert_eq!(without_queries(text), shown);
        }
    }

    #[test]
    fn addresses_are_taken_apart() {
        let address = Address::parse("https://h:80/a/b.zip?k=1#c.csv").expect("it is one");
        assert_eq!(address.to_string(), "https://h:80/a/b.zip#c.csv");
        assert_eq!(address.query.as_deref(), Some("k=1"));
        let address = Address::parse("s3://bucket/a?b.csv").expect("it is one");
        assert_eq!(address.to_string(), "s3://bucket/a?b.csv");
        assert!(is_address("abfss://c@a.dfs.core.windows.net/x"));
        assert!(!is_address("C:\\x.csv") && !is_address("file:///x") && !is_address("a/b://c"));
    }
}
