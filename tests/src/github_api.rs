//! A server that plays the part of GitHub's REST API that `bench-push check` uses, as strictly as
//! GitHub documents it: comments on pull requests and check runs.
//!
//! It refuses what GitHub refuses: a missing or wrong token (401), a missing `User-Agent` (403),
//! unknown fields, bodies that are too long and wrong conclusions (422), and what it is told to
//! postpone (403 with `Retry-After`).

use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// The longest body of a comment, and one more than the longest summary, in characters.
const MOST_BODY: usize = 65_536;

/// The server; it stops with the test's process.
pub struct GithubApi {
    address: SocketAddr,
    state: Arc<Mutex<Played>>,
}

/// What is on the server.
#[derive(Default)]
pub struct Played {
    /// The comments of the pull request, as GitHub would show them.
    pub comments: Vec<Value>,
    /// The check runs, oldest first.
    pub check_runs: Vec<Value>,
    /// Every request: method and path.
    pub requests: Vec<String>,
    /// How many of the next requests are postponed by a second.
    pub postpone: usize,
    /// Answers every request with this status instead.
    pub refuse: Option<u16>,
    /// The pull requests whose newest commit this is.
    pub pulls_of_commit: Vec<Value>,
}

impl GithubApi {
    /// The token that it takes.
    pub const TOKEN: &str = "ghs_Zq7vT2mXw9LkR4bN8cYsPd3HfJ6gAe5uQiVo";

    /// Starts it on a free port.
    ///
    /// # Panics
    ///
    /// If no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        listener.set_nonblocking(true).expect("a socket can wait");
        let state = Arc::new(Mutex::new(Played::default()));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
                let app = Router::new().fallback(answer).with_state(shared);
                axum::serve(listener, app).await.expect("it serves");
            });
        });
        Self { address, state }
    }

    /// Its address, for `GITHUB_API_URL`.
    pub fn url(&self) -> String {
        format!("http://{}/api/v3", self.address)
    }

    /// What is on it now.
    ///
    /// # Panics
    ///
    /// If a request made it panic.
    pub fn played(&self) -> MutexGuard<'_, Played> {
        self.state.lock().expect("no request panics")
    }
}

async fn answer(
    State(state): State<Arc<Mutex<Played>>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut played = state.lock().expect("no request panics");
    let path = uri.path().strip_prefix("/api/v3").unwrap_or_default();
    let asked = uri.query().unwrap_or_default().to_owned();
    played.requests.push(format!("{method} {path}"));
    let header = |name: &str| {
        let value = headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    };
    if let Some(status) = played.refuse {
        return refusal(status, "Resource not accessible by integration");
    }
    if header("user-agent").is_empty() {
        return refusal(403, "Request forbidden by administrative rules");
    }
    if header("authorization") != format!("Bearer {}", GithubApi::TOKEN) {
        return refusal(401, "Bad credentials");
    }
    if played.postpone > 0 {
        played.postpone -= 1;
        let mut response = refusal(403, "You have exceeded a secondary rate limit");
        let headers = response.headers_mut();
        headers.insert("retry-after", "1".parse().expect("a header"));
        return response;
    }
    let body: Value = match (method == Method::GET, serde_json::from_slice(&body)) {
        (true, _) => Value::Null,
        (false, Ok(body)) => body,
        (false, Err(_)) => return refusal(400, "Problems parsing JSON"),
    };
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match (method.as_str(), &parts[..]) {
        ("GET", ["repos", "team", "models", "issues", "7", "comments"]) => {
            page(&played.comments, &asked)
        }
        ("POST", ["repos", "team", "models", "issues", "7", "comments"]) => {
            comment(&mut played, &body)
        }
        ("PATCH", ["repos", "team", "models", "issues", "comments", id]) => {
            recomment(&mut played, id, &body)
        }
        ("GET", ["repos", "team", "models", "commits", _, "pulls"]) => {
            json_of(200, &json!(played.pulls_of_commit))
        }
        ("GET", ["repos", "team", "models", "commits", commit, "check-runs"]) => {
            newest_check_run(&played, commit, &asked)
        }
        ("POST", ["repos", "team", "models", "check-runs"]) => check_run(&mut played, None, &body),
        ("PATCH", ["repos", "team", "models", "check-runs", id]) => {
            let id = id.parse().unwrap_or_default();
            check_run(&mut played, Some(id), &body)
        }
        _ => refusal(404, "Not Found"),
    }
}

fn parameter<'a>(asked: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = asked.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn page(comments: &[Value], asked: &str) -> Response {
    let number = |name, default| {
        let value = parameter(asked, name).and_then(|value| value.parse().ok());
        value.unwrap_or(default)
    };
    let size: usize = number("per_page", 30).min(100);
    let first = (number("page", 1) - 1) * size;
    let end = (first + size).min(comments.len());
    json_of(200, &json!(comments.get(first..end).unwrap_or_default()))
}

fn has_only(body: &Value, names: &[&str]) -> bool {
    let fields = body.as_object();
    fields.is_some_and(|fields| fields.keys().all(|name| names.contains(&name.as_str())))
}

fn is_short(text: &Value, most: usize) -> bool {
    text.as_str()
        .is_some_and(|text| text.chars().count() <= most)
}

fn comment(played: &mut Played, body: &Value) -> Response {
    if !has_only(body, &["body"]) || !is_short(&body["body"], MOST_BODY) {
        return refusal(422, "Validation Failed");
    }
    let id = played.comments.len() + 1;
    let comment = json!({
        "id": id, "body": body["body"],
        "html_url": format!("https://github.com/team/models/pull/7#issuecomment-{id}"),
        "user": {"login": "github-actions[bot]", "type": "Bot"},
    });
    played.comments.push(comment.clone());
    json_of(201, &comment)
}

fn recomment(played: &mut Played, id: &str, body: &Value) -> Response {
    if !has_only(body, &["body"]) || !is_short(&body["body"], MOST_BODY) {
        return refusal(422, "Validation Failed");
    }
    let Some(comment) = played
        .comments
        .iter_mut()
        .find(|comment| comment["id"].as_u64() == id.parse().ok())
    else {
        return refusal(404, "Not Found");
    };
    if comment["user"]["login"] != "github-actions[bot]" {
        return refusal(403, "Resource not accessible by integration");
    }
    comment["body"] = body["body"].clone();
    json_of(200, comment)
}

fn newest_check_run(played: &Played, commit: &str, asked: &str) -> Response {
    let name = parameter(asked, "check_name");
    let ours = played
        .check_runs
        .iter()
        .rev()
        .filter(|run| run["head_sha"] == commit && name.is_none_or(|name| run["name"] == name));
    let runs: Vec<&Value> = ours.take(1).collect();
    json_of(200, &json!({"total_count": runs.len(), "check_runs": runs}))
}

fn check_run(played: &mut Played, id: Option<usize>, body: &Value) -> Response {
    let fields = [
        "name",
        "head_sha",
        "status",
        "conclusion",
        "output",
        "details_url",
    ];
    let conclusions = ["success", "failure", "neutral", "cancelled", "timed_out"];
    let conclusion = body["conclusion"].as_str();
    let is_valid = has_only(body, &fields)
        && has_only(&body["output"], &["title", "summary", "text"])
        && is_short(&body["output"]["summary"], MOST_BODY - 1)
        && is_short(&body["output"]["title"], 255)
        && conclusion.is_none_or(|conclusion| conclusions.contains(&conclusion))
        && (body["status"] == "completed") == conclusion.is_some();
    if !is_valid {
        return refusal(422, "Validation Failed");
    }
    match id {
        None => {
            if !body["name"].is_string() || !body["head_sha"].is_string() {
                return refusal(422, "Validation Failed");
            }
            let mut run = body.clone();
            run["id"] = (played.check_runs.len() + 1).into();
            played.check_runs.push(run.clone());
            json_of(201, &run)
        }
        Some(id) => {
            let run = played.check_runs.iter_mut().find(|run| run["id"] == id);
            let Some(run) = run else {
                return refusal(404, "Not Found");
            };
            for (name, value) in body.as_object().into_iter().flatten() {
                run[name] = value.clone();
            }
            json_of(200, run)
        }
    }
}

fn refusal(status: u16, message: &str) -> Response {
    json_of(
        status,
        &json!({"message": message, "documentation_url": "https://docs.github.com/rest"}),
    )
}

fn json_of(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    let headers = [("content-type", "application/json; charset=utf-8")];
    (status, headers, body.to_string()).into_response()
}
