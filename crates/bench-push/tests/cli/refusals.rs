//! The messages if the server refuses or doesn't respond.

use std::net::TcpListener;

use crate::{
    push::{Push, SENTINEL},
    server::{Act, Server},
};

#[test]
fn every_refusal_is_a_sentence_with_a_way_out() {
    let json = |status, body: &str| Act::Answer(status, "", body.to_owned());
    let acts = [
        Act::Answer(
            200,
            "Content-Type: text/html\r\n",
            "<!DOCTYPE html><title>Log in</title>".to_owned(),
        ),
        json(
            401,
            r#"{"message":"Invalid API key","hint":"Double check your API key."}"#,
        ),
        json(
            403,
            r#"{"code":"42501","message":"permission denied for function ingest_runs","details":null,"hint":null}"#,
        ),
        json(
            404,
            r#"{"code":"PGRST202","message":"Could not find the function public.ingest_runs(p_runs) in the schema cache","details":null,"hint":null}"#,
        ),
        json(413, "Payload Too Large"),
        json(
            400,
            r#"{"code":"22023","message":"`loss` is lower_is_better, this run says higher_is_better","details":"run 1 of 1","hint":"a metric keeps its direction for life"}"#,
        ),
        json(200, r#"[{"surprise": true}]"#),
        json(429, r#"{"message":"API rate limit exceeded"}"#),
        json(500, r#"{"message":"An unexpected error occurred"}"#),
        Act::Drop,
        Act::StoreThenCut,
    ];
    let said: Vec<String> = acts
        .into_iter()
        .map(|act| {
            let server = Server::that([act]);
            let push = Push::to(&server);
            // One attempt: another test covers retries.
            let said = push.push("--attempts 1 --spool-dir spool").said(&server);
            assert!(!said.contains("panicked"), "{said}");
            let lines: Vec<_> = said
                .lines()
                .filter(|line| !line.contains("waits in the spool"))
                .collect();
            lines.join("\n") + "\n"
        })
        .collect();
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn a_refusal_without_end_is_judged_by_its_first_64_kib() {
    let server = Server::that([Act::AnswerWithoutEnd(401, "x".repeat(64 * 1024))]);
    let done = Push::to(&server).push("--attempts 1 --timeout 10");
    assert_eq!(done.status, 4, "{}", done.talk);
    assert!(
        done.talk.starts_with(
            "error: Supabase does not accept the key in `SUPABASE_SECRET_KEY` (401): xxx"
        ),
        "{}",
        done.talk
    );
}

#[test]
fn nobody_at_home_is_said_so() {
    let push = Push::bare()
        .with("SUPABASE_URL", "http://127.0.0.1:1")
        .with("SUPABASE_SECRET_KEY", "sb_secret_x");
    let done = push.push("--attempts 1");
    assert_eq!(done.status, 5);
    assert!(
        done.talk
            .starts_with("error: `http://127.0.0.1:1` cannot be reached: connection refused\n"),
        "{}",
        done.talk
    );
}

#[test]
fn a_dead_proxy_is_named_and_not_the_project() {
    let closed = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let closed = closed.expect("a port without a listener");
    let proxy = format!("http://me:sentinel@{closed}");
    let push = Push::bare()
        .with("SUPABASE_URL", "https://abc.supabase.co")
        .with("SUPABASE_SECRET_KEY", SENTINEL)
        .with("HTTPS_PROXY", &proxy);
    let done = push.push("--attempts 1");
    assert_eq!(done.status, 5);
    let wanted = format!(
        "`https://abc.supabase.co` cannot be reached through the proxy `{closed}` in `HTTPS_PROXY`: connection refused"
    );
    assert!(done.talk.contains(&wanted), "{}", done.talk);
    assert!(
        done.talk.contains("NO_PROXY=abc.supabase.co"),
        "{}",
        done.talk
    );
    assert!(!done.talk.contains("sentinel"), "{}", done.talk);
    assert_eq!(push.spooled().len(), 1);
}

#[test]
fn a_reftable_repository_is_named_as_the_reason_for_a_missing_commit() {
    let push = Push::bare();
    std::fs::create_dir_all(push.path(".git/reftable")).expect("a folder");
    push.write(".git/HEAD", "ref: refs/heads/.invalid\n");
    let done = push.run("r.json --environment local --dry-run");
    assert_eq!(done.status, 3, "{}", done.talk);
    for part in ["commit_sha", "reftable", "git rev-parse HEAD"] {
        assert!(done.talk.contains(part), "{part}: {}", done.talk);
    }
    let check = push
        .with("SUPABASE_URL", "http://127.0.0.1:9")
        .with("SUPABASE_SECRET_KEY", SENTINEL)
        .run("check");
    assert_eq!(check.status, 2);
    assert!(check.talk.contains("reftable"), "{}", check.talk);
}
