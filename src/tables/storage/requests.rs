//! Requests that are sent again because a server or the network failed: who waits for them is told.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use http::header::RANGE;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
    SpawnedReqwestConnector,
};
use parking_lot::Mutex;

use super::failure::{innermost, is_passing_status};
use super::options::StorageOptions;
use super::waiting::StorageWatch;

/// How long a server may say nothing.
pub(super) const SILENCE: Duration = Duration::from_secs(30);

/// How many bytes a second are sent at least.
const SLOWEST: u64 = 64 << 10;

/// Nobody is told of what takes less.
const LONG: Duration = Duration::from_secs(2);

/// Makes clients of one server whose requests are watched.
#[derive(Debug)]
pub(super) struct WatchedConnector {
    pub inner: SpawnedReqwestConnector,
    /// The server in words, `s3://bucket`.
    pub server: String,
    pub options: StorageOptions,
    pub watch: Arc<StorageWatch>,
}

impl HttpConnector for WatchedConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(WatchedRequests {
            client: self.inner.connect(options)?,
            server: self.server.clone(),
            retries: self.options.retries,
            patience: self.options.patience,
            watch: Arc::clone(&self.watch),
            failing: Mutex::default(),
            told: Mutex::default(),
        }))
    }
}

#[derive(Debug)]
struct WatchedRequests {
    client: HttpClient,
    server: String,
    retries: usize,
    patience: Duration,
    watch: Arc<StorageWatch>,
    /// The requests that have failed and may be sent again.
    failing: Mutex<HashMap<String, FailingRequest>>,
    /// When somebody was told: many requests that wait for one server are one thing to wait for.
    told: Mutex<Option<Instant>>,
}

#[derive(Debug, Clone)]
struct FailingRequest {
    since: Instant,
    tries: usize,
    why: String,
}

impl WatchedRequests {
    /// Sends a request, and waits until its answer begins.
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let to_send = request.body().content_length() as u64 / SLOWEST;
        let patience = SILENCE + Duration::from_secs(to_send);
        let answer = tokio::time::timeout(patience, self.client.execute(request)).await;
        answer.unwrap_or_else(|_| {
            let why = format!("it said nothing for {} s", patience.as_secs());
            let why = io::Error::new(io::ErrorKind::TimedOut, why);
            Err(HttpError::new(HttpErrorKind::Timeout, why))
        })
    }

    /// Waits for the answer to a request that has failed before.
    async fn wait_again(
        &self,
        failing: &FailingRequest,
        answer: impl Future<Output = Result<HttpResponse, HttpError>>,
    ) -> Result<HttpResponse, HttpError> {
        let mut answer = std::pin::pin!(answer);
        let soon = LONG.saturating_sub(failing.since.elapsed());
        match tokio::time::timeout(soon, answer.as_mut()).await {
            Ok(answer) => answer,
            Err(_) => {
                self.tell(failing);
                answer.await
            }
        }
    }

    fn tell(&self, failing: &FailingRequest) {
        let mut told = self.told.lock();
        if told.is_some_and(|told| told.elapsed() < LONG) {
            return;
        }
        *told = Some(Instant::now());
        let FailingRequest { since, tries, why } = failing;
        self.watch.say(&format!(
            "waiting for {}, try {} of {} after {} s: {why}",
            self.server,
            tries + 1,
            self.retries + 1,
            since.elapsed().as_secs()
        ));
    }
}

#[async_trait]
impl HttpService for WatchedRequests {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        // Parts of one object are asked for side by side.
        let part = request.headers().get(RANGE);
        let name = format!("{} {} {part:?}", request.method(), request.uri());
        // A client that gave up, or was told to, leaves its request behind.
        let before = self.failing.lock().get(&name).cloned();
        let before = before.filter(|before| before.since.elapsed() < self.patience);
        let host = request.uri().host().map(str::to_string);
        let begun = Instant::now();
        let answer = self.answer(request);
        let answer = match &before {
            Some(before) => self.wait_again(before, answer).await,
            None => answer.await,
        };
        let why = match &answer {
            Ok(answer) if is_passing_status(answer.status().as_u16()) => {
                Some(answer.status().to_string())
            }
            Ok(_) => None,
            Err(e) => Some(innermost(e)),
        };
        let since = before.as_ref().map_or(begun, |before| before.since);
        let tries = before.map_or(0, |before| before.tries) + 1;
        let mut failing = self.failing.lock();
        match why.filter(|_| tries <= self.retries && since.elapsed() < self.patience) {
            Some(why) => {
                let why = match host.filter(|host| !self.server.contains(host)) {
                    // Credentials come from servers of their own.
                    Some(host) => format!("{why} from {host}"),
                    None => why,
                };
                failing.insert(name, FailingRequest { since, tries, why });
            }
            None => {
                failing.remove(&name);
            }
        }
        drop(failing);
        answer
    }
}
