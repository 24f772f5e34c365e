//! A server that plays GitHub's issues, Slack, Alertmanager and a webhook, as strictly as they are: it
//! refuses unknown fields, sizes and missing keys, and asks to wait.

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Duration;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, Uri},
    response::{IntoResponse as _, Response},
};
use serde_json::{Map, Value, json};

/// The token that GitHub and Slack want.
pub const TOKEN: &str = "ghs_a_token_that_nobody_must_see";
/// The repository that there is.
pub const REPOSITORY: &str = "team/models";
/// The channel that there is.
pub const CHANNEL: &str = "C0123456789";

/// What goes wrong with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The request never has an effect, and never an answer.
    HangsBefore,
    /// It has its effect and never an answer.
    HangsAfter,
    /// It has its effect, and the answer is 502.
    FailsAfter,
    /// Too many requests: wait a second.
    Limits,
    /// Nothing goes wrong.
    Nothing,
}

/// What the services hold.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// GitHub's issues, with their `comments` as a list of bodies.
    pub issues: Vec<Value>,
    /// Slack's messages.
    pub messages: Vec<Value>,
    /// Alertmanager's alerts, by their labels.
    pub alerts: BTreeMap<String, Value>,
    /// What the webhook received: delivery and body.
    pub webhooks: Vec<(String, Value)>,
    /// Every request: method and path.
    pub requests: Vec<String>,
    /// Requests that were refused because they are wrong, and why.
    pub refused: Vec<String>,
    /// What goes wrong with the next requests.
    pub troubles: VecDeque<Trouble>,
    hanging: usize,
}

struct Shared {
    world: Mutex<World>,
    changed: Condvar,
}

/// The running server.
pub struct Sinks {
    port: u16,
    shared: Arc<Shared>,
}

impl Sinks {
    /// Starts it on a free port.
    ///
    /// # Panics
    ///
    /// When no port is free.
    pub fn start() -> Self {
        let shared = Arc::new(Shared {
            world: Mutex::default(),
            changed: Condvar::new(),
        });
        let listener =
            std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        listener.set_nonblocking(true).expect("a socket");
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
                let _ = axum::serve(listener, app).await;
            });
        });
        Self { port, shared }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The variables that set up one sink.
    pub fn variables(&self, sink: &str) -> Vec<(&'static str, String)> {
        match sink {
            "github" => vec![
                ("GITHUB_TOKEN", TOKEN.to_owned()),
                ("GITHUB_REPOSITORY", REPOSITORY.to_owned()),
                ("GITHUB_API_URL", format!("{}/api/v3", self.url())),
            ],
            "slack" => vec![
                ("SLACK_BOT_TOKEN", TOKEN.to_owned()),
                ("SLACK_CHANNEL", CHANNEL.to_owned()),
                ("SLACK_API_URL", format!("{}/slack", self.url())),
            ],
            "slack-webhook" => vec![("SLACK_WEBHOOK_URL", format!("{}/hook/{TOKEN}", self.url()))],
            "alertmanager" => vec![("ALERTMANAGER_URL", self.url())],
            _ => vec![
                ("ALERT_WEBHOOK_URL", format!("{}/webhook", self.url())),
                ("ALERT_WEBHOOK_SECRET", TOKEN.to_owned()),
            ],
        }
    }

    /// What the services hold now.
    pub fn world(&self) -> World {
        self.lock().clone()
    }

    /// Lets the next requests go wrong, in this order.
    pub fn plan(&self, troubles: impl IntoIterator<Item = Trouble>) {
        self.lock().troubles = troubles.into_iter().collect();
    }

    /// Waits until a request hangs, and says whether one did.
    ///
    /// # Panics
    ///
    /// When the server panicked.
    pub fn wait_until_it_hangs(&self, most: Duration) -> bool {
        let world = self.lock();
        let (mut world, _) = self
            .shared
            .changed
            .wait_timeout_while(world, most, |world| world.hanging == 0)
            .expect("the server is well");
        let hangs = world.hanging > 0;
        world.hanging = 0;
        hangs
    }

    fn lock(&self) -> MutexGuard<'_, World> {
        self.shared.world.lock().expect("the server is well")
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let trouble = {
        let mut world = shared.world.lock().expect("nobody panicked");
        world.requests.push(format!("{method} {}", uri.path()));
        world.troubles.pop_front().unwrap_or(Trouble::Nothing)
    };
    let hang = || {
        shared.world.lock().expect("nobody panicked").hanging += 1;
        shared.changed.notify_all();
        std::future::pending::<Response>()
    };
    match trouble {
        Trouble::HangsBefore => return hang().await,
        Trouble::Limits => {
            return (
                axum::http::StatusCode::TOO_MANY_REQUESTS,
                [("retry-after", "1")],
                "slow down",
            )
                .into_response();
        }
        Trouble::HangsAfter | Trouble::FailsAfter | Trouble::Nothing => {}
    }
    let (status, reply) = {
        let mut world = shared.world.lock().expect("nobody panicked");
        let request = Request {
            method: method.as_str(),
            path: uri.path(),
            query: uri.query().unwrap_or_default(),
            headers: &headers,
            body: &body,
        };
        let found = request.answer(&mut world);
        if let Err((_, why)) = &found {
            world
                .refused
                .push(format!("{method} {}: {why}", uri.path()));
        }
        match found {
            Ok((status, reply)) => (status, reply),
            Err((status, why)) => (status, json!({ "message": why, "ok": false, "error": why })),
        }
    };
    match trouble {
        Trouble::HangsAfter => hang().await,
        Trouble::FailsAfter => (axum::http::StatusCode::BAD_GATEWAY, "bad gateway").into_response(),
        _ => {
            let status = axum::http::StatusCode::from_u16(status).expect("a status");
            (
                status,
                [("content-type", "application/json")],
                reply.to_string(),
            )
                .into_response()
        }
    }
}

type Reply = Result<(u16, Value), (u16, String)>;

struct Request<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a str,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

fn wrong<T>(status: u16, why: impl Into<String>) -> Result<T, (u16, String)> {
    Err((status, why.into()))
}

impl Request<'_> {
    fn answer(&self, world: &mut World) -> Reply {
        if let Some(path) = self.path.strip_prefix("/api/v3/repos/") {
            return self.github(path, world);
        }
        if let Some(method) = self.path.strip_prefix("/slack/") {
            return self.slack(method, world);
        }
        match (self.method, self.path) {
            ("POST", "/api/v2/alerts") => self.alertmanager(world),
            ("POST", "/webhook") => self.webhook(world),
            ("POST", path) if path.starts_with("/hook/") => {
                let body = self.object(&["text", "blocks"])?;
                Self::text(&body, "text", 40_000)?;
                world.messages.push(Value::Object(body));
                Ok((200, json!("ok")))
            }
            _ => wrong(404, "Not Found"),
        }
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.query.split('&').find_map(|pair| {
            let (key, value) = pair.split_once('=')?;
            (key == name).then_some(value)
        })
    }

    /// The body, an object of at most these fields.
    fn object(&self, fields: &[&str]) -> Result<Map<String, Value>, (u16, String)> {
        let Ok(Value::Object(object)) = serde_json::from_slice(self.body) else {
            return wrong(400, "Problems parsing JSON");
        };
        match object.keys().find(|key| !fields.contains(&key.as_str())) {
            Some(key) => wrong(422, format!("{key} is not a permitted key")),
            None => Ok(object),
        }
    }

    fn text(body: &Map<String, Value>, field: &str, most: usize) -> Result<String, (u16, String)> {
        match body.get(field).and_then(Value::as_str) {
            None | Some("") => wrong(422, format!("{field} is missing")),
            Some(text) if text.chars().count() > most => wrong(
                422,
                format!("{field} is too long (maximum is {most} characters)"),
            ),
            Some(text) => Ok(text.to_owned()),
        }
    }

    fn github(&self, path: &str, world: &mut World) -> Reply {
        if self.header("authorization") != format!("Bearer {TOKEN}") {
            return wrong(401, "Bad credentials");
        }
        if self.header("user-agent").is_empty() {
            return wrong(403, "Request forbidden by administrative rules");
        }
        let Some(path) = path.strip_prefix(&format!("{REPOSITORY}/")) else {
            return wrong(404, "Not Found");
        };
        let parts: Vec<&str> = path.split('/').collect();
        match (self.method, parts.as_slice()) {
            ("GET", ["issues"]) => {
                let label = self.parameter("labels").unwrap_or_default();
                let fits = |issue: &&Value| {
                    let labels = issue["labels"].as_array();
                    let has = |of: &Value| of["name"] == label;
                    labels.is_some_and(|labels| label.is_empty() || labels.iter().any(has))
                };
                let found: Vec<Value> = world.issues.iter().rev().filter(fits).cloned().collect();
                Ok((200, self.page(found)))
            }
            ("POST", ["issues"]) => {
                let body = self.object(&["title", "body", "labels", "assignees", "milestone"])?;
                let title = Self::text(&body, "title", 256)?;
                let text = Self::text(&body, "body", 65_536)?;
                let labels = body.get("labels").and_then(Value::as_array);
                let labels: Vec<Value> = labels
                    .into_iter()
                    .flatten()
                    .map(|name| json!({ "name": name }))
                    .collect();
                let number = world.issues.len() + 1;
                let issue = json!({
                    "number": number, "title": title, "body": text, "state": "open", "labels": labels,
                    "html_url": format!("https://github.com/{REPOSITORY}/issues/{number}"), "comments_made": [],
                });
                world.issues.push(issue.clone());
                Ok((201, issue))
            }
            (_, ["issues", number, rest @ ..]) => {
                let number: usize = number.parse().unwrap_or_default();
                let Some(issue) = number
                    .checked_sub(1)
                    .and_then(|at| world.issues.get_mut(at))
                else {
                    return wrong(404, "Not Found");
                };
                self.issue(issue, rest)
            }
            _ => wrong(404, "Not Found"),
        }
    }

    fn issue(&self, issue: &mut Value, rest: &[&str]) -> Reply {
        match (self.method, rest) {
            ("GET", []) => Ok((200, issue.clone())),
            ("PATCH", []) => {
                let body = self.object(&["title", "body", "state", "state_reason", "labels"])?;
                Self::text(&body, "title", 256)?;
                Self::text(&body, "body", 65_536)?;
                let state = body.get("state").and_then(Value::as_str).unwrap_or("open");
                let reason = body.get("state_reason").and_then(Value::as_str);
                let is_known = reason.is_none_or(|reason| {
                    ["completed", "not_planned", "reopened", "duplicate"].contains(&reason)
                });
                if !["open", "closed"].contains(&state) || !is_known {
                    return wrong(422, "Validation Failed");
                }
                for (field, value) in body {
                    issue[field] = value;
                }
                Ok((200, issue.clone()))
            }
            ("GET", ["comments"]) => {
                let bodies = issue["comments_made"]
                    .as_array()
                    .cloned()
                    .unwrap_or_default();
                Ok((200, self.page(bodies)))
            }
            ("POST", ["comments"]) => {
                let body = self.object(&["body"])?;
                let text = Self::text(&body, "body", 65_536)?;
                let comments = issue["comments_made"].as_array_mut().expect("a list");
                comments.push(json!({ "body": text }));
                Ok((201, json!({ "id": comments.len(), "body": text })))
            }
            _ => wrong(404, "Not Found"),
        }
    }

    fn page(&self, found: Vec<Value>) -> Value {
        let number = |name: &str, usual: usize| {
            self.parameter(name)
                .and_then(|text| text.parse().ok())
                .unwrap_or(usual)
        };
        let (size, page) = (number("per_page", 30).min(100), number("page", 1).max(1));
        let page: Vec<Value> = found
            .into_iter()
            .skip((page - 1) * size)
            .take(size)
            .collect();
        Value::Array(page)
    }

    fn slack(&self, method: &str, world: &mut World) -> Reply {
        if self.header("authorization") != format!("Bearer {TOKEN}") {
            return Ok((200, json!({ "ok": false, "error": "invalid_auth" })));
        }
        let refused = |error: &str| Ok((200, json!({ "ok": false, "error": error })));
        match method {
            "chat.postMessage" => {
                let body = self.object(&[
                    "channel",
                    "text",
                    "thread_ts",
                    "unfurl_links",
                    "unfurl_media",
                    "metadata",
                    "blocks",
                ])?;
                Self::text(&body, "text", 40_000)?;
                if body.get("channel").and_then(Value::as_str) != Some(CHANNEL) {
                    return refused("channel_not_found");
                }
                let thread = body.get("thread_ts");
                if thread.is_some_and(|ts| world.messages.iter().all(|of| of["ts"] != *ts)) {
                    return refused("thread_not_found");
                }
                let ts = format!("17{:08}.000100", world.messages.len());
                let mut message = Value::Object(body);
                message["ts"] = ts.clone().into();
                world.messages.push(message);
                Ok((200, json!({ "ok": true, "channel": CHANNEL, "ts": ts })))
            }
            "chat.update" => {
                let body = self.object(&["channel", "ts", "text", "blocks", "metadata"])?;
                let text = Self::text(&body, "text", 40_000)?;
                let message = world
                    .messages
                    .iter_mut()
                    .find(|of| Some(&of["ts"]) == body.get("ts"));
                let Some(message) = message else {
                    return refused("message_not_found");
                };
                message["text"] = text.into();
                Ok((200, json!({ "ok": true, "ts": body["ts"] })))
            }
            "conversations.history" | "conversations.replies" => {
                let ts = self.parameter("ts");
                let found: Vec<&Value> = world
                    .messages
                    .iter()
                    .filter(|message| match ts {
                        None => message.get("thread_ts").is_none(),
                        Some(ts) => message["thread_ts"] == ts || message["ts"] == ts,
                    })
                    .collect();
                Ok((200, json!({ "ok": true, "messages": found })))
            }
            _ => refused("unknown_method"),
        }
    }

    fn alertmanager(&self, world: &mut World) -> Reply {
        let Ok(alerts) = serde_json::from_slice::<Vec<Map<String, Value>>>(self.body) else {
            return wrong(400, "alerts must be a list of objects");
        };
        for alert in alerts {
            let known = [
                "labels",
                "annotations",
                "startsAt",
                "endsAt",
                "generatorURL",
            ];
            if let Some(key) = alert.keys().find(|key| !known.contains(&key.as_str())) {
                return wrong(422, format!("{key} is unknown"));
            }
            let labels = alert.get("labels").and_then(Value::as_object);
            let Some(labels) = labels.filter(|labels| !labels.is_empty()) else {
                return wrong(400, "at least one label pair required");
            };
            let annotations = alert.get("annotations").and_then(Value::as_object);
            let mut texts = labels
                .values()
                .chain(annotations.into_iter().flat_map(Map::values));
            if !texts.all(Value::is_string) {
                return wrong(400, "labels and annotations are strings");
            }
            for time in ["startsAt", "endsAt"] {
                let text = alert.get(time).and_then(Value::as_str).unwrap_or_default();
                if text.parse::<jiff::Timestamp>().is_err() {
                    return wrong(400, format!("{time} is not a date-time"));
                }
            }
            let key = Value::Object(labels.clone()).to_string();
            world.alerts.insert(key, Value::Object(alert));
        }
        Ok((200, Value::Null))
    }

    fn webhook(&self, world: &mut World) -> Reply {
        let body = self.object(&[
            "version",
            "groupKey",
            "truncatedAlerts",
            "status",
            "receiver",
            "groupLabels",
            "commonLabels",
            "commonAnnotations",
            "externalURL",
            "alerts",
            "bench",
        ])?;
        if !self.header("x-bench-signature-256").starts_with("sha256=") {
            return wrong(401, "unsigned");
        }
        if body.get("version") != Some(&json!("4")) {
            return wrong(400, "version must be \"4\"");
        }
        let delivery = self.header("x-bench-delivery").to_owned();
        world.webhooks.push((delivery, Value::Object(body)));
        Ok((200, json!({})))
    }
}
