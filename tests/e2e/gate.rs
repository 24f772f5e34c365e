//! The gate file decides what a verdict does, and every output says which line did.

use std::fs;
use std::path::Path;

use bench_tests::{Push, Stack, json_lines, report_file};
use serde_json::{Value, json};

/// Twenty quiet nights, then three with a lower F1 and a higher latency.
fn regressed(stack: &Stack) {
    let night = |night: u8| {
        let is_bad = night >= 20;
        json!({
            "model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "local",
            "commit_sha": format!("{night:07x}"), "created_at": format!("2026-03-{:02}T02:00:00Z", 1 + night),
            "metrics": {
                "f1": if is_bad { 0.8 } else { 0.9 } + f64::from(night % 5) * 0.001,
                "latency_ms": if is_bad { 500.0 } else { 400.0 } + f64::from(night % 7),
            },
        })
    };
    let nights: Vec<Value> = (0..23).map(night).collect();
    let file = report_file(stack.folder(), "nights.jsonl", json_lines(nights));
    stack.push().arg("push").arg(file).run().success();
}

fn gate(folder: &Path, text: &str) {
    fs::write(folder.join("bench.toml"), text).expect("the folder is ours");
}

fn check(stack: &Stack) -> Push {
    stack
        .push()
        .current_dir(stack.folder())
        .args(["check", "--model-version", "m"])
}

#[test]
fn a_regression_fails_warns_or_is_ignored_as_the_file_says() {
    let stack = Stack::start();
    regressed(&stack);
    check(&stack).run().ends_with(1).says("2 metrics regressed");

    gate(
        stack.folder(),
        "[[metric]]\nname = \"latency_*\"\nseverity = \"warn\"\n",
    );
    check(&stack)
        .run()
        .ends_with(1)
        .says("only warns (bench.toml, line 3)")
        .says("2 metrics regressed; the gate file lets 1 of them pass");

    let ignore = "[[metric]]\nname = \"*\"\nseverity = \"ignore\"\nuntil = 2999-12-31\nreason = \"a new runner\"\nowner = \"@ana\"\n";
    gate(stack.folder(), ignore);
    let json = check(&stack).args(["--format", "json"]).run();
    let json = json.success().json();
    assert_eq!(
        (&json["regressed"], &json["consequence"]),
        (&json!(2), &json!("pass"))
    );
    assert_eq!(json["gate"]["file"], "bench.toml");
    let note = json["runs"][0]["metrics"][0]["gate_note"]
        .as_str()
        .expect("a note");
    assert_eq!(
        note,
        "ignored until 2999-12-31, @ana: a new runner (bench.toml, line 2)"
    );

    gate(stack.folder(), &ignore.replace("2999", "2025"));
    check(&stack).run().ends_with(1).says("that is over");
    check(&stack).arg("--no-gate").run().ends_with(1);

    // 11 % of F1 and 25 % of the latency are less than a margin of 30 %, which is what the team acts on.
    gate(stack.folder(), "margin = 0.3\n");
    check(&stack).run().success();
    gate(
        stack.folder(),
        "margin = 0.3\n[[metric]]\nname = \"latency_ms\"\nmargin = 0.2\n",
    );
    check(&stack).run().ends_with(1).says("1 metric regressed");
    check(&stack)
        .args(["--threshold", "0.05"])
        .run()
        .ends_with(1);
}

#[test]
fn a_required_metric_that_no_run_ever_had_fails_the_check() {
    let stack = Stack::start();
    regressed(&stack);
    gate(
        stack.folder(),
        "[[metric]]\nname = \"*\"\nseverity = \"warn\"\n[[metric]]\nname = \"recall\"\nseverity = \"fail\"\nrequired = true\n",
    );

    check(&stack)
        .run()
        .ends_with(1)
        .says("the check fails without it: bench.toml, line 7")
        .says("no earlier run has it");
}

#[test]
fn a_mistake_in_the_file_is_told_with_its_line_and_judges_nothing() {
    let stack = Stack::start();
    regressed(&stack);
    gate(stack.folder(), "\n[[metric]]\nname = \"f1\"\nmargn = 0.1\n");

    check(&stack)
        .run()
        .ends_with(2)
        .says("bench.toml`, line 4")
        .says("margn");
    // What was pushed stays pushed.
    let file = report_file(
        stack.folder(),
        "one.json",
        bench_tests::report("m", 0.9).to_string(),
    );
    stack
        .push()
        .current_dir(stack.folder())
        .report(file)
        .arg("--check")
        .run()
        .ends_with(2)
        .says("stored run");
}

#[test]
fn what_holds_is_explained_without_a_server() {
    let stack = Stack::start();
    gate(
        stack.folder(),
        "uncertain = \"warn\"\n[[metric]]\nname = \"lat*\"\nmargin = 0.1\nseverity = \"warn\"\n",
    );

    Push::new()
        .current_dir(stack.folder())
        .args(["gate", "explain", "latency_ms", "f1"])
        .run()
        .success()
        .says("line 4, for lat*")
        .says("line 1, for every metric")
        .says("A regression warns, and the check passes.")
        .says("A regression fails the check.");
}

#[test]
fn every_format_says_the_same() {
    let stack = Stack::start();
    regressed(&stack);
    gate(
        stack.folder(),
        "[[metric]]\nname = \"latency_*\"\nseverity = \"warn\"\n",
    );
    let of = |format: &str| {
        let run = check(&stack).args(["--format", format]).run();
        run.ends_with(1).out().to_owned()
    };

    let junit = of("junit");
    assert!(junit.contains("failures=\"1\""), "{junit}");
    assert!(
        junit.contains("<skipped message=\"only warns (bench.toml, line 3)\""),
        "{junit}"
    );
    let sarif: Value = serde_json::from_str(&of("sarif")).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let levels: Vec<&Value> = results.iter().map(|result| &result["level"]).collect();
    assert_eq!(levels, ["error", "warning"]);
    let github = of("github");
    assert!(
        github.starts_with("::error title=f1 regressed%3A"),
        "{github}"
    );
    assert!(
        github.contains("\n::warning title=latency_ms regressed%3A"),
        "{github}"
    );
    let markdown = of("markdown");
    assert!(
        markdown.starts_with("### ❌ Benchmark: 2 metrics regressed, first f1 −0.101"),
        "{markdown}"
    );
    assert!(markdown.contains("gate bench.toml ("), "{markdown}");
}

#[test]
fn a_run_can_be_held_against_a_branch_or_a_commit() {
    let stack = Stack::start();
    let run = |branch: &str, commit: &str, minute: u8, right: usize| {
        let values: Vec<u8> = (0..60).map(|item| u8::from(item < right)).collect();
        json!({
            "model_version": "m", "dataset_version": "d", "prompt_version": "p", "environment": "local",
            "branch_name": branch, "commit_sha": commit, "is_mainline": branch == "main",
            "created_at": format!("2026-03-01T02:{minute:02}:00Z"),
            "metrics": {"accuracy": f64::from(u8::try_from(right).expect("small")) / 60.0},
            "metric_stats": {"accuracy": {"values": values}},
        })
    };
    let runs = [
        run("main", "aaaaaaa1", 1, 57),
        run("main", "bbbbbbb2", 2, 40),
        run("try/this", "ccccccc3", 3, 41),
    ];
    let file = report_file(stack.folder(), "runs.jsonl", json_lines(runs));
    stack.push().arg("push").arg(file).run().success();
    let check = |base: &str| {
        let run = stack
            .push()
            .args(["check", "--commit-sha", "ccccccc3", "--all", "--base", base]);
        run.run()
    };

    check("main")
        .success()
        .says("at bbbbbbb2, the newest of main")
        .says("bbbbbbb");
    check("aaaaaaa1")
        .ends_with(1)
        .says("at aaaaaaa1, the newest of aaaaaaa1")
        .says("regressed");
    check("try/other")
        .ends_with(2)
        .says("no run of the branch or commit try/other");
}
