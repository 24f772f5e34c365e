//! What a refusal of the REST API means, for PostgREST 12 and 14 and Supabase's gateway.

use std::fmt;

use serde_json::Value;

/// The most characters of a server's sentence that are kept.
const MAX_SENTENCE: usize = 500;

/// An answer that is no success.
///
/// Reads ``Supabase refused the request (400, 22023): `loss` is lower_is_better in earlier runs``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// PostgREST's or PostgreSQL's code, such as `PGRST205` or `22023`.
    pub code: Option<String>,
    /// What the server says.
    pub message: String,
    /// More about it.
    pub details: Option<String>,
    /// The way out, in the server's words.
    pub hint: Option<String>,
    /// Whether the answer was JSON, as every answer of Supabase's REST API is.
    pub is_json: bool,
}

/// What a refusal means to whoever sent the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// The tables or functions are not there, or PostgREST has not noticed them yet.
    SchemaMissing,
    /// A column is not there: the schema is older than this program.
    SchemaOutdated,
    /// No key was sent.
    KeyMissing,
    /// The key is not one of this project.
    KeyWrong,
    /// The key was right once, or its time has not come.
    KeyExpired,
    /// A secret key was sent by a browser.
    SecretKeyInBrowser,
    /// The key is known and may not do this.
    Forbidden,
    /// The request was understood and is wrong; the message says what.
    Invalid,
    /// What is to be stored contradicts what is stored.
    Conflict,
    /// The request is larger than the server takes.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The database or the gateway gave up waiting.
    TimedOut,
    /// The server is not ready.
    Unavailable,
    /// The server failed.
    ServerFault,
    /// Something answered that is not Supabase.
    NotSupabase,
    /// Something else.
    Other,
}

impl Refusal {
    /// Reads the answer `body` that came with `status`, whatever it holds.
    ///
    /// # Example
    ///
    /// ```
    /// use bench_model::rest::errors::{Meaning, Refusal};
    ///
    /// let body = br#"{"code":"PGRST205","details":null,"hint":null,
    ///     "message":"Could not find the table 'public.benchmark_snapshots' in the schema cache"}"#;
    /// let refusal = Refusal::read(404, body);
    /// assert_eq!(refusal.meaning(), Meaning::SchemaMissing);
    /// assert!(!refusal.is_worth_retrying());
    /// ```
    pub fn read(status: u16, body: &[u8]) -> Self {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => {
                let text =
                    |names: &[&str]| names.iter().find_map(|name| sentence(fields.get(*name)?));
                Self {
                    status,
                    code: text(&["code", "error_code"]),
                    message: text(&["message", "msg", "error_description", "error"])
                        .unwrap_or_else(|| no_words(status)),
                    details: text(&["details"]),
                    hint: text(&["hint"]),
                    is_json: true,
                }
            }
            Ok(other) => Self::plain(status, sentence(&other), true),
            Err(_) => Self::plain(status, page_title(&String::from_utf8_lossy(body)), false),
        }
    }

    fn plain(status: u16, message: Option<String>, is_json: bool) -> Self {
        let message = message.unwrap_or_else(|| no_words(status));
        Self {
            status,
            code: None,
            message,
            details: None,
            hint: None,
            is_json,
        }
    }

    /// What it means.
    pub fn meaning(&self) -> Meaning {
        let code = self.code.as_deref().unwrap_or_default();
        let says = |words: &str| self.message.to_ascii_lowercase().contains(words);
        match code {
            "PGRST202" | "PGRST205" | "42P01" | "42883" | "3F000" => return Meaning::SchemaMissing,
            "PGRST204" | "42703" => return Meaning::SchemaOutdated,
            // PostgREST 12 says PGRST301 for an expired token, too.
            "PGRST301" | "PGRST303"
                if says("expired") || says("not yet valid") || says("issued at future") =>
            {
                return Meaning::KeyExpired;
            }
            "PGRST300" | "PGRST301" | "PGRST302" | "PGRST303" | "28000" | "28P01" => {
                return Meaning::KeyWrong;
            }
            "42501" => return Meaning::Forbidden,
            "57014" => return Meaning::TimedOut,
            "PGRST000" | "PGRST001" | "PGRST002" | "PGRST003" | "40001" | "40P01" => {
                return Meaning::Unavailable;
            }
            "23505" | "23503" | "21000" => return Meaning::Conflict,
            _ => {}
        }
        match code.get(..2) {
            Some("08" | "53" | "57") => return Meaning::Unavailable,
            Some("22" | "23" | "P0" | "PT") => return Meaning::Invalid,
            _ => {}
        }
        match self.status {
            401 if says("no api key") => Meaning::KeyMissing,
            401 if says("secret") && says("browser") => Meaning::SecretKeyInBrowser,
            401 => Meaning::KeyWrong,
            413 => Meaning::TooLarge,
            429 => Meaning::RateLimited,
            408 => Meaning::TimedOut,
            425 | 502 | 503 | 504 => Meaning::Unavailable,
            500..600 => Meaning::ServerFault,
            _ if !self.is_json => Meaning::NotSupabase,
            403 => Meaning::Forbidden,
            409 => Meaning::Conflict,
            400 | 422 => Meaning::Invalid,
            _ => Meaning::Other,
        }
    }

    /// Whether the same request may succeed later. Storing runs is harmless to repeat.
    pub fn is_worth_retrying(&self) -> bool {
        matches!(
            self.meaning(),
            Meaning::RateLimited | Meaning::TimedOut | Meaning::Unavailable | Meaning::ServerFault
        )
    }

    /// The way out: what this program knows about the case, else what the server suggests.
    pub fn way_out(&self) -> Option<&str> {
        self.meaning().way_out().or(self.hint.as_deref())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Supabase refused the request ({}", self.status)?;
        if let Some(code) = &self.code {
            write!(f, ", {code}")?;
        }
        write!(f, "): {}", self.message)
    }
}

impl std::error::Error for Refusal {}

impl Meaning {
    /// The way out, where it is the same whatever the message says.
    pub fn way_out(self) -> Option<&'static str> {
        Some(match self {
            Self::SchemaMissing => {
                "install the schema: `bench-push schema apply --database-url …`, or paste the output of \
                 `bench-push schema print` into Supabase's SQL editor"
            }
            Self::SchemaOutdated => {
                "update the schema: `bench-push schema apply --database-url …`; what is stored stays as it is"
            }
            Self::KeyMissing => "send a key of the project: Project Settings, API Keys",
            Self::KeyWrong => {
                "copy the key again: Project Settings, API Keys; and check that the address is of the same project"
            }
            Self::KeyExpired => {
                "make a new key: Project Settings, API Keys; if it is new, check the clock"
            }
            Self::SecretKeyInBrowser => {
                "use a publishable key in a browser; a secret key belongs on servers only"
            }
            Self::Forbidden => {
                "writing needs a secret or service_role key; a publishable or anon key only reads. \
                 Runs are never changed or deleted, whatever the key"
            }
            Self::TooLarge => {
                "leave per-item results out of the report, or send fewer runs at once"
            }
            Self::RateLimited => "wait a minute and try again",
            Self::TimedOut => "try again; if it stays so, send fewer runs at once or ask for less",
            Self::Unavailable | Self::ServerFault => {
                "try again later; a paused project wakes up in the Supabase dashboard"
            }
            Self::NotSupabase => {
                "check the address: `https://<project>.supabase.co`, without a path"
            }
            Self::Invalid | Self::Conflict | Self::Other => return None,
        })
    }
}

/// A JSON value as one short line of text; none when it is empty.
fn sentence(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => tidy(text),
        other => tidy(&other.to_string()),
    }
}

/// One line, without control characters: it may end in a terminal.
fn tidy(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line: String = words.join(" ").chars().take(MAX_SENTENCE).collect();
    (!line.is_empty()).then_some(line)
}

/// What a body that is not JSON says: the title of a web page, else its first words.
fn page_title(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    if !lower.trim_start().starts_with('<') {
        return tidy(body);
    }
    let title = lower.find("<title>").and_then(|start| {
        let start = start + "<title>".len();
        let length = lower[start..].find("</title>")?;
        tidy(&body[start..start + length])
    });
    Some(match title {
        Some(title) => format!("the answer is a web page, \"{title}\""),
        None => "the answer is a web page".to_owned(),
    })
}

fn no_words(status: u16) -> String {
    format!("the server gave no reason beyond the status {status}")
}
