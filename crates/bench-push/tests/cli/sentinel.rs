//! A key never appears in output, errors, logs or files, whatever the server does with it.

use std::fs;

use base64::{Engine as _, engine::general_purpose::STANDARD};

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

/// Made by chance, so that no piece of one stands in other text.
const SECRET: &str = "sb_secret_pQ7xTz81KvWm27tRb4_Jd93LhGy6NcS5";
const JWT: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoic3VwYWJhc2UiLCJleHAiOjQxMDI0NDQ4MDB9.r7Vq2Xw9Zk4Tn8Pb1Lc6Hd3Fj5Gm0SyUeQaWxRtYi_o";
const PASSWORD: &str = "Zx81-Kq9v_Wm27tRp";

/// How the server writes the key.
const WRITINGS: [fn(&str) -> String; 6] = [
    str::to_owned,
    |key| key.to_uppercase(),
    |key| STANDARD.encode(format!("user:{key}")),
    |key| {
        key.bytes()
            .fold(String::new(), |text, byte| format!("{text}%{byte:02x}"))
    },
    |key| {
        key.bytes()
            .fold(String::new(), |text, byte| format!("{text}\\u{byte:04x}"))
    },
    |key| {
        key.chars()
            .fold(String::new(), |text, c| format!("{text}{c} "))
    },
];

/// The first eight characters in a row of the key's secret part in `text`, or the first twelve with
/// anything but letters and digits between them.
fn piece_in(text: &str, key: &str) -> Option<String> {
    let own = key.strip_prefix("sb_secret_").unwrap_or(key).to_lowercase();
    let text = text.to_lowercase();
    let dense = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
    };
    let find = |own: &str, text: &str, length| {
        let mut pieces = (0..=own.len() - length).map(|at| own[at..at + length].to_owned());
        pieces.find(|piece| text.contains(piece))
    };
    let base64 = dense(&STANDARD.encode(format!("user:{key}")).to_lowercase());
    find(&own, &text, 8)
        .or_else(|| find(&dense(&own), &dense(&text), 12))
        .or_else(|| find(&base64[base64.len() / 2..], &dense(&text), 12))
}

#[test]
fn no_piece_of_any_key_is_shown_in_any_failure_of_any_verb_wherever_the_server_puts_it() {
    let keys = [
        (SECRET, "SUPABASE_SECRET_KEY"),
        (JWT, "SUPABASE_SERVICE_ROLE_KEY"),
        (PASSWORD, "DATABASE_URL"),
    ];
    let statuses = [200, 302, 400, 401, 403, 404, 409, 413, 429, 500, 503, 540];
    let shapes: [fn(&str, &str) -> String; 4] = [
        |padding, key| {
            format!(
                r#"{{"message":"{padding}{key}","details":"{padding}{key}","hint":"{key}","code":"{key}"}}"#
            )
        },
        |padding, key| format!("{padding}{key}"),
        |padding, key| format!("<html><title>{padding}{key}</title>{key}</html>"),
        |padding, key| {
            format!(r#"[{{"id":"{key}","model_version":"{padding}{key}","name":"{key}"}}]"#)
        },
    ];
    let verbs = [
        "r.json --commit-sha abc123 --verify",
        "r.json --commit-sha abc123 --format json",
        "flush",
        "doctor --format json",
        "baseline list",
        "check --model-version m-1",
        "history --metric f1",
    ];
    let mut round = 0;
    for (key, variable) in keys {
        for status in statuses {
            for shape in shapes {
                round += 1;
                let written = WRITINGS[round % WRITINGS.len()](key);
                // The key straddles every place where a message may be shortened or cut off.
                let padding = "x".repeat([0, 50, 290, 490, 64 * 1024 - 60][round % 5]);
                let body = shape(&padding, &written);
                let location = format!("Location: https://{written}.example.org/{written}\r\n");
                let location: &'static str = Box::leak(location.replace(' ', "").into_boxed_str());
                let server = Server::that([Act::Drop]);
                let push = Push::bare()
                    .with("SUPABASE_URL", &server.url())
                    .with("SUPABASE_SECRET_KEY", SECRET);
                let push = if variable == "DATABASE_URL" {
                    push.with(variable, &format!("postgresql://me:{key}@h/db"))
                } else {
                    push.with(variable, key)
                };
                let path = |name: &str| push.path(name).display().to_string();
                let (output, summary) = (path("output"), path("summary"));
                let push = push
                    .with("GITHUB_OUTPUT", &output)
                    .with("GITHUB_STEP_SUMMARY", &summary);
                assert_eq!(push.push("--attempts 1").status, 5);
                server.now_does([Act::Answer(status, location, body)]);

                // Two verbs a round; over the rounds, every verb meets every failure.
                for verb in [verbs[round % verbs.len()], verbs[(round + 3) % verbs.len()]] {
                    let done = push.run(&format!("{verb} --attempts 1 --timeout 2"));
                    for text in [&done.out, &done.talk] {
                        let shown = piece_in(text, key);
                        assert_eq!(shown, None, "`{verb}`, {status}, round {round}: {text}");
                    }
                }
                for file in files_below(push.folder(), "") {
                    let text = fs::read(&file).unwrap_or_default();
                    let shown = piece_in(&String::from_utf8_lossy(&text), key);
                    assert_eq!(shown, None, "{status}, round {round}: {}", file.display());
                }
            }
        }
    }
}

#[test]
fn a_password_on_the_command_line_is_not_repeated() {
    let push = Push::bare();
    let url = format!("postgresql://postgres:{PASSWORD}@127.0.0.1:1/postgres");
    for line in [
        format!("schema apply --database-url {url} --timeout 1"),
        format!("schema apply {url}"),
        format!("schema apply --database-url={url} --timeout soon"),
        format!("schema apply --timeout {url}"),
    ] {
        let done = push.run(&line);
        assert_ne!(done.status, 0);
        assert_eq!(piece_in(&done.talk, PASSWORD), None, "{}", done.talk);
    }
}
