//! Files of web servers: one address, one file.
//!
//! A server that sends parts of a file is asked for those that a query needs. One that only sends whole files is asked once;
//! the file is kept in a temporary file for as long as the session lasts.

use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, RANGE};
use http::{HeaderMap, Request, StatusCode};
use object_store::client::{HttpClient, HttpConnector, HttpRequestBody, HttpResponse};
use object_store::path::Path as Key;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    PutResult,
};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::address::Address;
use super::client::{client, connector};
use super::options::StorageOptions;

pub(super) fn connect(
    address: &Address,
    options: &StorageOptions,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    let is_plain = address.root.scheme == "http";
    let client = connector()?.connect(&client(is_plain));
    let store = WebServer {
        client: client.map_err(|e| e.to_string())?,
        root: address.root.to_string(),
        query: address.query.clone(),
        retries: options.retries,
        patience: options.patience,
        folder: options.folder.clone(),
        most_bytes: options.most_bytes,
        files: Mutex::default(),
    };
    let asked = "no credentials were sent; those of a web server go into its address, https://…/orders.csv?token=…";
    Ok((Arc::new(store), asked.to_string()))
}

/// A server, and the query that belongs to its address.
struct WebServer {
    client: HttpClient,
    root: String,
    query: Option<String>,
    retries: usize,
    patience: Duration,
    /// Where whole files are kept, and how large they may be.
    folder: Option<PathBuf>,
    most_bytes: Option<u64>,
    /// What is known of the files that were asked for.
    files: Mutex<Vec<(Key, Arc<OnceCell<WebFile>>)>>,
}

/// What a server has said of a file.
#[derive(Debug)]
struct WebFile {
    size: u64,
    e_tag: Option<String>,
    /// The file, of a server that sends no parts.
    whole: Option<Mutex<File>>,
}

impl WebServer {
    /// One request, sent again where the network or the server failed.
    async fn get(
        &self,
        key: &Key,
        range: Option<&Range<u64>>,
    ) -> object_store::Result<HttpResponse> {
        let query = self.query.as_ref().map(|query| format!("?{query}"));
        let url = format!("{}/{key}{}", self.root, query.unwrap_or_default());
        let begun = Instant::now();
        let mut pause = Duration::from_millis(100);
        let mut tries = 0;
        loop {
            let mut request = Request::get(&url);
            if let Some(range) = range {
                request = request.header(RANGE, format!("bytes={}-{}", range.start, range.end - 1));
            }
            let request = request.body(HttpRequestBody::empty());
            let request = request.map_err(|_| {
                failed("the address has characters that an address cannot have; write % and their codes")
            })?;
            let answer = self.client.execute(request).await;
            let is_in_vain = tries >= self.retries || begun.elapsed() + pause > self.patience;
            match answer {
                Ok(response) if !is_worth_another(response.status()) || is_in_vain => {
                    return Ok(response);
                }
                Err(e) if is_in_vain => return Err(failed(innermost(&e))),
                _ => {}
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            tries += 1;
        }
    }

    async fn file(&self, key: &Key) -> object_store::Result<Arc<OnceCell<WebFile>>> {
        let cell = {
            let mut files = self.files.lock();
            let known = files.iter().find(|(known, _)| known == key);
            match known {
                Some((_, cell)) => Arc::clone(cell),
                None => {
                    let cell = Arc::new(OnceCell::new());
                    files.push((key.clone(), Arc::clone(&cell)));
                    cell
                }
            }
        };
        // Signed addresses are for GET alone, so no HEAD.
        cell.get_or_try_init(|| self.look(key)).await?;
        Ok(cell)
    }

    /// Asks for the first byte, and learns from the answer what the server can do.
    async fn look(&self, key: &Key) -> object_store::Result<WebFile> {
        let response = self.get(key, Some(&(0..1))).await?;
        let headers = response.headers();
        let e_tag = text(headers, &ETAG).filter(|e_tag| !e_tag.starts_with("W/"));
        match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let size = text(headers, &CONTENT_RANGE)
                    .and_then(|range| range.rsplit_once('/')?.1.parse().ok());
                let size =
                    size.ok_or_else(|| failed("the server does not say how long the file is"))?;
                Ok(WebFile {
                    size,
                    e_tag,
                    whole: None,
                })
            }
            // There is no first byte.
            StatusCode::RANGE_NOT_SATISFIABLE => Ok(WebFile {
                size: 0,
                e_tag,
                whole: None,
            }),
            StatusCode::OK => self.keep(response, e_tag).await,
            status => Err(refused(status, key)),
        }
    }

    /// Fetches all of a file.
    async fn keep(
        &self,
        response: HttpResponse,
        e_tag: Option<String>,
    ) -> object_store::Result<WebFile> {
        let said: Option<u64> =
            text(response.headers(), &CONTENT_LENGTH).and_then(|n| n.parse().ok());
        let on_disk =
            |e: std::io::Error| failed(format!("the file could not be kept on the disk: {e}"));
        let mut whole = match &self.folder {
            Some(folder) => tempfile::tempfile_in(folder),
            None => tempfile::tempfile(),
        }
        .map_err(on_disk)?;
        let mut size = 0;
        let mut bytes = response.into_body().bytes_stream();
        while let Some(piece) = bytes.next().await {
            let piece = piece.map_err(|e| {
                failed(format!(
                    "the connection ended after {size} bytes: {}",
                    innermost(&e)
                ))
            })?;
            whole.write_all(&piece).map_err(on_disk)?;
            size += piece.len() as u64;
            if let Some(most) = self.most_bytes.filter(|most| size > *most) {
                return Err(failed(format!(
                    "the server sends only whole files, and this one has more than the {most} bytes that may be kept on the \
                     disk; allow more, --spill-limit, or save it yourself and read that"
                )));
            }
        }
        if let Some(said) = said.filter(|said| *said != size) {
            return Err(failed(format!("the server sent {size} bytes of {said}")));
        }
        Ok(WebFile {
            size,
            e_tag,
            whole: Some(Mutex::new(whole)),
        })
    }

    async fn bytes(
        &self,
        key: &Key,
        file: &WebFile,
        range: Range<u64>,
    ) -> object_store::Result<Bytes> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        if let Some(whole) = &file.whole {
            let read = || {
                let mut whole = whole.lock();
                whole.seek(SeekFrom::Start(range.start))?;
                let mut bytes = vec![];
                let part = range.end - range.start;
                Read::take(&mut *whole, part).read_to_end(&mut bytes)?;
                std::io::Result::Ok(bytes)
            };
            return read().map(Bytes::from).map_err(|e| failed(e.to_string()));
        }
        let mut tries = 0;
        loop {
            let response = self.get(key, Some(&range)).await?;
            if response.status() != StatusCode::PARTIAL_CONTENT {
                return Err(refused(response.status(), key));
            }
            let now = text(response.headers(), &ETAG).filter(|e_tag| !e_tag.starts_with("W/"));
            if now.is_some() && file.e_tag.is_some() && now != file.e_tag {
                return Err(Error::Precondition {
                    path: key.to_string(),
                    source: "it has another ETag".into(),
                });
            }
            match response.into_body().bytes().await {
                Ok(bytes) if bytes.len() as u64 == range.end - range.start => return Ok(bytes),
                Ok(bytes) if tries >= self.retries => {
                    return Err(failed(format!(
                        "the server sent {} bytes where {} were asked for",
                        bytes.len(),
                        range.end - range.start
                    )));
                }
                Err(e) if tries >= self.retries => {
                    return Err(failed(format!("the connection ended: {}", innermost(&e))));
                }
                _ => tries += 1,
            }
        }
    }
}

fn is_worth_another(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_string())
}

/// The cause below all others, which is what a person can do something about.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(cause) = error.source() {
        error = cause;
    }
    error.to_string()
}

fn failed(why: impl Into<String>) -> Error {
    Error::Generic {
        store: "web",
        source: why.into().into(),
    }
}

fn refused(status: StatusCode, key: &Key) -> Error {
    let path = key.to_string();
    let source = format!("Server returned non-2xx status code: {status}").into();
    match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => Error::NotFound { path, source },
        StatusCode::UNAUTHORIZED => Error::Unauthenticated { path, source },
        StatusCode::FORBIDDEN => Error::PermissionDenied { path, source },
        _ => Error::Generic {
            store: "web",
            source,
        },
    }
}

impl fmt::Debug for WebServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)
    }
}

impl fmt::Display for WebServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root)
    }
}

fn only_read<T>(operation: &str) -> object_store::Result<T> {
    Err(Error::NotImplemented {
        operation: operation.to_string(),
        implementer: "web".to_string(),
    })
}

#[async_trait]
impl ObjectStore for WebServer {
    async fn get_opts(
        &self,
        location: &Key,
        options: GetOptions,
    ) -> object_store::Result<GetResult> {
        let cell = self.file(location).await?;
        let file = cell.get().ok_or_else(|| failed("nothing is known of it"))?;
        let range = match options.range {
            None => 0..file.size,
            Some(GetRange::Bounded(range)) => range.start.min(file.size)..range.end.min(file.size),
            Some(GetRange::Offset(from)) => from.min(file.size)..file.size,
            Some(GetRange::Suffix(n)) => file.size.saturating_sub(n)..file.size,
        };
        let bytes = match options.head {
            true => Bytes::new(),
            false => self.bytes(location, file, range.clone()).await?,
        };
        Ok(GetResult {
            payload: GetResultPayload::Stream(futures::stream::once(async { Ok(bytes) }).boxed()),
            meta: ObjectMeta {
                location: location.clone(),
                // Few servers say it of what they make when they are asked; the ETag tells one file from another.
                last_modified: SystemTime::UNIX_EPOCH.into(),
                size: file.size,
                e_tag: file.e_tag.clone(),
                version: None,
            },
            range,
            attributes: Default::default(),
        })
    }

    async fn put_opts(
        &self,
        _: &Key,
        _: PutPayload,
        _: PutOptions,
    ) -> object_store::Result<PutResult> {
        only_read("put")
    }

    async fn put_multipart_opts(
        &self,
        _: &Key,
        _: PutMultipartOptions,
    ) -> object_store::Result<Box<dyn MultipartUpload>> {
        only_read("put_multipart")
    }

    fn delete_stream(
        &self,
        _: BoxStream<'static, object_store::Result<Key>>,
    ) -> BoxStream<'static, object_store::Result<Key>> {
        futures::stream::once(async { only_read("delete") }).boxed()
    }

    fn list(&self, _: Option<&Key>) -> BoxStream<'static, object_store::Result<ObjectMeta>> {
        futures::stream::once(async { only_read("list") }).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Key>) -> object_store::Result<ListResult> {
        only_read("list")
    }

    async fn copy_opts(&self, _: &Key, _: &Key, _: CopyOptions) -> object_store::Result<()> {
        only_read("copy")
    }
}
