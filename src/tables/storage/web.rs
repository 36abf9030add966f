//! Files of web servers: one address, one file.
//!
//! A server that sends parts of a file is asked for those that a query needs. One that only sends whole files is asked once;
//! the file is kept in a temporary file for as long as the session lasts.

use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use chrono::DateTime;
use futures::stream::BoxStream;
use futures::{FutureExt, StreamExt};
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, ETAG, LAST_MODIFIED, RANGE};
use http::{HeaderMap, Request, StatusCode};
use object_store::client::{HttpClient, HttpConnector, HttpError, HttpRequestBody, HttpResponse};
use object_store::path::Path as Key;
use object_store::{
    CopyOptions, Error, GetOptions, GetRange, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, PutMultipartOptions, PutOptions, PutPayload,
    PutResult,
};
use parking_lot::Mutex;
use tokio::sync::OnceCell;

use super::address::Address;
use super::attempts::Attempts;
use super::client::{client, connector};
use super::failure::{STATUS, innermost, is_passing_status};
use super::options::StorageOptions;
use super::requests::SILENCE;
use super::waiting::{Elsewhere, StorageWatch};

pub(super) fn connect(
    address: &Address,
    options: &StorageOptions,
    watch: &Arc<StorageWatch>,
) -> Result<(Arc<dyn ObjectStore>, String), String> {
    let is_plain = address.root.scheme == "http";
    let connector = connector(&address.root, options, watch)?;
    // A whole file may take long; each part of it is waited for below.
    let client = connector.connect(&client(is_plain).with_timeout_disabled());
    let store = WebServer {
        client: client.map_err(|e| e.to_string())?,
        root: address.root.to_string(),
        query: address.query.clone(),
        options: options.clone(),
        files: Mutex::default(),
        watch: Arc::clone(watch),
    };
    let asked = "no credentials were sent; those of a web server go into its address, https://…/orders.csv?token=…";
    Ok((Arc::new(store), asked.to_string()))
}

/// A server, and the query that belongs to its address.
struct WebServer {
    client: HttpClient,
    root: String,
    query: Option<String>,
    options: StorageOptions,
    /// What is known of the files that were asked for.
    files: Mutex<HashMap<Key, Arc<OnceCell<WebFile>>>>,
    watch: Arc<StorageWatch>,
}

/// What a server has said of a file.
#[derive(Debug)]
struct WebFile {
    size: u64,
    e_tag: Option<String>,
    modified: SystemTime,
    /// The file, of a server that sends no parts.
    whole: Option<Mutex<File>>,
}

impl WebServer {
    /// One request, sent again where the network or the server failed.
    async fn get(
        &self,
        key: &Key,
        range: Option<&Range<u64>>,
        attempts: &mut Attempts,
    ) -> object_store::Result<HttpResponse> {
        let query = self.query.as_ref().map(|query| format!("?{query}"));
        let url = format!("{}/{key}{}", self.root, query.unwrap_or_default());
        loop {
            let mut request = Request::get(&url);
            if let Some(range) = range {
                request = request.header(RANGE, format!("bytes={}-{}", range.start, range.end - 1));
            }
            let request = request.body(HttpRequestBody::empty());
            let request = request.map_err(|_| {
                failed("the address has characters that an address cannot have; write % and their codes")
            })?;
            let answer = self
                .client
                .execute(request)
                .await
                .map_err(|e| innermost(&e));
            match answer {
                Ok(response) if !is_passing_status(response.status().as_u16()) => {
                    return Ok(response);
                }
                _ if attempts.another().await => {}
                Ok(response) => return Ok(response),
                Err(why) => return Err(failed(why)),
            }
        }
    }

    /// What is known of a file. To look anew tells whether it is still the same; a file that was fetched as a whole is read
    /// as it was.
    async fn file(&self, key: &Key, anew: bool) -> object_store::Result<Arc<OnceCell<WebFile>>> {
        let cell = {
            let mut files = self.files.lock();
            let is_outdated = |cell: &mut Arc<OnceCell<WebFile>>| {
                anew && cell.get().is_some_and(|file| file.whole.is_none())
            };
            if files.get_mut(key).is_some_and(is_outdated) {
                files.remove(key);
            }
            Arc::clone(files.entry(key.clone()).or_default())
        };
        // Signed addresses are for GET alone, so no HEAD.
        cell.get_or_try_init(|| self.look(key)).await?;
        Ok(cell)
    }

    /// Asks for the first byte, and learns from the answer what the server can do.
    async fn look(&self, key: &Key) -> object_store::Result<WebFile> {
        let mut attempts = self.options.attempts();
        let response = self.get(key, Some(&(0..1)), &mut attempts).await?;
        let headers = response.headers();
        let e_tag = strong(headers);
        let modified = modified(headers, e_tag.as_deref());
        match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let size = text(headers, &CONTENT_RANGE)
                    .and_then(|range| range.rsplit_once('/')?.1.parse().ok());
                let size =
                    size.ok_or_else(|| failed("the server does not say how long the file is"))?;
                Ok(WebFile {
                    size,
                    e_tag,
                    modified,
                    whole: None,
                })
            }
            // There is no first byte.
            StatusCode::RANGE_NOT_SATISFIABLE => Ok(WebFile {
                size: 0,
                e_tag,
                modified,
                whole: None,
            }),
            StatusCode::OK => {
                let (whole, size) = self.keep(key, response, attempts).await?;
                Ok(WebFile {
                    size,
                    e_tag,
                    modified,
                    whole: Some(Mutex::new(whole)),
                })
            }
            status => Err(refused(status, key)),
        }
    }

    /// Fetches all of a file, anew if the connection ends before.
    async fn keep(
        &self,
        key: &Key,
        mut response: HttpResponse,
        mut attempts: Attempts,
    ) -> object_store::Result<(File, u64)> {
        loop {
            let whole = match &self.options.folder {
                Some(folder) => tempfile::tempfile_in(folder),
                None => tempfile::tempfile(),
            };
            let mut whole = whole.map_err(|e| not_kept(&e))?;
            match self.fetch_whole(response, &mut whole).await? {
                Ok(size) => return Ok((whole, size)),
                Err(_) if attempts.another().await => {}
                Err(why) => return Err(failed(why)),
            }
            response = self.get(key, None, &mut attempts).await?;
            if response.status() != StatusCode::OK {
                return Err(refused(response.status(), key));
            }
        }
    }

    /// Writes an answer to a file; how many bytes there are, or why not all of them.
    async fn fetch_whole(
        &self,
        response: HttpResponse,
        whole: &mut File,
    ) -> object_store::Result<Result<u64, String>> {
        let of = text(response.headers(), &CONTENT_LENGTH).and_then(|n| n.parse().ok());
        let step = self.watch.begin(Elsewhere::Fetched { bytes: 0, of });
        let mut size = 0;
        let mut bytes = response.into_body().bytes_stream();
        while let Some(piece) = in_time(bytes.next().map(Option::transpose))
            .await
            .transpose()
        {
            let piece = match piece {
                Ok(piece) => piece,
                Err(why) => {
                    let why = format!("the connection ended after {size} bytes: {why}");
                    return Ok(Err(why));
                }
            };
            whole.write_all(&piece).map_err(|e| not_kept(&e))?;
            size += piece.len() as u64;
            if let Some(most) = self.options.most_bytes.filter(|most| size > *most) {
                return Err(failed(format!(
                    "the server sends only whole files, and this one has more than the {most} bytes that may be kept on the \
                     disk; allow more, --spill-limit, or save it yourself and read that"
                )));
            }
            step.reached(Elsewhere::Fetched { bytes: size, of });
        }
        Ok(match of {
            Some(of) if of != size => Err(format!("the server sent {size} bytes of {of}")),
            _ => Ok(size),
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
        let mut attempts = self.options.attempts();
        loop {
            let response = self.get(key, Some(&range), &mut attempts).await?;
            if response.status() != StatusCode::PARTIAL_CONTENT {
                return Err(refused(response.status(), key));
            }
            let now = strong(response.headers());
            if now.is_some() && file.e_tag.is_some() && now != file.e_tag {
                return Err(Error::Precondition {
                    path: key.to_string(),
                    source: "it has another ETag".into(),
                });
            }
            let expected = range.end - range.start;
            let why = match body(response).await {
                Ok(bytes) if bytes.len() as u64 == expected => return Ok(bytes),
                Ok(bytes) => format!(
                    "the server sent {} bytes where {expected} were asked for",
                    bytes.len()
                ),
                Err(why) => format!("the connection ended: {why}"),
            };
            if !attempts.another().await {
                return Err(failed(why));
            }
        }
    }
}

/// Waits for a server that says something now and then; why it failed, in words.
async fn in_time<T>(
    answer: impl Future<Output = Result<T, HttpError>>,
) -> std::result::Result<T, String> {
    match tokio::time::timeout(SILENCE, answer).await {
        Ok(answer) => answer.map_err(|e| innermost(&e)),
        Err(_) => Err(format!("it said nothing for {} s", SILENCE.as_secs())),
    }
}

/// All of an answer.
async fn body(response: HttpResponse) -> std::result::Result<Bytes, String> {
    let mut all = vec![];
    let mut bytes = response.into_body().bytes_stream();
    while let Some(piece) = in_time(bytes.next().map(Option::transpose)).await? {
        all.extend_from_slice(&piece);
    }
    Ok(Bytes::from(all))
}

fn not_kept(error: &std::io::Error) -> Error {
    failed(format!("the file could not be kept on the disk: {error}"))
}

/// The name of the bytes of a file. A weak one is that of what they mean.
fn strong(headers: &HeaderMap) -> Option<String> {
    text(headers, &ETAG).filter(|e_tag| !e_tag.starts_with("W/"))
}

/// When a file was written. What is kept of it is told from another by that, so a server that does not say it is taken by the
/// word for its bytes, and without such a word the file is another one at each look.
fn modified(headers: &HeaderMap, e_tag: Option<&str>) -> SystemTime {
    let said = text(headers, &LAST_MODIFIED);
    let said = said.and_then(|said| DateTime::parse_from_rfc2822(&said).ok());
    match (said, e_tag) {
        (Some(said), _) => said.into(),
        (None, Some(e_tag)) => {
            let of_bytes = crc32fast::hash(e_tag.as_bytes());
            SystemTime::UNIX_EPOCH + Duration::from_secs(of_bytes.into())
        }
        (None, None) => SystemTime::now(),
    }
}

fn text(headers: &HeaderMap, name: &http::HeaderName) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_string())
}

fn failed(why: impl Into<String>) -> Error {
    Error::Generic {
        store: "web",
        source: why.into().into(),
    }
}

fn refused(status: StatusCode, key: &Key) -> Error {
    let path = key.to_string();
    let source = format!("{STATUS}{status}").into();
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
        let cell = self.file(location, options.head).await?;
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
                last_modified: file.modified.into(),
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
