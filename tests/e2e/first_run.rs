//! The README's steps: from its sample to the numbers on the dashboard.

use bench_tests::{Browser, Push, Stack, dashboard, project};
use serde_json::json;

#[test]
fn the_readmes_sample_is_pushed_with_its_command_and_seen_on_the_dashboard() {
    let stack = Stack::start();
    let sample = project().join("benchmarks/sample_benchmark_results.json");

    let push = stack.push().arg("--input").arg(&sample);
    push.args(["--environment", "production", "--commit-sha", "abc1234"])
        .run()
        .success();

    let browser = Browser::start();
    browser.open(&stack.url());
    for number in ["medgemma-v1.2", "0.895", "412"] {
        browser.wait_for(number);
    }
}

#[test]
fn every_committed_run_is_valid_and_stored() {
    let stack = Stack::start();
    let files = project().join("benchmarks/runs/*_benchmark_results.json");

    let push = stack
        .push()
        .report(files)
        .args(["--verify", "--format", "json"])
        .run()
        .success();

    let stored = push.json()["stored"].as_u64().expect("`stored` is a count");
    assert!(
        stored >= 200,
        "at least 200 measured runs are committed, {stored} were stored"
    );
    assert_eq!(
        stack
            .postgres()
            .one("select count(*) from public.benchmark_transactions"),
        stored.to_string()
    );
}

#[test]
fn a_report_comes_from_standard_input_as_well() {
    let stack = Stack::start();

    let push = stack
        .push()
        .report("-")
        .stdin(bench_tests::report("piped", 0.9).to_string());
    push.run().success();

    assert_eq!(
        stack
            .rest()
            .rows("benchmark_transactions?select=model_version"),
        [json!({"model_version": "piped"})]
    );
}

#[test]
fn a_dry_run_needs_no_server_and_no_key() {
    let sample = project().join("benchmarks/sample_benchmark_results.json");

    Push::new()
        .report(sample)
        .arg("--dry-run")
        .run()
        .success()
        .says("medgemma-v1.2");
}

#[test]
fn github_actions_gets_its_outputs_and_an_appended_summary() {
    let stack = Stack::start();
    let sample = project().join("benchmarks/sample_benchmark_results.json");
    let (output, summary) = (
        stack.folder().join("output"),
        stack.folder().join("summary.md"),
    );
    std::fs::write(&summary, "before\n").expect("the folder is ours");

    let push = stack.push().report(sample);
    push.env("GITHUB_OUTPUT", &output)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run()
        .success();

    let output = std::fs::read_to_string(output).expect("the outputs are written");
    let result = output
        .lines()
        .find_map(|line| line.strip_prefix("result="))
        .expect("`result` is there");
    let result: serde_json::Value = serde_json::from_str(result).expect("`result` is JSON");
    let run = &stack
        .rest()
        .rows("benchmark_transactions?select=id,commit_sha,model_version,environment")[0];
    assert_eq!(result["success"], true);
    assert_eq!(result["transaction_id"], run["id"]);
    for name in ["commit_sha", "model_version", "environment"] {
        assert_eq!(result[name], run[name]);
    }
    assert!(result["timestamp"].is_string());
    assert!(
        output.contains("stored=1\n") && output.contains("duplicates=0\n"),
        "{output}"
    );
    assert!(
        output.contains(run["id"].as_str().expect("an id is text")),
        "`run-ids` holds the id: {output}"
    );

    let summary = std::fs::read_to_string(summary).expect("the summary is written");
    assert!(
        summary.starts_with("before\n") && summary.contains("medgemma-v1.2"),
        "{summary}"
    );
}

#[test]
fn the_dashboard_is_built() {
    // `Stack` checks this too; here it is a test with its own name.
    assert!(dashboard().join("index.html").is_file());
}
