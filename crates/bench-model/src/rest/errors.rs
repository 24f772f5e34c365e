//! What a refusal of the REST API means, for PostgREST 12 and 14 and Supabase's gateway.

use std::fmt;

use serde_json::Value;

/// The maximum length of a server's message.
const MAX_SENTENCE: usize = 500;

/// An error response.
///
/// Reads ``Supabase refused the request (400, 22023): `loss` is lower_is_better in earlier runs``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// PostgREST's or PostgreSQL's code, such as `PGRST205` or `22023`.
    pub code: Option<String>,
    /// The server's message.
    pub message: String,
    /// More about it.
    pub details: Option<String>,
    /// The server's hint.
    pub hint: Option<String>,
    /// Whether the response was JSON, like every response of Supabase's REST API.
    pub is_json: bool,
}

/// The meaning of a refusal for the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Meaning {
    /// The tables or functions are missing, or PostgREST has not noticed them yet.
    SchemaMissing,
    /// A column is missing: the schema is older than this program.
    SchemaOutdated,
    /// No key was sent.
    KeyMissing,
    /// The key does not belong to this project.
    KeyWrong,
    /// The key has expired or is not valid yet.
    KeyExpired,
    /// A secret key was sent by a browser.
    SecretKeyInBrowser,
    /// The key is valid but lacks the right.
    Forbidden,
    /// The request is invalid; the message says why.
    Invalid,
    /// The request conflicts with stored data.
    Conflict,
    /// The request is too large.
    TooLarge,
    /// Too many requests.
    RateLimited,
    /// The database or the gateway timed out.
    TimedOut,
    /// The server is not ready.
    Unavailable,
    /// The server failed.
    ServerFault,
    /// The response is not from Supabase.
    NotSupabase,
    /// Something else.
    Other,
}

impl Refusal {
    /// Reads the response `body` with `status`, whatever its content.
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

    /// Its meaning.
    pub fn meaning(&self) -> Meaning {
        let code = self.code.as_deref().unwrap_or_default();
        let says = |words: &str| self.message.to_ascii_lowercase().contains(words);
        match code {
            "PGRST202" | "PGRST205" | "42P01" | "42883" | "3F000" => return Meaning::SchemaMissing,
            "PGRST204" | "42703" => return Meaning::SchemaOutdated,
            // PostgREST 12 uses PGRST301 for an expired token too.
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

    /// How to fix it: this program's hint, otherwise the server's.
    pub fn way_out(&self) -> Option<&str> {
        let hint = self.hint.as_deref();
        match self.meaning() {
            // For a missing read right, follow the server's hint; write rights must not be granted.
            Meaning::Forbidden if hint.is_some_and(|hint| hint.contains("GRANT SELECT")) => hint,
            meaning => meaning.way_out().or(hint),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            status,
            code,
            message,
            ..
        } = self;
        match code {
            Some(code) => write!(
                f,
                "Supabase refused the request ({status}, {code}): {message}"
            ),
            None if self.meaning() == Meaning::NotSupabase => {
                write!(
                    f,
                    "the address is not that of a Supabase project ({status}): {message}"
                )
            }
            None => write!(f, "Supabase refused the request ({status}): {message}"),
        }
    }
}

impl std::error::Error for Refusal {}

impl Meaning {
    /// How to fix it, independent of the message.
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

/// A JSON value as one short line of text; none if empty.
fn sentence(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => tidy(text),
        other => tidy(&other.to_string()),
    }
}

/// One line without control characters, because it may reach a terminal.
fn tidy(text: &str) -> Option<String> {
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line: String = words.join(" ").chars().take(MAX_SENTENCE).collect();
    (!line.is_empty()).then_some(line)
}

/// The text of a non-JSON body: the title of a web page, otherwise its first words.
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

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// Responses of PostgREST 14.17, PostgREST 12 and Supabase's gateway.
    #[rustfmt::skip]
    const ANSWERS: [(u16, &str); 38] = [
        (404, r#"{"code":"PGRST205","details":null,"hint":"Perhaps you meant the table 'public.items'","message":"Could not find the table 'public.itemz' in the schema cache"}"#),
        (404, r#"{"code":"PGRST202","details":"Searched for the function public.add_them with parameter b or with a single unnamed json/jsonb parameter, but no matches were found in the schema cache.","hint":"Perhaps you meant to call the function public.add_them(a, b)","message":"Could not find the function public.add_them(b) in the schema cache"}"#),
        (404, r#"{"code":"42P01","details":null,"hint":null,"message":"relation \"public.benchmark_snapshots\" does not exist"}"#),
        (400, r#"{"code":"PGRST204","details":null,"hint":null,"message":"Could not find the 'nope' column of 'items' in the schema cache"}"#),
        (400, r#"{"code":"42703","details":null,"hint":"Perhaps you meant to reference the column \"items.name\".","message":"column items.nope does not exist"}"#),
        (401, r#"{"message":"No API key found in request","hint":"No `apikey` request header or url param was found."}"#),
        (401, r#"{"message":"Invalid API key","hint":"Double check your Supabase `anon` or `service_role` API key."}"#),
        (401, r#"{"message":"Forbidden use of secret API key in browser","hint":"Secret API keys can only be used in a protected environment and should never be used in a browser."}"#),
        (401, r#"{"code":"PGRST303","details":null,"hint":null,"message":"JWT expired"}"#),
        (401, r#"{"code":"PGRST303","details":null,"hint":null,"message":"JWT issued at future"}"#),
        (401, r#"{"code":"PGRST301","details":null,"hint":null,"message":"JWT expired"}"#),
        (401, r#"{"code":"PGRST301","details":"None of the keys was able to decode the JWT","hint":null,"message":"No suitable key or wrong key type"}"#),
        (401, r#"{"code":"PGRST302","details":null,"hint":null,"message":"Anonymous access is disabled"}"#),
        (401, r#"{"code":"42501","details":null,"hint":null,"message":"permission denied for table items"}"#),
        (403, r#"{"code":"42501","details":null,"hint":"Grant the required privileges to the current role with: GRANT SELECT ON public.benchmark_snapshots TO anon;","message":"permission denied for table benchmark_snapshots"}"#),
        (403, r#"{"code":"42501","details":null,"hint":null,"message":"new row violates row-level security policy for table \"items\""}"#),
        (400, r#"{"code":"22023","details":"run of m on d","hint":"a metric keeps its direction for life; fix the report or choose a new name","message":"`loss` is lower_is_better in earlier runs, this run says higher_is_better"}"#),
        (400, r#"{"code":"22P02","details":null,"hint":null,"message":"invalid input syntax for type integer: \"many\""}"#),
        (400, r#"{"code":"23514","details":"Failing row contains (125, zz).","hint":null,"message":"new row for relation \"items\" violates check constraint \"items_qty_check\""}"#),
        (400, r#"{"code":"P0001","details":"a detail","hint":"a hint","message":"plain raise of P0001"}"#),
        (422, r#"{"code":"PT422","details":"qty was silly","hint":"send a smaller qty","message":"Unprocessable thing"}"#),
        (409, r#"{"code":"23505","details":"Key (sku)=(a-1) already exists.","hint":null,"message":"duplicate key value violates unique constraint \"items_sku_key\""}"#),
        (409, r#"{"code":"23503","details":null,"hint":"the id is benchmark_transactions.id","message":"there is no run 7"}"#),
        (500, r#"{"code":"57014","details":null,"hint":null,"message":"canceling statement due to statement timeout"}"#),
        (500, r#"{"code":"21000","details":null,"hint":null,"message":"ON CONFLICT DO UPDATE command cannot affect row a second time"}"#),
        (500, r#"{"code":"40P01","details":null,"hint":null,"message":"deadlock detected"}"#),
        (503, r#"{"code":"PGRST002","details":null,"hint":null,"message":"Could not query the database for the schema cache. Retrying."}"#),
        (504, r#"{"code":"PGRST003","details":null,"hint":null,"message":"Timed out acquiring connection from connection pool."}"#),
        (503, r#"{"code":"57P03","details":null,"hint":null,"message":"the database system is starting up"}"#),
        (300, r#"{"code":"PGRST203","details":[{"a":1}],"hint":"Try renaming","message":"Could not choose the best candidate function"}"#),
        (413, "<html><head><title>413 Request Entity Too Large</title></head><body>nginx</body></html>"),
        (429, r#"{"message":"Too many requests"}"#),
        (500, "Something went wrong"),
        (502, "<html>\r\n<head><title>502 Bad\r\n Gateway</title></head></html>"),
        (404, "<!DOCTYPE html><html><head><TITLE>Page not found</TITLE></head></html>"),
        (200, "<!DOCTYPE html><p>Welcome"),
        (404, ""),
        (400, "\u{1b}[31mred\u{7}"),
    ];

    #[test]
    fn every_answer_is_read_and_understood() {
        let mut shown = String::new();
        for (status, body) in ANSWERS {
            let refusal = Refusal::read(status, body.as_bytes());
            let again = if refusal.is_worth_retrying() {
                ", worth retrying"
            } else {
                ""
            };
            writeln!(shown, "{refusal}\n  {:?}{again}", refusal.meaning()).expect("a string");
            if let Some(way_out) = refusal.way_out() {
                writeln!(shown, "  hint: {way_out}").expect("a string");
            }
        }
        insta::assert_snapshot!(shown);
    }
}
