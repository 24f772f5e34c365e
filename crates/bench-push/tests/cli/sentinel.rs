//! A key never appears in output, errors, logs or files, whatever the server does with it.

use std::fs;

use crate::{
    push::{Push, REPORT, SENTINEL, files_below},
    server::{Act, Server},
};

/// Runs `line` and searches its output and every file for the key.
fn look(push: &Push, line: &str) {
    let done = push.run(line);
    for text in [&done.out, &done.talk] {
        assert!(!text.contains("sentinel"), "`{line}` shows the key: {text}");
    }
    for file in files_below(push.folder(), "") {
        let name = file.file_name().unwrap_or_default();
        let is_ours = name == ".env" || name == "holds-key.json";
        let text = fs::read(&file).unwrap_or_default();
        assert!(
            is_ours || !String::from_utf8_lossy(&text).contains("sentinel"),
            "`{line}` writes the key into {}",
            file.display()
        );
    }
}

#[test]
fn a_key_is_never_seen_whatever_the_server_echoes() {
    let echo = format!(
        r#"{{"code":"XX","message":"bad key {SENTINEL}","details":"apikey: {SENTINEL}","hint":"{SENTINEL}"}}"#
    );
    let location: &'static str = Box::leak(
        format!("Location: https://{SENTINEL}.example.org/?k={SENTINEL}\r\n").into_boxed_str(),
    );
    let acts = [
        Act::Drop,
        Act::Hang,
        Act::Answer(200, "", format!("<html>{SENTINEL}</html>")),
        Act::Answer(200, "", SENTINEL.to_owned()),
        Act::Answer(200, "", format!(r#"["{SENTINEL}"]"#)),
        Act::Answer(302, location, String::new()),
        Act::Answer(400, "", echo.clone()),
        Act::Answer(401, "", echo.clone()),
        Act::Answer(403, "", echo.clone()),
        Act::Answer(404, "", echo.clone()),
        Act::Answer(413, "", echo.clone()),
        Act::Answer(429, "", echo.clone()),
        Act::Answer(500, "", echo.clone()),
        Act::Answer(503, "", echo),
    ];
    for act in acts {
        let server = Server::that([act]);
        let push = Push::to(&server);
        let path = |name: &str| push.path(name).display().to_string();
        let (output, summary) = (path("output"), path("summary"));
        let push = push
            .with("GITHUB_OUTPUT", &output)
            .with("GITHUB_STEP_SUMMARY", &summary)
            .with("RUST_LOG", "trace");
        let patience = "--attempts 1 --timeout 0.2";
        let id = "00000000-0000-4000-8000-000000000000";
        look(
            &push,
            &format!("r.json --commit-sha abc123 --verify {patience}"),
        );
        look(
            &push,
            &format!("r.json --commit-sha abc123 --format json {patience}"),
        );
        look(&push, &format!("flush {patience}"));
        look(&push, &format!("doctor {patience}"));
        look(&push, &format!("doctor --format json {patience}"));
        look(&push, &format!("baseline set {id} {patience}"));
        look(&push, &format!("baseline clear {id} {patience}"));
        look(&push, &format!("baseline list {patience}"));
    }
}

#[test]
fn a_key_in_the_wrong_place_is_not_repeated() {
    let url = "https://abc.supabase.co";
    let with_password = format!("https://me:{SENTINEL}@abc.supabase.co");
    let database = format!("postgresql://postgres:{SENTINEL}@127.0.0.1:1/postgres");
    for (name, value) in [
        ("SUPABASE_URL", SENTINEL),
        ("SUPABASE_URL", &with_password),
        ("SUPABASE_ANON_KEY", SENTINEL),
        ("SUPABASE_PUBLISHABLE_KEY", SENTINEL),
        ("BENCH_PUSH_ENVIRONMENT", SENTINEL),
        ("BENCH_PUSH_FORMAT", SENTINEL),
        ("BENCH_PUSH_NOTES", SENTINEL),
        ("DATABASE_URL", &database),
    ] {
        let push = Push::bare()
            .with("SUPABASE_SECRET_KEY", SENTINEL)
            .with("SUPABASE_URL", url)
            .with(name, value);
        look(
            &push,
            "r.json --commit-sha abc123 --attempts 1 --timeout 0.1",
        );
        look(&push, "r.json --commit-sha abc123 --dry-run");
        look(&push, "schema apply --timeout 1");
        look(&push, "--help");
    }
}

#[test]
fn a_report_that_holds_the_key_is_not_sent() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    push.write(
        "holds-key.json",
        REPORT.replace("m-1", &format!("model with {SENTINEL}")),
    );
    look(&push, "holds-key.json --commit-sha abc123");
    assert_eq!(push.run("holds-key.json --commit-sha abc123").status, 3);
    assert!(server.asked().is_empty());
}
