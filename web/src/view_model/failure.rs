//! The error message of a failed request: the cause and the fix.

use bench_model::rest::errors::{Meaning, Refusal};

/// A failed request.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestFailure {
    /// The resource, without address and key: `benchmark_snapshots`.
    pub subject: String,
    /// The project's address: `https://abc.supabase.co`.
    pub origin: String,
    /// The cause.
    pub cause: Cause,
}

/// The cause of a failed request.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The browser has no network.
    Offline,
    /// No response: unknown host, connection refused, or blocked by the browser (CORS).
    Unreachable,
    /// A timeout.
    TimedOut {
        /// The waiting time.
        seconds: u32,
    },
    /// The server refused.
    Refused(Refusal),
    /// The response is not the expected rows.
    Unreadable {
        /// What is wrong with it.
        found: String,
    },
}

/// A formatted failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureView {
    /// A title.
    pub title: String,
    /// A sentence.
    pub what: String,
    /// Possible fixes, the most likely first.
    pub steps: Vec<String>,
    /// A command that fixes it.
    pub command: Option<&'static str>,
    /// The failed request.
    pub request: String,
}

impl RequestFailure {
    /// The formatted failure.
    pub fn view(&self) -> FailureView {
        let Self {
            subject,
            origin,
            cause,
        } = self;
        let (title, what, steps, command) = match cause {
            Cause::Offline => offline(),
            Cause::Unreachable => unreachable(origin),
            Cause::TimedOut { seconds } => timed_out(origin, *seconds),
            Cause::Refused(refusal) => refused(subject, refusal),
            Cause::Unreadable { found } => unreadable(origin, found),
        };
        FailureView {
            title: title.to_owned(),
            what,
            steps: steps.into_iter().map(str::to_owned).collect(),
            command,
            request: match cause {
                Cause::Refused(refusal) => {
                    let code = refusal
                        .code
                        .as_deref()
                        .map(|code| format!(" {code}"))
                        .unwrap_or_default();
                    format!(
                        "GET {origin}/rest/v1/{subject} answered {}{code}",
                        refusal.status
                    )
                }
                _ => format!("GET {origin}/rest/v1/{subject}"),
            },
        }
    }
}

/// Installs or upgrades the schema.
const INSTALL: &str = "bench-push schema apply --database-url \"$DATABASE_URL\"";

type Parts = (
    &'static str,
    String,
    Vec<&'static str>,
    Option<&'static str>,
);

fn offline() -> Parts {
    (
        "This browser is offline",
        "The numbers come from your Supabase project over the network.".to_owned(),
        vec!["Check the connection, then try again."],
        None,
    )
}

fn unreachable(origin: &str) -> Parts {
    (
        "The server cannot be reached",
        format!("{origin} did not answer, or the browser blocked its answer (CORS)."),
        vec![
            "Check the URL in the settings for a typo.",
            "Free-tier Supabase projects pause after a week of inactivity; resume yours in the Supabase dashboard.",
            "If you use the local stack, check that it is running: `bench-local status`.",
        ],
        None,
    )
}

fn timed_out(origin: &str, seconds: u32) -> Parts {
    (
        "The server took too long to answer",
        format!("{origin} did not answer within {seconds} seconds."),
        vec!["Try again; a paused project needs a moment to start."],
        None,
    )
}

fn unreadable(origin: &str, found: &str) -> Parts {
    (
        "The server sent an unexpected answer",
        format!("{origin} answered, but not with rows: {found}."),
        vec![
            "Check that the URL in the settings is the one of your Supabase project, such as https://abc.supabase.co, and not of a web page.",
            "If the database schema and this dashboard have different versions, update the older one.",
        ],
        None,
    )
}

fn refused(subject: &str, refusal: &Refusal) -> Parts {
    let said = said(refusal);
    match refusal.meaning() {
        // Tables are created first, so a project that lacks only a function has an older schema.
        Meaning::SchemaMissing if subject.starts_with("rpc/") => (
            "The schema is outdated",
            format!("The project answers, but lacks `{subject}`."),
            vec![
                "Update the schema with the command below, or paste sql/schema_benchmark_monitoring.sql into Supabase's SQL editor.",
                "If you just did, wait a few seconds and try again.",
            ],
            Some(INSTALL),
        ),
        Meaning::SchemaMissing => (
            "The schema is not installed",
            format!("The project answers, but lacks `{subject}`."),
            vec![
                "Install it with the command below, or paste sql/schema_benchmark_monitoring.sql into Supabase's SQL editor.",
                "If you just did, wait a few seconds and try again.",
            ],
            Some(INSTALL),
        ),
        Meaning::SchemaOutdated => (
            "The schema has a different version",
            format!("The project's `{subject}` lacks a column that this page reads. {said}"),
            vec!["Update the schema with the command below."],
            Some(INSTALL),
        ),
        Meaning::Forbidden => (
            "The key has no read access",
            format!("The database denies this key read access to `{subject}`. {said}"),
            vec![
                "The schema grants read access to the project's keys; apply it again with the command below.",
            ],
            Some(INSTALL),
        ),
        Meaning::TimedOut => (
            "The database query timed out",
            "The query exceeded the time limit for this key.".to_owned(),
            vec![
                "Try again. If it keeps happening, the database is too busy or too small for the number of configurations.",
            ],
            None,
        ),
        Meaning::KeyMissing | Meaning::KeyWrong => (
            "The key is not accepted",
            format!("The project does not recognize this key. {said}"),
            vec![
                "Copy this project's publishable (or anon) key from the Supabase dashboard, under Settings → API keys, into the settings here.",
            ],
            None,
        ),
        Meaning::KeyExpired => (
            "The key has expired",
            format!("The key is no longer valid. {said}"),
            vec![
                "Copy the current publishable key from the Supabase dashboard, under Settings → API keys, into the settings here.",
            ],
            None,
        ),
        Meaning::SecretKeyInBrowser => (
            "A secret key must not be in a browser",
            "Supabase refuses secret keys that come from a browser.".to_owned(),
            vec!["Use the publishable key here, and replace the secret key in Supabase."],
            None,
        ),
        Meaning::RateLimited => (
            "Too many requests",
            format!("The server limits the rate of requests. {said}"),
            vec!["Wait a minute, then try again."],
            None,
        ),
        Meaning::NotSupabase => (
            "No Supabase API at this address",
            format!("A server answered, but it has no REST API. {said}"),
            vec![
                "Check the URL in the settings; it ends after the host, as in https://abc.supabase.co.",
            ],
            None,
        ),
        Meaning::Unavailable | Meaning::ServerFault => (
            "The server failed",
            format!("It answered with status {}. {said}", refusal.status),
            vec![
                "Try again in a moment.",
                "If it keeps failing, check the project's status and logs in the Supabase dashboard.",
            ],
            None,
        ),
        _ => (
            "The server refused the request",
            format!("It answered with status {}. {said}", refusal.status),
            vec!["Check the settings, then try again."],
            None,
        ),
    }
}

/// The server's message, shortened to fit a page.
fn said(refusal: &Refusal) -> String {
    const LONGEST: usize = 200;
    let message = refusal.message.trim();
    if message.is_empty() || message.starts_with('<') {
        return String::new();
    }
    let mut text: String = message.chars().take(LONGEST).collect();
    if text.len() < message.len() {
        text.push('…');
    }
    format!("The server said: “{text}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_with(status: u16, body: &str) -> FailureView {
        RequestFailure {
            subject: "benchmark_snapshots".to_owned(),
            origin: "https://abc.supabase.co".to_owned(),
            cause: Cause::Refused(Refusal::read(status, body.as_bytes())),
        }
        .view()
    }

    #[test]
    fn a_missing_schema_names_the_command_for_postgrest_12_and_14() {
        for code in ["42P01", "PGRST205"] {
            let view = refused_with(
                404,
                &format!(r#"{{"code":"{code}","message":"no such table"}}"#),
            );
            assert_eq!(view.title, "The schema is not installed");
            assert_eq!(view.command, Some(INSTALL));
        }
    }

    #[test]
    fn a_missing_grant_is_told_from_a_wrong_key_though_both_answer_401() {
        let grant = refused_with(
            401,
            r#"{"code":"42501","message":"permission denied for table benchmark_snapshots"}"#,
        );
        let key = refused_with(401, r#"{"message":"Invalid API key"}"#);

        assert_eq!(grant.title, "The key has no read access");
        assert_eq!(key.title, "The key is not accepted");
        assert_eq!(
            key.what,
            "The project does not recognize this key. The server said: “Invalid API key”"
        );
    }

    #[test]
    fn a_page_of_html_is_not_quoted() {
        let view = refused_with(502, "<html><body>Bad gateway</body></html>");

        assert!(!view.what.contains('<'), "{}", view.what);
    }

    #[test]
    fn the_request_is_named_without_its_key() {
        let view = refused_with(401, "{}");

        assert_eq!(
            view.request,
            "GET https://abc.supabase.co/rest/v1/benchmark_snapshots answered 401"
        );
    }
}
