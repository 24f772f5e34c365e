//! Invalid reports and settings: message, exit status, and nothing stored.

use std::fs::File;

use bench_tests::{Outcome, Stack, report, report_file};
use serde_json::{Value, json};

/// The report is invalid.
const INVALID: i32 = 3;
/// The command line or the settings are wrong.
const USAGE: i32 = 2;
/// The server refused.
const REFUSED: i32 = 4;

/// Pushes these bytes and insists that nothing was stored.
#[track_caller]
fn refused(stack: &Stack, content: impl AsRef<[u8]>, status: i32) -> Outcome {
    let file = report_file(stack.folder(), "report.json", content);
    let outcome = stack.push().report(file).run().ends_with(status);
    assert_eq!(stack.runs(), 0, "nothing may be stored");
    outcome
}

/// A valid report with one field changed.
fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut report = report("bad", 0.9);
    change(&mut report);
    report.to_string()
}

#[test]
fn a_file_that_is_not_json_is_refused_with_the_place_and_what_was_found() {
    let stack = Stack::start();

    refused(&stack, "", INVALID).says("empty");
    refused(&stack, "{\n<<<<<<< HEAD\n  \"a\": 1\n", INVALID)
        .says("merge conflict")
        .says("line 2");
    refused(&stack, "{\"metrics\": {\"f1\": NaN}}", INVALID)
        .says("NaN")
        .says("line 1");
    refused(&stack, "{\"a\": 1,\n}", INVALID).says("comma");
    let utf16: Vec<u8> = "\u{feff}{}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    refused(&stack, utf16, INVALID).says("UTF-16");
    refused(
        &stack,
        "{\"model_version\": \"a\", \"model_version\": \"b\"}",
        INVALID,
    )
    .says("model_version");
}

#[test]
fn a_value_that_makes_no_sense_is_refused_with_its_path() {
    let stack = Stack::start();

    refused(
        &stack,
        with(|report| report["dataset_version"] = Value::Null),
        INVALID,
    )
    .says("dataset_version");
    refused(
        &stack,
        with(|report| report["metrics"]["f1"] = json!(89.5)),
        INVALID,
    )
    .says("metrics.f1")
    .says("89.5");
    refused(
        &stack,
        with(|report| report["metrics"]["f1"] = json!("0.9")),
        INVALID,
    )
    .says("metrics.f1");
    refused(
        &stack,
        with(|report| report["error_count"] = json!(-1)),
        INVALID,
    )
    .says("error_count");
    refused(
        &stack,
        with(|report| report["created_at"] = json!("2999-01-01T00:00:00Z")),
        INVALID,
    )
    .says("created_at")
    .says("future");
    refused(
        &stack,
        with(|report| report["metrics"]["latency_ms"] = json!(-1)),
        INVALID,
    )
    .says("metrics.latency_ms");
}

#[test]
fn every_problem_of_every_report_is_told_at_once_and_none_is_stored() {
    let stack = Stack::start();
    let mut second = report("bad", 89.5);
    second["metrics"]["latency_ms"] = json!(-1);
    let reports = json!([report("good", 0.9), second, {"model_version": "bad"}]);

    refused(&stack, reports.to_string(), INVALID)
        .says("[1].metrics.f1")
        .says("[1].metrics.latency_ms")
        .says("[2]")
        .says("nothing was sent");
}

#[test]
fn a_good_file_is_not_stored_when_another_of_the_same_call_is_bad() {
    let stack = Stack::start();
    let good = report_file(stack.folder(), "good.json", report("good", 0.9).to_string());
    let bad = report_file(stack.folder(), "bad.json", "{");

    stack
        .push()
        .report(good)
        .arg("--input")
        .arg(bad)
        .run()
        .ends_with(INVALID)
        .says("bad.json");

    assert_eq!(stack.runs(), 0);
}

#[test]
fn a_missing_file_is_named() {
    let stack = Stack::start();

    let outcome = stack.push().report("no-such-report.json").run();

    assert!(matches!(outcome.status, USAGE | INVALID), "{outcome:?}");
    outcome.says("no-such-report.json");
    assert_eq!(stack.runs(), 0);
}

#[test]
fn a_file_of_200_mb_is_refused_without_being_read_whole() {
    let stack = Stack::start();
    let file = stack.folder().join("huge.json");
    // Sparse: it has the size but uses no disk space.
    File::create(&file)
        .and_then(|file| file.set_len(200 * 1024 * 1024))
        .expect("the folder is ours");

    stack
        .push()
        .report(file)
        .run()
        .ends_with(INVALID)
        .says("huge.json");

    assert_eq!(stack.runs(), 0);
}

#[test]
fn an_unknown_flag_value_is_refused_before_anything_is_sent() {
    let stack = Stack::start();
    let file = report_file(stack.folder(), "report.json", report("m", 0.9).to_string());

    stack
        .push()
        .report(&file)
        .args(["--format", "yaml"])
        .run()
        .ends_with(USAGE)
        .says("yaml");
    let push = stack.push().arg("--input").arg(&file);
    push.args(["--environment", "Not A Slug", "--commit-sha", "abc1234"])
        .run()
        .ends_with(USAGE)
        .says("environment");

    assert_eq!(stack.runs(), 0);
}

#[test]
fn a_missing_or_wrong_key_is_told_by_the_name_of_its_variable() {
    let stack = Stack::start();
    let file = report_file(stack.folder(), "report.json", report("m", 0.9).to_string());
    let push = || stack.push().report(&file);

    push()
        .without("SUPABASE_SECRET_KEY")
        .run()
        .ends_with(USAGE)
        .says("SUPABASE_SECRET_KEY");
    push()
        .without("SUPABASE_URL")
        .run()
        .ends_with(USAGE)
        .says("SUPABASE_URL");
    let wrong = push()
        .env(
            "SUPABASE_SECRET_KEY",
            "sb_secret_wrongwrongwrongwrongwrong_wrong",
        )
        .run();
    wrong.ends_with(REFUSED).says("401");
    // A read-only key where a writing key is required.
    let reading = push()
        .env("SUPABASE_SECRET_KEY", &stack.keys().publishable)
        .run();
    assert!(matches!(reading.status, USAGE | REFUSED), "{reading:?}");

    assert_eq!(stack.runs(), 0);
}

#[test]
fn a_secret_key_in_the_variable_of_a_public_one_is_noticed() {
    let stack = Stack::start();
    let push = stack
        .push()
        .without("SUPABASE_SECRET_KEY")
        .env("SUPABASE_PUBLISHABLE_KEY", &stack.keys().secret);

    push.args(["baseline", "list"])
        .run()
        .ends_with(USAGE)
        .says("SUPABASE_PUBLISHABLE_KEY");
}

#[test]
fn an_address_without_https_is_refused_unless_it_is_this_machine() {
    let stack = Stack::start();
    let file = report_file(stack.folder(), "report.json", report("m", 0.9).to_string());

    let push = stack
        .push()
        .env("SUPABASE_URL", "http://example.com")
        .report(&file);
    push.run().ends_with(USAGE).says("https");
}

#[test]
fn the_database_itself_refuses_what_a_client_did_not_check() {
    let stack = Stack::start();
    let rest = stack.rest_as(&stack.keys().secret);
    let good = json!({
        "commit_sha": "abc1234", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
        "environment": "local", "metrics": {"f1": 0.9},
    });
    let changes: [(&str, Value); 6] = [
        ("metrics", json!({"f1": "0.9"})),
        ("metrics", json!([1])),
        ("environment", json!("Not A Slug")),
        ("error_count", json!(-1)),
        ("created_at", json!("2999-01-01T00:00:00Z")),
        ("commit_sha", Value::Null),
    ];

    for (field, value) in changes {
        let mut row = good.clone();
        row[field] = value;
        let answer = rest.send("POST", "benchmark_transactions", &row);
        assert!(
            (400..500).contains(&answer.status),
            "{field}: {} {}",
            answer.status,
            answer.body
        );
    }
    assert_eq!(stack.runs(), 0);
}

#[test]
fn a_database_without_the_schema_names_the_command_that_installs_it() {
    let stack = Stack::start();
    stack
        .postgres()
        .execute("drop schema public cascade; create schema public; grant usage on schema public to anon, authenticated, service_role; notify pgrst, 'reload schema'")
        .expect("the owner may");
    let file = report_file(stack.folder(), "report.json", report("m", 0.9).to_string());

    stack
        .push()
        .report(file)
        .run()
        .ends_with(REFUSED)
        .says("schema apply");
}
