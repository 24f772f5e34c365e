//! What the page says when a request fails: what happened, and what to do.

use bench_model::rest::errors::{Meaning, Refusal};

/// A request that brought nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestFailure {
    /// What was asked for, without address and key: `benchmark_snapshots`.
    pub subject: String,
    /// Where it was sent: `https://abc.supabase.co`.
    pub origin: String,
    /// What went wrong.
    pub cause: Cause,
}

/// Why a request brought nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum Cause {
    /// The browser has no network.
    Offline,
    /// No answer at all: no such host, connection refused, or the browser kept the answer back (CORS).
    Unreachable,
    /// No answer in time.
    TimedOut {
        /// How long the page waited.
        seconds: u32,
    },
    /// The server answered, and the answer is no.
    Refused(Refusal),
    /// The server answered something that is not the rows asked for.
    Unreadable {
        /// What is wrong with it.
        found: String,
    },
}

/// A failure, ready to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureView {
    /// What happened, in a few words.
    pub title: String,
    /// What happened, in a sentence.
    pub what: String,
    /// What to do, most likely first.
    pub steps: Vec<String>,
    /// A command that mends it.
    pub command: Option<&'static str>,
    /// Which request failed.
    pub request: String,
}

impl RequestFailure {
    /// The failure as people read it.
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

/// Installs the schema, and brings it up to date.
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
        "The numbers come from your Supabase project over the network, and there is none."
            .to_owned(),
        vec!["Check the connection, then try again."],
        None,
    )
}

fn unreachable(origin: &str) -> Parts {
    (
        "The server cannot be reached",
        format!("{origin} gave no answer that this page may read."),
        vec![
            "Check the address in the settings for a typing error.",
            "A Supabase project on the free tier pauses after a week without use: wake it in Supabase's dashboard.",
            "For the local stack, see whether it still runs: `bench-local status`.",
        ],
        None,
    )
}

fn timed_out(origin: &str, seconds: u32) -> Parts {
    (
        "The server takes too long",
        format!("{origin} did not answer within {seconds} seconds."),
        vec!["Try again; a project that was asleep needs a moment to wake."],
        None,
    )
}

fn unreadable(origin: &str, found: &str) -> Parts {
    (
        "The answer is not what was asked for",
        format!("{origin} answered, but not with rows: {found}."),
        vec![
            "Check that the address in the settings is the one of the Supabase project, such as https://abc.supabase.co, and not of a page.",
            "If the database is newer or older than this dashboard, bring both to the same version.",
        ],
        None,
    )
}

fn refused(subject: &str, refusal: &Refusal) -> Parts {
    let said = said(refusal);
    match refusal.meaning() {
        // The tables came first, so a project without a function has them from before.
        Meaning::SchemaMissing if subject.starts_with("rpc/") => (
            "The schema is of an older version",
            format!("The project answers, but does not have `{subject}` yet."),
            vec![
                "Bring the schema up to date with the command below, or paste sql/schema_benchmark_monitoring.sql into Supabase's SQL editor.",
                "Just installed? The API learns of it within seconds; try again.",
            ],
            Some(INSTALL),
        ),
        Meaning::SchemaMissing => (
            "The schema is not installed",
            format!("The project answers, but has no `{subject}`."),
            vec![
                "Install it with the command below, or paste sql/schema_benchmark_monitoring.sql into Supabase's SQL editor.",
                "Just installed? The API learns of it within seconds; try again.",
            ],
            Some(INSTALL),
        ),
        Meaning::SchemaOutdated => (
            "The schema is of another version",
            format!("The project's `{subject}` lacks a column that this page reads. {said}"),
            vec!["Bring the schema up to date with the command below."],
            Some(INSTALL),
        ),
        Meaning::Forbidden => (
            "The key may not read this",
            format!("The database does not let this key read `{subject}`. {said}"),
            vec![
                "The schema grants reading to every key of the project: install it again with the command below.",
            ],
            Some(INSTALL),
        ),
        Meaning::TimedOut => (
            "The database takes too long",
            "It gave up after the time that it allows a query of this key.".to_owned(),
            vec![
                "Try again. If it stays, the database is too busy or too small for its number of configurations.",
            ],
            None,
        ),
        Meaning::KeyMissing | Meaning::KeyWrong => (
            "The key is not accepted",
            format!("The project does not know this key. {said}"),
            vec![
                "Copy the publishable key (or the anon key) of this very project from Supabase's dashboard, under Settings → API keys, into the settings here.",
            ],
            None,
        ),
        Meaning::KeyExpired => (
            "The key has expired",
            format!("The project knew this key once. {said}"),
            vec![
                "Copy the current publishable key from Supabase's dashboard, under Settings → API keys, into the settings here.",
            ],
            None,
        ),
        Meaning::SecretKeyInBrowser => (
            "A secret key must not be in a browser",
            "The project refused it for that reason.".to_owned(),
            vec!["Use the publishable key here, and replace the secret key in Supabase."],
            None,
        ),
        Meaning::RateLimited => (
            "Too many requests",
            format!("The server asks for a pause. {said}"),
            vec!["Wait a minute, then try again."],
            None,
        ),
        Meaning::NotSupabase => (
            "Nothing of Supabase answers at this address",
            format!("There is a server, but no REST API behind it. {said}"),
            vec![
                "Check the address in the settings: it ends after the host, as in https://abc.supabase.co.",
            ],
            None,
        ),
        Meaning::Unavailable | Meaning::ServerFault => (
            "The server failed",
            format!("It answered {}. {said}", refusal.status),
            vec![
                "Try again in a moment.",
                "If it stays, look at the project's state and logs in Supabase's dashboard.",
            ],
            None,
        ),
        _ => (
            "The server refused",
            format!("It answered {}. {said}", refusal.status),
            vec!["Check the settings, then try again."],
            None,
        ),
    }
}

/// What the server itself says, cut to a length that fits a page.
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
    format!("It says: “{text}”")
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

        assert_eq!(grant.title, "The key may not read this");
        assert_eq!(key.title, "The key is not accepted");
        assert_eq!(
            key.what,
            "The project does not know this key. It says: “Invalid API key”"
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
