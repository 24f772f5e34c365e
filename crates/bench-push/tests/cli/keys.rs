//! How keys are sent.

use crate::{
    push::{Push, SENTINEL},
    server::{Act, Server},
};

// Claims {"role":"service_role","iss":"supabase",…}; from PostgREST's transcripts; the signature is
// fake.
const SERVICE_ROLE: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJleHAiOjQxMDI0NDQ4MDB9.c2lnbmF0dXJl";

#[test]
fn a_new_key_goes_into_apikey_alone() {
    let server = Server::that([Act::Store]);
    assert_eq!(Push::to(&server).push("").status, 0);

    let asked = &server.asked()[0];
    assert_eq!(asked.line, "POST /rest/v1/rpc/ingest_runs HTTP/1.1");
    assert_eq!(
        (asked.header("apikey"), asked.header("authorization")),
        (Some(SENTINEL), None)
    );
    assert_eq!(
        asked.header("user-agent"),
        Some(concat!("bench-push/", env!("CARGO_PKG_VERSION")))
    );
}

#[test]
fn a_legacy_key_goes_into_both_headers() {
    let server = Server::that([Act::Store]);
    let push = Push::bare()
        .with("SUPABASE_URL", &server.url())
        .with("SUPABASE_SERVICE_ROLE_KEY", SERVICE_ROLE);
    assert_eq!(push.push("").status, 0);

    let asked = &server.asked()[0];
    assert_eq!(asked.header("apikey"), Some(SERVICE_ROLE));
    assert_eq!(
        asked.header("authorization"),
        Some(format!("Bearer {SERVICE_ROLE}").as_str())
    );
}

#[test]
fn a_redirect_is_not_followed_with_a_key() {
    let other = Server::that([Act::Store]);
    let location: &'static str =
        Box::leak(format!("Location: {}/\r\n", other.url()).into_boxed_str());
    let server = Server::that([Act::Answer(307, location, String::new())]);

    let done = Push::to(&server).push("");
    assert_eq!(done.status, 4, "{}", done.talk);
    assert!(other.asked().is_empty());
}

#[test]
fn settings_may_stand_in_a_dotenv_file_and_a_variable_wins() {
    let server = Server::that([Act::Store]);
    let push = Push::bare().with("BENCH_PUSH_COMMIT_SHA", "abc123");
    let inside = push.path("inside");
    std::fs::create_dir(&inside).expect("a folder");
    std::fs::create_dir(push.path(".git")).expect("a repository");
    push.write(
        ".env",
        format!("SUPABASE_URL={}\nSUPABASE_SECRET_KEY=\"{SENTINEL}\"\nBENCH_PUSH_COMMIT_SHA=fff\nBENCH_PUSH_ENVIRONMENT=staging\n", server.url()),
    );

    let output = push
        .command("../r.json")
        .current_dir(inside)
        .output()
        .expect("it runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let body = &server.asked()[0].body;
    assert!(
        body.contains(r#""commit_sha":"abc123""#) && body.contains(r#""environment":"staging""#),
        "{body}"
    );
}
