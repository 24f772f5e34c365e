//! Requests → responses: the only place that uses the network.
//!
//! The `postgrest` crate builds a request; method, address, headers and body are copied to a
//! current `reqwest` client, because `postgrest` depends on an old one, which never opens a
//! connection.

use std::{
    io,
    time::{Duration, Instant},
};

use bench_model::rest::{functions::Function, tables::Table};
use postgrest::{Builder, Postgrest};
use reqwest::{
    Client, Method, Response, Url,
    header::{HeaderMap, HeaderName, HeaderValue, LOCATION, RETRY_AFTER},
    redirect,
};

use crate::{
    cli::network::NetworkArgs,
    context::Context,
    failure::Failure,
    server::{
        answer::{self, Answer},
        call_error::{Blame, CallError},
        proxy::Proxy,
        retry::{self, Policy},
    },
    settings::{project::Project, variables::Access},
};

/// The maximum response size in bytes, many times the size of a thousand runs.
const MAX_ANSWER: usize = 64 * 1024 * 1024;
/// The maximum size of an error response in bytes, more than enough for a message.
const MAX_REFUSAL: usize = 64 * 1024;
/// Waits longer than this are reported.
const WORTH_A_WORD: Duration = Duration::from_millis(900);

/// A connection to the project.
pub(crate) struct Transport<'a> {
    project: Project,
    postgrest: Postgrest,
    client: Client,
    policy: Policy,
    context: &'a Context,
}

/// A failed attempt.
struct Failed {
    sentence: String,
    hint: Option<String>,
    status: Option<u16>,
    retry_after: Option<Duration>,
    is_temporary: bool,
    blame: Blame,
}

/// How long to insist on one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// As the flags say.
    Whole,
    /// Until a smaller request is more likely to succeed than the same one again.
    Divisible,
    /// One repetition: the failure is probably the request's own.
    Short,
    /// One attempt.
    Once,
}

impl Patience {
    /// Whether to give up after `attempts` of which the last one ended with `blame`.
    fn is_over(self, attempts: u32, blame: Blame) -> bool {
        match (self, blame) {
            (Self::Whole, _) | (Self::Divisible | Self::Short, Blame::Server) => false,
            (Self::Divisible, Blame::Size) | (Self::Once, _) => true,
            (Self::Divisible, Blame::Unclear) | (Self::Short, _) => attempts >= 2,
        }
    }
}

/// The parts of a request, kept for retries.
struct Request {
    method: Method,
    url: Url,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl<'a> Transport<'a> {
    /// Prepares a connection to the project in the settings; opens nothing yet.
    ///
    /// # Errors
    ///
    /// [`Failure`] if the address or the key for `access` is missing or wrong, or as
    /// [`Transport::to`].
    pub(crate) fn open(
        access: Access,
        network: &NetworkArgs,
        context: &'a Context,
    ) -> Result<Self, Failure> {
        let project = Project::read(&context.environment, access)?;
        Ok(Self::to(project, network, context)?)
    }

    /// Prepares a connection to `project`; opens nothing yet.
    ///
    /// # Errors
    ///
    /// [`CallError::NotReached`] if the system has no trusted certificates.
    pub(crate) fn to(
        project: Project,
        network: &NetworkArgs,
        context: &'a Context,
    ) -> Result<Self, CallError> {
        let mut postgrest =
            Postgrest::new(project.url.rest()).insert_header("apikey", project.key.expose());
        if project.key.is_jwt() {
            postgrest = postgrest
                .insert_header("Authorization", format!("Bearer {}", project.key.expose()));
        }
        let client = client(&project).map_err(|error| CallError::NotReached {
            sentence: format!("no secure connection can be made: {}", root_cause(&error)),
            hint: Some("install the package `ca-certificates`, or name a file of certificates in `SSL_CERT_FILE`".to_owned()),
            attempts: 1,
            status: None,
            blame: Blame::Server,
        })?;
        Ok(Self {
            project,
            postgrest,
            client,
            policy: policy(network),
            context,
        })
    }

    /// Starts a request to a table or view.
    pub(crate) fn table(&self, table: Table) -> Builder {
        self.postgrest.from(table.0)
    }

    /// Starts a call of a function.
    pub(crate) fn call<F: Function>(&self, arguments: &F) -> Builder {
        let body = serde_json::to_string(arguments).expect("arguments are JSON");
        self.postgrest.rpc(F::NAME, body)
    }

    /// Sends the request, with retries, and returns the JSON of the response.
    ///
    /// # Errors
    ///
    /// [`CallError`] if the server refused or was unreachable.
    pub(crate) async fn send(&self, builder: Builder) -> Result<Vec<u8>, CallError> {
        self.send_with(builder, Patience::Whole).await
    }

    /// As [`Transport::send`], with at most this patience.
    ///
    /// # Errors
    ///
    /// As [`Transport::send`].
    pub(crate) async fn send_with(
        &self,
        builder: Builder,
        patience: Patience,
    ) -> Result<Vec<u8>, CallError> {
        let request = Request::take_over(builder);
        let start = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let failed = match self
                .attempt(&request, self.policy.timeout_after(start.elapsed()))
                .await
            {
                Ok(answer) => {
                    let wait = answer
                        .retry_after
                        .as_deref()
                        .and_then(|text| retry::retry_after(text, jiff::Timestamp::now()));
                    match answer::judge(answer, &self.project, &self.context.scrubber) {
                        Ok(json) => return Ok(json),
                        Err(no) if !no.is_temporary => return Err(CallError::Refused(no)),
                        Err(no) => Failed {
                            blame: no.blame(),
                            sentence: no.sentence,
                            hint: no.hint,
                            status: Some(no.status),
                            retry_after: wait,
                            is_temporary: true,
                        },
                    }
                }
                Err(failed) => failed,
            };
            let Failed {
                sentence,
                hint,
                status,
                retry_after,
                is_temporary,
                blame,
            } = failed;
            let wait = self
                .policy
                .wait(attempts, start.elapsed(), retry_after, fastrand::f64());
            let goes_on = is_temporary && !patience.is_over(attempts, blame);
            let Some(wait) = wait.filter(|_| goes_on) else {
                return Err(CallError::NotReached {
                    sentence,
                    hint,
                    attempts,
                    status,
                    blame,
                });
            };
            if wait > WORTH_A_WORD {
                self.context.say(&format!(
                    "{sentence}; trying again in {:.1} s",
                    wait.as_secs_f64()
                ));
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, request: &Request, timeout: Duration) -> Result<Answer, Failed> {
        let Request {
            method,
            url,
            headers,
            body,
        } = request;
        let mut builder = self
            .client
            .request(method.clone(), url.clone())
            .headers(headers.clone())
            .timeout(timeout);
        if let Some(body) = body {
            builder = builder.body(body.clone());
        }
        let whole = async { read(builder.send().await?).await };
        whole.await.map_err(|error| self.explain(&error, timeout))
    }

    /// A network error as a sentence, without the URL's query and without the key.
    fn explain(&self, error: &reqwest::Error, timeout: Duration) -> Failed {
        let host = self.project.url.host();
        let cause = root_cause(error);
        let temporary = |sentence: String, hint: Option<&str>| Failed {
            sentence,
            hint: hint.map(str::to_owned),
            status: None,
            retry_after: None,
            is_temporary: true,
            blame: Blame::Unclear,
        };
        // A plain address is on this machine, where no proxy is used.
        let proxy =
            Proxy::to(host, &self.context.environment).filter(|_| !self.project.url.is_plain());
        let through = proxy
            .as_ref()
            .map_or_else(String::new, |Proxy { variable, address }| {
                format!(" through the proxy `{address}` in `{variable}`")
            });
        if error.is_timeout() {
            let seconds = (timeout.as_secs_f64() * 10.0).round() / 10.0;
            let sentence = format!("`{host}` did not answer within {seconds} s{through}");
            let hint = "`--timeout` waits longer for one answer, `--give-up-after` for all attempts together";
            return Failed {
                // A connection that can't be opened says nothing about the request.
                blame: if error.is_connect() {
                    Blame::Server
                } else {
                    Blame::Unclear
                },
                ..temporary(sentence, Some(hint))
            };
        }
        if is_certificate(&cause) {
            let sentence = format!("the certificate of `{host}` is not trusted: {cause}");
            let hint = "behind a company's proxy, name its certificate in `SSL_CERT_FILE`";
            return Failed {
                is_temporary: false,
                blame: Blame::Server,
                ..temporary(sentence, Some(hint))
            };
        }
        if error.is_connect() {
            let around =
                format!("is the proxy up, and its address right? `NO_PROXY={host}` bypasses it");
            let hint = if proxy.is_some() {
                around.as_str()
            } else if self.project.url.is_loopback() {
                "is the local stack up? `bench-local status` says so, `bench-local up` starts it"
            } else {
                "is `SUPABASE_URL` right, the network up, and the project not paused?"
            };
            let sentence = format!("`{}` cannot be reached{through}: {cause}", self.project.url);
            return Failed {
                blame: Blame::Server,
                ..temporary(sentence, Some(hint))
            };
        }
        temporary(
            format!("`{host}` closed the connection before its answer was whole: {cause}"),
            None,
        )
    }
}

impl Request {
    /// Converts a request of `postgrest`.
    ///
    /// # Panics
    ///
    /// Never for our requests: the address was validated with the settings, and table and function
    /// names are constants.
    fn take_over(builder: Builder) -> Self {
        let request = builder
            .build()
            .build()
            .expect("the address was checked, the names are our own");
        let headers = request.headers().iter().filter_map(|(name, value)| {
            let mut value = HeaderValue::from_bytes(value.as_bytes()).ok()?;
            value.set_sensitive(true);
            Some((
                HeaderName::from_bytes(name.as_str().as_bytes()).ok()?,
                value,
            ))
        });
        let body = request
            .body()
            .and_then(|body| body.as_bytes())
            .filter(|bytes| !bytes.is_empty());
        Self {
            method: Method::from_bytes(request.method().as_str().as_bytes())
                .expect("a method of HTTP"),
            url: Url::parse(request.url().as_str()).expect("a valid address"),
            headers: headers.collect(),
            body: body.map(<[u8]>::to_vec),
        }
    }
}

/// The retry policy from the flags.
fn policy(network: &NetworkArgs) -> Policy {
    let NetworkArgs {
        timeout,
        attempts,
        give_up_after,
    } = *network;
    Policy {
        attempts,
        timeout: Duration::from_secs_f64(timeout),
        give_up_after: Duration::from_secs_f64(give_up_after),
    }
}

fn client(project: &Project) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .user_agent(concat!("bench-push/", env!("CARGO_PKG_VERSION")))
        // Following a redirect would leak the key to its target.
        .redirect(redirect::Policy::none());
    if project.url.is_plain() {
        // This machine: no proxy is used, and no certificates need to be loaded.
        return builder.no_proxy().tls_certs_only([]).build();
    }
    builder.https_only(true).build()
}

async fn read(mut response: Response) -> reqwest::Result<Answer> {
    let text = |name: HeaderName, headers: &HeaderMap| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    let mut answer = Answer {
        status: response.status().as_u16(),
        content_type: text(reqwest::header::CONTENT_TYPE, response.headers()),
        location: text(LOCATION, response.headers()),
        retry_after: text(RETRY_AFTER, response.headers()),
        body: Vec::new(),
        is_cut: false,
    };
    let limit = if response.status().is_success() {
        MAX_ANSWER
    } else {
        MAX_REFUSAL
    };
    while answer.body.len() < limit
        && let Some(chunk) = response.chunk().await?
    {
        let room = limit - answer.body.len();
        answer.is_cut = chunk.len() >= room;
        answer
            .body
            .extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(answer)
}

/// The innermost cause, the most specific one, as the end of a sentence.
fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    let mut kind = None;
    while let Some(source) = cause.source() {
        cause = source;
        kind = cause
            .downcast_ref::<io::Error>()
            .map(io::Error::kind)
            .or(kind);
    }
    match kind {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(io::ErrorKind::ConnectionReset) => "connection reset".to_owned(),
        _ => {
            let text = cause.to_string();
            let text = text.split(" (os error").next().unwrap_or_default();
            // Only reqwest's outermost error contains the URL.
            text.split(" for url (")
                .next()
                .unwrap_or_default()
                .to_owned()
        }
    }
}

fn is_certificate(cause: &str) -> bool {
    let cause = cause.to_ascii_lowercase();
    cause.contains("certificate")
        || cause.contains("unknownissuer")
        || cause.contains("unknown issuer")
}
