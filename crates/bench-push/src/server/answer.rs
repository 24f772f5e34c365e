//! Interprets a server's response, as a sentence. Pure.

use std::fmt::Write as _;

use bench_model::{
    rest::errors::{Meaning, Refusal},
    words::shorten,
};

use crate::{
    server::call_error::Blame,
    settings::{project::Project, secret::Scrubber},
};

/// A raw response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// `Content-Type`.
    pub(crate) content_type: Option<String>,
    /// `Location`, of a redirect.
    pub(crate) location: Option<String>,
    /// `Retry-After`.
    pub(crate) retry_after: Option<String>,
    /// The body; truncated if it is too long.
    pub(crate) body: Vec<u8>,
    /// Whether it was truncated.
    pub(crate) is_cut: bool,
}

/// The server refused, or its response is unusable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct No {
    /// The HTTP status.
    pub(crate) status: u16,
    /// PostgREST's or PostgreSQL's code, such as `PGRST205` or `22023`.
    pub(crate) code: Option<String>,
    /// Its meaning.
    pub(crate) meaning: Meaning,
    /// A sentence with the refusal and its reason.
    pub(crate) sentence: String,
    /// How to fix it.
    pub(crate) hint: Option<String>,
    /// Whether the same request may succeed later.
    pub(crate) is_temporary: bool,
    /// Whether every other request would fail too: this request is not at fault.
    pub(crate) is_general: bool,
}

impl No {
    /// What a temporary failure says about the request.
    pub(crate) fn blame(&self) -> Blame {
        match (self.status, self.meaning) {
            (_, Meaning::TimedOut) => Blame::Size,
            // A gateway that lost patience, unlike a database without a free connection.
            (504, _) if self.code.is_none() => Blame::Size,
            (_, Meaning::RateLimited) | (425 | 503 | 504 | 540, _) => Blame::Server,
            _ => Blame::Unclear,
        }
    }

    /// The response is JSON, but not the result of `function`.
    pub(crate) fn not_understood(function: &str) -> Self {
        Self {
            status: 200,
            code: None,
            meaning: Meaning::SchemaOutdated,
            sentence: format!(
                "the answer of `{function}` is not of the shape that this bench-push knows"
            ),
            hint: Meaning::SchemaOutdated.way_out().map(str::to_owned),
            is_temporary: false,
            is_general: true,
        }
    }
}

/// Reads `answer`: its JSON, or the problem.
///
/// It is scrubbed as it came, before a message is taken out of it and shortened.
///
/// # Errors
///
/// [`No`] for everything except a success with JSON.
pub(crate) fn judge(
    mut answer: Answer,
    project: &Project,
    scrubber: &Scrubber,
) -> Result<Vec<u8>, No> {
    if (200..300).contains(&answer.status) {
        answer.body = scrubber.scrub_data(answer.body);
        return judge_success(answer, project);
    }
    answer.body = scrubber.scrub_bytes(&answer.body, answer.is_cut);
    answer.location = answer.location.map(|location| scrubber.scrub(location));
    let refusal = Refusal::read(answer.status, &answer.body);
    let is_temporary = refusal.is_worth_retrying();
    // Proxies, including Supabase's, report "too large" with a web page.
    if is_web_page(&answer) && refusal.meaning() != Meaning::TooLarge {
        return Err(web_page(answer.status, project, is_temporary));
    }
    let (sentence, hint, is_general) = explain(&refusal, answer.location.as_deref(), project);
    Err(No {
        status: answer.status,
        meaning: refusal.meaning(),
        code: refusal.code,
        sentence,
        hint,
        is_temporary,
        is_general,
    })
}

fn judge_success(answer: Answer, project: &Project) -> Result<Vec<u8>, No> {
    if is_web_page(&answer) {
        return Err(web_page(answer.status, project, false));
    }
    let is_empty = answer.body.iter().all(u8::is_ascii_whitespace);
    if !is_empty && serde_json::from_slice::<serde::de::IgnoredAny>(&answer.body).is_ok() {
        return Ok(answer.body);
    }
    if answer.status == 204 {
        return Ok(b"null".to_vec());
    }
    // Invalid JSON that begins like JSON was truncated in transit.
    let is_cut_off = is_empty
        || answer.body.trim_ascii_start().starts_with(b"[")
        || answer.body.starts_with(b"{");
    let (sentence, hint) = if is_cut_off {
        (
            format!("the answer of `{}` was cut off", project.url.host()),
            None,
        )
    } else {
        (
            format!(
                "`{}` answered {} with something that is not JSON",
                project.url, answer.status
            ),
            Some(wrong_address()),
        )
    };
    Err(No {
        status: answer.status,
        code: None,
        meaning: Meaning::NotSupabase,
        sentence,
        hint,
        is_temporary: is_cut_off,
        is_general: true,
    })
}

fn is_web_page(answer: &Answer) -> bool {
    let is_html = answer
        .content_type
        .as_deref()
        .is_some_and(|kind| kind.trim_start().starts_with("text/html"));
    is_html || answer.body.trim_ascii_start().starts_with(b"<")
}

fn web_page(status: u16, project: &Project, is_temporary: bool) -> No {
    No {
        status,
        code: None,
        meaning: Meaning::NotSupabase,
        sentence: format!(
            "`{}` answered {status} with a web page instead of JSON",
            project.url
        ),
        hint: Some(wrong_address()),
        is_temporary,
        is_general: true,
    }
}

fn wrong_address() -> String {
    "is `SUPABASE_URL` the project's own address, such as https://abcdefgh.supabase.co,\n\
     and no proxy or login page in between?"
        .to_owned()
}

/// Sentence, hint, and whether it applies to every request.
fn explain(
    refusal: &Refusal,
    location: Option<&str>,
    project: &Project,
) -> (String, Option<String>, bool) {
    let Refusal {
        status,
        code,
        message,
        details,
        hint,
        is_json: _,
    } = refusal;
    let meaning = refusal.meaning();
    let (subject, own_hint) = subject(*status, meaning, location, project);
    let is_about_this = matches!(
        meaning,
        Meaning::TooLarge | Meaning::Invalid | Meaning::Conflict | Meaning::Other
    ) && own_hint.is_none();

    let tag = code
        .as_ref()
        .map_or_else(|| status.to_string(), |code| format!("{status}, {code}"));
    let mut sentence = format!("{subject} ({tag})");
    // A redirect has no message.
    if !message.is_empty() && *status >= 400 {
        let _ = write!(sentence, ": {}", one_line(message));
    }
    if let (true, Some(details)) = (
        is_about_this,
        details.as_deref().filter(|text| !text.is_empty()),
    ) {
        let _ = write!(sentence, " ({})", one_line(details));
    }
    let hint = own_hint
        .or_else(|| meaning.way_out().map(str::to_owned))
        .or_else(|| hint.clone());
    (sentence, hint, !is_about_this)
}

/// The event, as the beginning of a sentence; and this program's hint, if it has one.
fn subject(
    status: u16,
    meaning: Meaning,
    location: Option<&str>,
    project: &Project,
) -> (String, Option<String>) {
    let (variable, host) = (project.variable, project.url.host());
    if (300..400).contains(&status) {
        let target = location.map_or_else(
            || "elsewhere".to_owned(),
            |url| format!("`{}`", host_of(url)),
        );
        let sentence = format!(
            "`{}` redirects to {target}, where a key is not sent",
            project.url
        );
        let hint = "set `SUPABASE_URL` to the address that it redirects to, if that is yours";
        return (sentence, Some(hint.to_owned()));
    }
    // Supabase's own status.
    if status == 540 {
        let hint = "restore it in Supabase's dashboard, then send again";
        return ("the project is paused".to_owned(), Some(hint.to_owned()));
    }
    let subject = match meaning {
        Meaning::SchemaMissing => "the project lacks the schema of Benchmark Monitor".to_owned(),
        Meaning::SchemaOutdated => "the project's schema is older than this bench-push".to_owned(),
        Meaning::KeyMissing | Meaning::KeyWrong | Meaning::SecretKeyInBrowser => {
            format!("Supabase does not accept the key in `{variable}`")
        }
        Meaning::KeyExpired => format!("the key in `{variable}` is not valid at this time"),
        Meaning::Forbidden => format!("the key in `{variable}` may not do this"),
        Meaning::TooLarge => "the request is too large for the server".to_owned(),
        Meaning::RateLimited => "the server asks to slow down".to_owned(),
        Meaning::TimedOut => "the server gave up waiting".to_owned(),
        Meaning::Unavailable => "the server is not ready".to_owned(),
        Meaning::ServerFault => "the server failed".to_owned(),
        Meaning::NotSupabase | Meaning::Other if matches!(status, 404 | 406 | 415) => {
            let sentence = format!(
                "`{host}` has no REST API of Supabase at {}/",
                project.url.rest()
            );
            return (sentence, Some(wrong_address()));
        }
        Meaning::NotSupabase => {
            return (
                format!("something at `{host}` answered that is not Supabase"),
                Some(wrong_address()),
            );
        }
        _ => "Supabase refused".to_owned(),
    };
    (subject, None)
}

fn host_of(url: &str) -> String {
    reqwest::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(str::to_owned))
        .unwrap_or_else(|| one_line(url))
}

/// A server's message on one line, shortened: some send a whole page.
fn one_line(text: &str) -> String {
    const MOST: usize = 300;
    let line = text.trim().replace(|c: char| c.is_control(), " ");
    shorten(&line, MOST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{environment::Environment, variables::Access};

    fn project() -> Project {
        let environment = Environment::of([
            ("SUPABASE_URL", "https://abc.supabase.co"),
            ("SUPABASE_SECRET_KEY", "sb_secret_sentinel"),
        ]);
        Project::read(&environment, Access::Write).expect("good settings")
    }

    fn said(status: u16, body: &str) -> No {
        let answer = Answer {
            status,
            body: body.as_bytes().to_vec(),
            location: Some("https://login.example.org/x".to_owned()),
            ..Answer::default()
        };
        judge(answer, &project(), &Scrubber::default()).expect_err("must be no success")
    }

    #[test]
    fn every_answer_that_is_no_yes_is_a_sentence_with_a_way_out() {
        // Bodies of PostgREST 12.0 and 14.17 and Supabase's gateway.
        let answers = [
            (200, "<!DOCTYPE html><title>Log in</title>"),
            (200, r#"[{"idempotency_key":"abc"#),
            (200, "pong"),
            (301, ""),
            (
                400,
                r#"{"code":"22023","message":"`loss` is lower_is_better in 214 earlier runs, this run says higher_is_better","details":null,"hint":"a metric keeps its direction for life"}"#,
            ),
            (
                401,
                r#"{"message":"Invalid API key","hint":"Double check your Supabase `anon` or `service_role` API key."}"#,
            ),
            (
                401,
                r#"{"code":"PGRST303","message":"JWT expired","details":null,"hint":null}"#,
            ),
            (
                403,
                r#"{"code":"42501","message":"permission denied for table benchmark_transactions","details":null,"hint":"Grant the required privileges to the current role with: GRANT SELECT ON public.benchmark_transactions TO anon;"}"#,
            ),
            (403, "Forbidden"),
            (
                404,
                r#"{"code":"PGRST202","message":"Could not find the function public.ingest_runs(p_runs) in the schema cache","details":"","hint":null}"#,
            ),
            (
                404,
                r#"{"code":"42P01","message":"relation \"public.benchmark_transactions\" does not exist","details":null,"hint":null}"#,
            ),
            (
                404,
                r#"{"code":"PGRST205","message":"Could not find the table 'public.benchmark_transactions' in the schema cache","details":null,"hint":null}"#,
            ),
            (404, "404 page not found"),
            (
                406,
                r#"{"code":"PGRST107","message":"None of these media types are available: text/plain","details":null,"hint":null}"#,
            ),
            (413, "Payload Too Large"),
            (
                413,
                "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
            ),
            (429, r#"{"message":"API rate limit exceeded"}"#),
            (
                500,
                r#"{"code":"57014","message":"canceling statement due to statement timeout","details":null,"hint":null}"#,
            ),
            (540, r#"{"message":"Project paused"}"#),
            (502, "<html><body>502 Bad Gateway</body></html>"),
            (
                503,
                r#"{"code":"PGRST002","message":"Could not query the database for the schema cache. Retrying.","details":null,"hint":null}"#,
            ),
        ];
        let told: Vec<String> = answers
            .iter()
            .map(|(status, body)| {
                let No {
                    sentence,
                    hint,
                    is_temporary,
                    is_general,
                    ..
                } = said(*status, body);
                let hint = hint.map_or_else(String::new, |hint| format!("hint: {hint}\n"));
                let kind = format!(
                    "{}, {}",
                    if is_temporary {
                        "worth another try"
                    } else {
                        "final"
                    },
                    if is_general {
                        "for every request"
                    } else {
                        "for this one"
                    }
                );
                format!("{sentence}\n{hint}[{kind}]\n\n")
            })
            .collect();
        insta::assert_snapshot!(told.concat());
    }

    #[test]
    fn json_is_passed_on_as_it_came() {
        let answer = Answer {
            status: 200,
            body: b"[]".to_vec(),
            ..Answer::default()
        };
        assert_eq!(
            judge(answer, &project(), &Scrubber::default()),
            Ok(b"[]".to_vec())
        );
    }
}
