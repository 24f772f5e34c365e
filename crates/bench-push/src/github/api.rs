//! Requests to GitHub's REST API, of github.com or of an Enterprise server.

use std::time::{Duration, Instant};

use reqwest::{
    Client, Method, StatusCode, Url,
    header::{ACCEPT, AUTHORIZATION, HeaderMap, RETRY_AFTER},
    redirect,
};
use serde_json::Value;

use crate::{
    context::Context,
    server::retry,
    settings::{
        environment::{Environment, Source},
        secret::Secret,
        variables::GITHUB_TOKENS,
    },
};

/// The API of github.com.
const PUBLIC: &str = "https://api.github.com";
/// The version of the API that the requests are written for.
const VERSION: &str = "2022-11-28";
/// The longest wait for one answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// The longest that one request is repeated, with its waits.
const GIVE_UP_AFTER: Duration = Duration::from_secs(60);
/// The most attempts of one request.
const ATTEMPTS: u32 = 4;
/// The largest answer, in bytes: a hundred comments of full length are smaller.
const MOST_ANSWER: usize = 16 * 1024 * 1024;

/// Why GitHub was not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    /// No token.
    #[error("`GITHUB_TOKEN` is not set")]
    NoToken,
    /// An address to which a token must not go.
    #[error("`GITHUB_API_URL` is `{found}`, wanted an address that begins with https://")]
    BadAddress {
        /// The variable.
        found: String,
    },
    /// GitHub refused.
    #[error("GitHub answered {status} to {what}: {message}")]
    Refused {
        /// The request, such as `POST /repos/team/models/check-runs`.
        what: String,
        /// The HTTP status.
        status: u16,
        /// Its message.
        message: String,
    },
    /// No answer.
    #[error("GitHub did not answer {what}: {cause}")]
    NotReached {
        /// The request.
        what: String,
        /// The network's error.
        cause: String,
    },
}

impl ApiError {
    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoToken => Some(
                "pass `GITHUB_TOKEN: ${{ github.token }}` in the step's `env`; the job of a fork has none that may write",
            ),
            Self::Refused {
                status: 401 | 403 | 404,
                ..
            } => Some(
                "the job needs `permissions: { pull-requests: write, checks: write }`; the job of a fork can't have them",
            ),
            _ => None,
        }
    }

    /// The HTTP status of the refusal.
    pub(crate) fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// A client with a token.
pub(crate) struct Api<'a> {
    base: Url,
    token: Secret,
    client: Client,
    context: &'a Context,
}

impl<'a> Api<'a> {
    /// A client for the API in the workflow's variables; opens nothing yet. Address and token come
    /// from the process alone, never from a `.env` file.
    ///
    /// # Errors
    ///
    /// [`ApiError::NoToken`], [`ApiError::BadAddress`].
    pub(crate) fn open(context: &'a Context) -> Result<Self, ApiError> {
        let environment = &context.environment;
        let token = token(environment).ok_or(ApiError::NoToken)?;
        let found = environment
            .get_from(Source::Process, "GITHUB_API_URL")
            .unwrap_or(PUBLIC);
        let base = address(found).ok_or_else(|| ApiError::BadAddress {
            found: context.scrubber.scrub(found.chars().take(200).collect()),
        })?;
        let is_plain = base.scheme() == "http";
        let builder = Client::builder()
            .user_agent(concat!("bench-push/", env!("CARGO_PKG_VERSION")))
            // Following a redirect would leak the token to its target.
            .redirect(redirect::Policy::none())
            .timeout(TIMEOUT);
        let builder = if is_plain {
            builder.no_proxy().tls_certs_only([])
        } else {
            builder.https_only(true)
        };
        let client = builder.build().map_err(|error| ApiError::NotReached {
            what: "a connection".to_owned(),
            cause: error.to_string(),
        })?;
        Ok(Self {
            base,
            token: Secret::new(token),
            client,
            context,
        })
    }

    /// Sends a request and returns the JSON of the answer; null without one. A request that GitHub
    /// postpones is repeated when it says so.
    ///
    /// # Errors
    ///
    /// [`ApiError::Refused`], [`ApiError::NotReached`].
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ApiError> {
        let what = || format!("{method} {}", path.split('?').next().unwrap_or_default());
        let start = Instant::now();
        let mut attempt = 1;
        loop {
            let (error, wait) = match self.once(&method, path, body).await {
                Ok((status, headers, bytes)) => {
                    if status.is_success() {
                        return Ok(serde_json::from_slice(&bytes).unwrap_or_default());
                    }
                    let refused = ApiError::Refused {
                        what: what(),
                        status: status.as_u16(),
                        message: self.message(&bytes),
                    };
                    if !is_postponed(status, &headers) {
                        return Err(refused);
                    }
                    (refused, wait_of(&headers))
                }
                // Whether it arrived is unknown: only what may be done twice is repeated.
                Err(error) => {
                    let is_repeatable = error.is_connect() || method == Method::GET;
                    let failed = ApiError::NotReached {
                        what: what(),
                        cause: self.context.scrubber.scrub(error.without_url().to_string()),
                    };
                    if !is_repeatable {
                        return Err(failed);
                    }
                    (failed, None)
                }
            };
            let wait = wait.unwrap_or(Duration::from_secs(1 << attempt.min(4)));
            if attempt >= ATTEMPTS || start.elapsed() + wait > GIVE_UP_AFTER {
                return Err(error);
            }
            if wait > Duration::from_secs(1) {
                let seconds = wait.as_secs();
                self.context
                    .say(&format!("{error}; trying again in {seconds} s"));
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<(StatusCode, HeaderMap, Vec<u8>)> {
        let url = format!("{}{path}", self.base.as_str().trim_end_matches('/'));
        let mut request = self
            .client
            .request(method.clone(), url)
            .header(ACCEPT, "application/vnd.github+json")
            .header("X-GitHub-Api-Version", VERSION)
            .header(AUTHORIZATION, format!("Bearer {}", self.token.expose()));
        if let Some(body) = body {
            request = request
                .header(reqwest::header::CONTENT_TYPE, "application/json")
                .body(body.to_string());
        }
        let mut response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await? {
            let room = MOST_ANSWER.saturating_sub(bytes.len());
            bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok((status, headers, bytes))
    }

    /// The message of a refusal, one line.
    fn message(&self, bytes: &[u8]) -> String {
        let json: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let text = json["message"].as_str().unwrap_or("no message").to_owned();
        let text = self.context.scrubber.scrub(text);
        text.chars().filter(|c| !c.is_control()).take(300).collect()
    }
}

/// The token of the workflow.
pub(crate) fn token(environment: &Environment) -> Option<&str> {
    GITHUB_TOKENS
        .into_iter()
        .find_map(|name| environment.get_from(Source::Process, name))
}

/// An address to which a token may go: encrypted, or on this machine.
fn address(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_loopback = match url.host_str()? {
        "localhost" | "[::1]" => true,
        host => host
            .parse()
            .is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback()),
    };
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    (is_safe && is_bare).then_some(url)
}

/// Whether the request may be repeated later: rate limits, and servers that are busy.
fn is_postponed(status: StatusCode, headers: &HeaderMap) -> bool {
    let is_limited = headers.contains_key(RETRY_AFTER)
        || headers
            .get("x-ratelimit-remaining")
            .is_some_and(|left| left.as_bytes() == b"0");
    matches!(status.as_u16(), 429 | 502 | 503) || (status.as_u16() == 403 && is_limited)
}

/// How long GitHub asks to wait.
fn wait_of(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?;
    retry::retry_after(text, jiff::Timestamp::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_goes_to_an_encrypted_address_or_to_this_machine() {
        for good in [
            "https://api.github.com",
            "https://github.example.com/api/v3",
            "http://127.0.0.1:4000",
            "http://localhost:4000/api",
        ] {
            assert!(address(good).is_some(), "{good}");
        }
        for bad in [
            "http://api.github.com",
            "http://127.0.0.1.evil.example",
            "ftp://x",
            "https://user@evil.example",
            "api.github.com",
            "",
        ] {
            assert!(address(bad).is_none(), "{bad}");
        }
    }
}
