//! The REST interface, through a plain HTTP client.

use reqwest::Method;
use reqwest::blocking::{Client, RequestBuilder};
use serde_json::Value;

use crate::tls::choose_cryptography;

/// A client with one key.
pub struct Rest {
    client: Client,
    url: String,
    key: Option<String>,
    user_agent: String,
}

/// The response.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body as JSON; `null` if it is not JSON.
    pub json: Value,
    /// The body.
    pub body: String,
}

impl Rest {
    /// A client of `<url>/rest/v1/`.
    ///
    /// # Panics
    ///
    /// When no HTTP client can be made.
    pub fn new(url: &str, key: &str) -> Self {
        choose_cryptography();
        let client = Client::builder()
            .build()
            .expect("no TLS is needed on loopback");
        Self {
            client,
            url: url.to_owned(),
            key: Some(key.to_owned()),
            user_agent: "bench-tests/1".to_owned(),
        }
    }

    /// The same client without any key.
    #[must_use]
    pub fn without_key(self) -> Self {
        Self { key: None, ..self }
    }

    /// The same client under another name.
    #[must_use]
    pub fn user_agent(self, user_agent: &str) -> Self {
        Self {
            user_agent: user_agent.to_owned(),
            ..self
        }
    }

    /// Requests `path`.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub fn get(&self, path: &str) -> Answer {
        answer(self.request(&Method::GET, path))
    }

    /// Sends JSON.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let method = method.parse().expect("an HTTP method");
        let request = self
            .request(&method, path)
            .header("Content-Type", "application/json");
        answer(request.body(body.to_string()))
    }

    /// Sends a text as JSON: numbers of any size, invalid JSON.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub fn post_text(&self, path: &str, body: String) -> Answer {
        let request = self
            .request(&Method::POST, path)
            .header("Content-Type", "application/json");
        answer(request.body(body))
    }

    /// Calls a function.
    ///
    /// # Panics
    ///
    /// If there is no response.
    pub fn rpc(&self, function: &str, arguments: &Value) -> Answer {
        self.send("POST", &format!("rpc/{function}"), arguments)
    }

    /// The rows at `path`.
    ///
    /// # Panics
    ///
    /// If the response is not a list of rows.
    #[track_caller]
    pub fn rows(&self, path: &str) -> Vec<Value> {
        let Answer { status, json, body } = self.get(path);
        match json {
            Value::Array(rows) => rows,
            _ => panic!("`{path}` answered {status}: {body}"),
        }
    }

    fn request(&self, method: &Method, path: &str) -> RequestBuilder {
        let request = self
            .client
            .request(method.clone(), format!("{}/rest/v1/{path}", self.url));
        let request = request.header("User-Agent", &self.user_agent);
        match &self.key {
            // A legacy key goes into both headers; a new-style key is not a token (Supabase's
            // rule).
            Some(key) if key.starts_with("sb_") => request.header("apikey", key),
            Some(key) => request.header("apikey", key).bearer_auth(key),
            None => request,
        }
    }
}

fn answer(request: RequestBuilder) -> Answer {
    let response = request.send().expect("the stack answers");
    let status = response.status().as_u16();
    let body = response.text().expect("the answer is text");
    Answer {
        status,
        json: serde_json::from_str(&body).unwrap_or_default(),
        body,
    }
}
