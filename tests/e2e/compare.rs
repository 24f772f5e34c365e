//! `bench-push compare` with real rows: the selected runs and the output.

use bench_tests::{Stack, json_lines, report, report_file};
use serde_json::{Value, json};

/// A run of the same 60 items, of which `right` are right.
fn answers(model: &str, prompt: &str, commit: &str, right: u32) -> Value {
    let values: Vec<u8> = (0..60)
        .map(|item| u8::from((item * 7_u32) % 60 < right))
        .collect();
    let mut report = report(model, 0.9);
    report["prompt_version"] = json!(prompt);
    report["commit_sha"] = json!(commit);
    report["metrics"] = json!({"accuracy": f64::from(right) / 60.0});
    report["metric_stats"] = json!({"accuracy": {"values": values}});
    report
}

#[test]
fn a_worse_model_ends_with_1_and_the_same_one_with_0() {
    let stack = Stack::start();
    let reports = [
        answers("old", "p1", "aaaaaaa1", 57),
        answers("old", "p2", "aaaaaaa1", 57),
        answers("new", "p1", "bbbbbbb2", 40),
        answers("new", "p2", "bbbbbbb2", 57),
    ];
    let file = report_file(stack.folder(), "runs.jsonl", json_lines(reports));
    stack
        .push()
        .args(["--environment", "local", "--input"])
        .arg(file)
        .run()
        .success();

    // A publishable key is enough, and equal prompts are paired.
    let compare = |arguments: &[&str]| stack.push().arg("compare").args(arguments).run();
    let worse = compare(&["old", "new", "--primary", "accuracy", "--format", "json"]).ends_with(1);
    let found = worse.json();
    let comparisons = found["comparisons"].as_array().expect("pairs");
    assert_eq!(comparisons.len(), 2, "{found:#}");
    let kinds: Vec<(&str, &str)> = comparisons
        .iter()
        .map(|pair| {
            assert_eq!(
                pair["baseline"]["prompt_version"],
                pair["current"]["prompt_version"]
            );
            let metric = &pair["metrics"][0];
            assert_eq!(metric["method"], "mcnemar");
            let prompt = pair["current"]["prompt_version"]
                .as_str()
                .expect("a prompt");
            (
                prompt,
                metric["verdict"]["kind"].as_str().expect("a verdict"),
            )
        })
        .collect();
    assert!(kinds.contains(&("p1", "regressed")), "{kinds:?}");
    assert!(
        kinds
            .iter()
            .all(|(prompt, kind)| *prompt == "p1" || *kind != "regressed"),
        "{kinds:?}"
    );

    compare(&[
        "commit=aaaaaaa1,prompt=p1",
        "bbbbbbb2",
        "--prompt-version",
        "p1",
    ])
    .ends_with(1)
    .says("accuracy fell");
    compare(&["old", "new", "--prompt-version", "p2"]).success();
    compare(&["new", "old", "--prompt-version", "p1"])
        .success()
        .says("improved");
    compare(&["old", "never-ran"])
        .ends_with(2)
        .says("there is no run that matches `never-ran`");
}

#[test]
fn a_run_is_unchanged_against_itself_and_a_lost_metric_is_no_green_silence() {
    let stack = Stack::start();
    let with = |model: &str, metrics: Value| {
        let mut report = report(model, 0.9);
        report["metrics"] = metrics;
        report
    };
    let reports = [
        with("whole", json!({"f1": 0.9, "recall": 0.8, "tokens": 7})),
        with("lost", json!({"recall": 0.8, "latency_ms": 400})),
    ];
    let file = report_file(stack.folder(), "runs.jsonl", json_lines(reports));
    stack
        .push()
        .args([
            "--environment",
            "local",
            "--commit-sha",
            "abc1234",
            "--input",
        ])
        .arg(file)
        .run()
        .success();
    let compare = |arguments: &[&str]| stack.push().arg("compare").args(arguments).run();

    compare(&["whole", "whole"])
        .success()
        .says("unchanged  f1 is 0.9 on both sides, which are the same run");

    compare(&["whole", "lost"])
        .ends_with(1)
        .says("missing    f1: A has it (0.9), B lacks it")
        .says("new        latency_ms: A lacks it, B has it (400)")
        .says("f1 of A is missing from B, so the comparison fails");
    let found = compare(&["whole", "lost", "--primary", "recall", "--format", "json"]);
    let found = found.success().json();
    let unshared = &found["comparisons"][0]["unshared"];
    assert_eq!(
        (
            &unshared[0]["metric"],
            &unshared[0]["is_missing"],
            &unshared[0]["is_required"]
        ),
        (&json!("f1"), &json!(true), &json!(false))
    );
    compare(&["whole", "lost", "--metric", "tokens"]).ends_with(1);
    compare(&["lost", "whole"]).success();
}
