//! Runs of pull requests and other branches are judged against the main line and are no part of it.

use bench_tests::{Push, Stack, json_lines, report_file};
use serde_json::{Value, json};

const QUIET: [f64; 7] = [0.0, 0.002, -0.001, 0.001, -0.002, 0.0015, -0.0005];

fn run_of(model: &str, commit: &str, f1: f64) -> Value {
    json!({
        "model_version": model, "dataset_version": "set-1", "prompt_version": "prompt-1",
        "environment": "ci", "commit_sha": commit, "metrics": {"f1": f1},
    })
}

/// Thirty runs of the main line, an hour apart, the first of them the baseline.
fn main_line(stack: &Stack, model: &str) {
    let runs = (0..30_usize).map(|place| {
        let mut run = run_of(
            model,
            &format!("{place:07x}"),
            0.9 + QUIET[place % QUIET.len()],
        );
        run["created_at"] = json!(format!(
            "2026-02-{:02}T{:02}:00:00Z",
            1 + place / 24,
            place % 24
        ));
        run
    });
    let file = report_file(stack.folder(), "main.jsonl", json_lines(runs));
    let pushed = stack
        .push()
        .arg(file)
        .args(["--format", "json"])
        .run()
        .success()
        .json();
    let first = pushed["runs"][0]["id"].as_str().expect("an id").to_owned();
    stack
        .push()
        .args(["baseline", "set", &first])
        .run()
        .success();
}

/// A workflow of GitHub for a pull request.
fn in_pull_request(stack: &Stack, push: Push) -> Push {
    let event = json!({"pull_request": {"head": {"sha": "feed5"}}, "repository": {"default_branch": "main"}});
    let event = report_file(stack.folder(), "event.json", event.to_string());
    push.env("GITHUB_ACTIONS", "true")
        .env("GITHUB_EVENT_NAME", "pull_request")
        .env("GITHUB_EVENT_PATH", event)
        .env("GITHUB_REF", "refs/pull/7/merge")
        .env("GITHUB_HEAD_REF", "fix")
        .env("GITHUB_RUN_ID", "17")
}

#[test]
fn a_pull_request_far_off_is_judged_and_changes_nothing_of_the_main_line() {
    let stack = Stack::start();
    main_line(&stack, "judged");
    let check = || {
        stack
            .push()
            .args(["check", "--model-version", "judged", "--format", "json"])
            .run()
            .json()
    };
    let before = check();
    let file = report_file(
        stack.folder(),
        "pr.json",
        run_of("judged", "feed5", 0.5).to_string(),
    );

    in_pull_request(&stack, stack.push())
        .arg(&file)
        .arg("--check")
        .run()
        .says("side run: pull request")
        .says("side run: judged against the main line, no part of it")
        .says("over the threshold");
    // Also by its commit, and again.
    let again = stack
        .push()
        .args(["check", "--commit-sha", "feed5", "--format", "json"])
        .run()
        .json();
    assert_eq!(again["runs"][0]["is_mainline"], json!(false));
    assert_eq!(again["runs"][0]["earlier_runs"], json!(30));
    assert_eq!(again["change_points"], Value::Null);

    assert_eq!(check(), before);
    let stored = stack
        .rest()
        .rows("benchmark_transactions?select=branch_name,is_mainline&commit_sha=eq.feed5");
    assert_eq!(
        json!(stored),
        json!([{"branch_name": "fix", "is_mainline": false}])
    );
    stack
        .push()
        .args(["doctor", "--deep"])
        .run()
        .success()
        .says("exact");
}

#[test]
fn a_flag_or_the_report_decides_which_line_a_run_belongs_to() {
    let stack = Stack::start();
    let line_of = |name: &str, report: Value, push: Push| {
        let file = report_file(stack.folder(), "one.json", report.to_string());
        push.arg(file).run().success();
        let path = format!("benchmark_transactions?select=is_mainline&model_version=eq.{name}");
        stack.rest().rows(&path)[0]["is_mainline"]
            .as_bool()
            .expect("a line")
    };
    let told = |name: &str, is_mainline: bool| {
        let mut report = run_of(name, "abc123", 0.9);
        report["is_mainline"] = json!(is_mainline);
        report
    };
    let plain = |name: &str| run_of(name, "abc123", 0.9);

    assert!(line_of("laptop", plain("laptop"), stack.push()));
    assert!(!line_of(
        "flag",
        plain("flag"),
        stack.push().arg("--side-run")
    ));
    assert!(!line_of("report", told("report", false), stack.push()));
    assert!(line_of(
        "both",
        told("both", false),
        stack.push().arg("--mainline")
    ));
    let in_request = || in_pull_request(&stack, stack.push());
    assert!(!line_of("request", plain("request"), in_request()));
    assert!(line_of(
        "over",
        plain("over"),
        in_request().arg("--mainline")
    ));
    assert!(line_of("told", told("told", true), in_request()));
}

#[test]
fn a_side_run_alone_has_no_level_and_cannot_be_a_baseline() {
    let stack = Stack::start();
    let file = report_file(
        stack.folder(),
        "one.json",
        run_of("alone", "abc123", 0.9).to_string(),
    );
    let pushed = stack
        .push()
        .arg(file)
        .args(["--side-run", "--verify", "--format", "json"])
        .run()
        .success()
        .json();
    assert_eq!(pushed["verified"]["agree"], json!(1));
    let id = pushed["runs"][0]["id"].as_str().expect("an id").to_owned();

    assert_eq!(
        stack
            .rest()
            .rows("benchmark_snapshots?select=transaction_id")
            .len(),
        0
    );
    stack
        .push()
        .args(["check", &id])
        .run()
        .success()
        .says("no run of the main line to hold it against");
    stack
        .push()
        .args(["baseline", "set", &id])
        .run()
        .ends_with(4)
        .says("is a side run");
}

#[test]
fn a_branch_is_compared_with_the_main_line_and_leaves_out_what_is_retracted() {
    let stack = Stack::start();
    main_line(&stack, "branched");
    for (commit, f1) in [("feed5", 0.5), ("feed6", 0.9), ("feed7", 0.1)] {
        let text = run_of("branched", commit, f1).to_string();
        let file = report_file(stack.folder(), "pr.json", text);
        let push = stack.push().arg(file);
        push.args(["--side-run", "--branch-name", "fix"])
            .run()
            .success();
    }
    let compared = |b: &str| {
        let compare = stack.push().args(["compare", "branched", b]);
        compare.args(["--format", "json"]).run().json()
    };
    let commit_of =
        |found: &Value| found["comparisons"][0]["current"]["runs"][0]["commit_sha"].clone();

    assert_eq!(commit_of(&compared("branch=fix")), json!("feed7"));
    let newest = stack
        .rest()
        .rows("benchmark_transactions?select=id&commit_sha=eq.feed7");
    let id = newest[0]["id"].as_str().expect("an id");
    let retract = stack.push().args(["retract", id, "--reason", "a mistake"]);
    retract.run().success();

    assert_eq!(commit_of(&compared("branch=fix")), json!("feed6"));
    assert_eq!(commit_of(&compared("commit=feed7")), Value::Null);
    assert_eq!(commit_of(&compared(id)), json!("feed7"));
    assert_eq!(commit_of(&compared("branch=none")), Value::Null);
    // The newest of the model is that of the main line.
    assert_eq!(commit_of(&compared("model=branched")), json!("000001d"));
}

#[test]
fn the_newest_run_of_a_tag_becomes_the_baseline_however_many_have_it_and_no_side_run_does() {
    let stack = Stack::start();
    let mut runs: Vec<Value> = (0..30)
        .map(|place| {
            let mut run = run_of("alpha", &format!("{place:07x}"), 0.9);
            run["created_at"] = json!(format!("2026-02-01T{:02}:{:02}:00Z", place / 2, place % 2));
            run["tags"] = json!(["nightly"]);
            run
        })
        .collect();
    let mut side = run_of("alpha", "fade123", 0.5);
    side["created_at"] = json!("2026-02-02T00:00:00Z");
    side["tags"] = json!(["nightly"]);
    side["is_mainline"] = json!(false);
    runs.push(side);
    let file = report_file(stack.folder(), "tagged.jsonl", json_lines(runs));
    stack.push().arg(file).run().success();

    let set = stack.push().args([
        "baseline",
        "set",
        "--model-version",
        "alpha",
        "--tag",
        "nightly",
        "--latest",
        "--format",
        "json",
    ]);
    let set = set.run().success().json();
    let id = set["baseline"]["transaction_id"].as_str().expect("an id");
    let run = stack
        .rest()
        .rows(&format!("benchmark_transactions?id=eq.{id}"));
    assert_eq!(run[0]["version"], 30, "{set}");
}

#[test]
fn a_model_on_one_side_is_meant_on_the_other_and_a_run_is_named_by_its_first_digits() {
    let stack = Stack::start();
    let runs = ["alpha", "beta"].into_iter().flat_map(|model| {
        let mut side = run_of(model, "fade123", 0.8);
        side["branch_name"] = json!("topic");
        side["is_mainline"] = json!(false);
        [run_of(model, "cafe123", 0.9), side]
    });
    let file = report_file(stack.folder(), "runs.jsonl", json_lines(runs));
    let pushed = stack.push().arg(file).args(["--format", "json"]).run();
    let pushed = pushed.success().json();
    let compared = |a: &str, b: &str| {
        let compare = stack.push().args(["compare", a, b, "--format", "json"]);
        compare.run().json()
    };

    for (a, b) in [("alpha", "branch=topic"), ("alpha", "fade123")] {
        let found = compared(a, b);
        let pairs = found["comparisons"].as_array().expect("a list").len();
        assert_eq!(pairs, 1, "{found}");
        assert!(!found.to_string().contains("beta"), "{found}");
    }
    let digits =
        |place: usize| pushed["runs"][place]["id"].as_str().expect("an id")[..9].to_owned();
    let found = compared(&digits(0), &digits(1));
    assert_eq!(
        found["comparisons"].as_array().map(Vec::len),
        Some(1),
        "{found}"
    );
}
