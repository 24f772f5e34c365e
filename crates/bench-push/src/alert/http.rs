//! Requests to sinks: what came back, and whether the same again may help.

use std::time::Duration;

use reqwest::{Client, Method, Url, header::HeaderMap, redirect};
use serde_json::Value;

use crate::{server::retry::retry_after, settings::secret::Scrubber, terminal::text::plain};

/// The longest wait for one answer. A lease outlasts all requests of one message.
const TIMEOUT: Duration = Duration::from_secs(15);
/// A wait that a sink asks for is made at once up to here, and otherwise left to the next run.
const WORTH_WAITING: Duration = Duration::from_secs(5);
/// An answer of more bytes is cut.
const LARGEST: usize = 8 << 20;
/// A refusal in words.
const WORDS: usize = 200;

/// A client for sinks.
pub(crate) struct Http<'a> {
    client: Client,
    scrubber: &'a Scrubber,
}

/// Why a sink has not taken a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Undelivered {
    /// The same may succeed later.
    Later {
        /// Why.
        why: String,
        /// Not before so many seconds, if the sink said so.
        after: Option<u64>,
    },
    /// The sink refuses it.
    Never {
        /// Why.
        why: String,
    },
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    /// The JSON, or null if it is none.
    pub(crate) json: Value,
}

impl<'a> Http<'a> {
    /// A client that follows no redirect, which would take the secret along.
    ///
    /// # Errors
    ///
    /// A sentence, if the system has no trusted certificates.
    pub(crate) fn new(scrubber: &'a Scrubber) -> Result<Self, String> {
        let client = Client::builder()
            .user_agent(concat!("bench-push/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(|error| format!("no secure connection can be made: {error}"))?;
        Ok(Self { client, scrubber })
    }

    /// Sends a request, once more if the sink asks for a short wait.
    ///
    /// # Errors
    ///
    /// [`Undelivered`] without a success of HTTP.
    pub(crate) async fn send(
        &self,
        method: Method,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Option<String>,
    ) -> Result<Answer, Undelivered> {
        match self.once(method.clone(), url, headers, body.clone()).await {
            Err(Undelivered::Later {
                after: Some(after), ..
            }) if Duration::from_secs(after) <= WORTH_WAITING => {
                tokio::time::sleep(Duration::from_secs(after)).await;
                self.once(method, url, headers, body).await
            }
            other => other,
        }
    }

    async fn once(
        &self,
        method: Method,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Option<String>,
    ) -> Result<Answer, Undelivered> {
        let host = url.host_str().unwrap_or_default().to_owned();
        let mut request = self.client.request(method, url.clone());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        if let Some(body) = body {
            request = request
                .header("Content-Type", "application/json")
                .body(body);
        }
        let later = |why: String| Undelivered::Later { why, after: None };
        let unreachable = |error: reqwest::Error| {
            // The address may be the secret.
            let kind = if error.is_timeout() {
                "did not answer in time"
            } else if error.is_connect() {
                "cannot be reached"
            } else {
                "closed the connection"
            };
            later(format!("`{host}` {kind}"))
        };
        let mut response = request.send().await.map_err(unreachable)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let mut bytes = Vec::new();
        while bytes.len() < LARGEST
            && let Some(chunk) = response.chunk().await.map_err(unreachable)?
        {
            bytes.extend_from_slice(&chunk);
        }
        if (200..300).contains(&status) {
            return Ok(Answer {
                json: serde_json::from_slice(&bytes).unwrap_or_default(),
            });
        }
        Err(self.refusal(&host, status, &headers, &bytes))
    }

    fn refusal(&self, host: &str, status: u16, headers: &HeaderMap, body: &[u8]) -> Undelivered {
        let words = String::from_utf8_lossy(&body[..body.len().min(4 * WORDS)]);
        let words = self.scrubber.scrub(plain(&words));
        let words = bench_model::words::shorten(words.trim(), WORDS);
        let why = format!("`{host}` answered {status}: {words}");
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let after = header("retry-after")
            .and_then(|text| retry_after(text, jiff::Timestamp::now()))
            .map(|wait| wait.as_secs())
            .or_else(|| {
                // GitHub's limits: nothing left until a time.
                let is_used_up = header("x-ratelimit-remaining") == Some("0");
                let reset: i64 = header("x-ratelimit-reset")?.parse().ok()?;
                let wait = reset - jiff::Timestamp::now().as_second();
                is_used_up.then(|| u64::try_from(wait).unwrap_or(0))
            });
        let is_limit = status == 429 || (status == 403 && after.is_some());
        if is_limit || status == 408 || status >= 500 {
            Undelivered::Later { why, after }
        } else {
            Undelivered::Never { why }
        }
    }
}

/// An address that a secret may be sent to: TLS, or this machine.
///
/// # Errors
///
/// The end of a sentence whose subject is the variable.
pub(crate) fn address(text: &str) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|_| "is not an address".to_owned())?;
    let is_here = matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_here => Ok(url),
        _ => Err("must begin with https:// (http:// only on this machine)".to_owned()),
    }
}
