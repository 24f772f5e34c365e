//! The action runs to its end, in a clean environment: it stores, judges, comments and completes the
//! check run, also when a step fails.

use std::fs;
use std::path::PathBuf;

use bench_tests::{
    Action, ActionRun, GithubApi, Stack, bench_push, json_lines, report_file, typed,
};
use serde_json::json;

const COMMIT: &str = "89abcdef0123456789abcdef0123456789abcdef";

struct Workflow {
    stack: Stack,
    github: GithubApi,
    event: PathBuf,
}

impl Workflow {
    fn new() -> Self {
        let stack = Stack::start();
        let nights = (0..20_u8).map(|night| {
            json!({
                "model_version": "m", "dataset_version": "d", "prompt_version": "p",
                "environment": "github-actions", "commit_sha": format!("{night:07x}"),
                "created_at": format!("2026-03-{:02}T02:00:00Z", 1 + night),
                "metrics": {"f1": 0.9 + f64::from(night % 5) * 0.001},
            })
        });
        let file = report_file(stack.folder(), "nights.jsonl", json_lines(nights));
        stack.push().arg("push").arg(file).run().success();
        let event = stack.folder().join("event.json");
        let told = json!({
            "pull_request": {"number": 7, "head": {"sha": COMMIT}}, "repository": {"default_branch": "main"},
        });
        fs::write(&event, told.to_string()).expect("the folder is ours");
        Self {
            stack,
            github: GithubApi::start(),
            event,
        }
    }

    fn run(&self, report: &str, more: &[(&str, &str)]) -> ActionRun {
        fs::write(self.stack.folder().join("results.json"), report).expect("the folder is ours");
        let (url, secret) = (self.stack.url(), &self.stack.keys().secret);
        let program = bench_push().display().to_string();
        let mut with = vec![
            ("input", "results.json"),
            ("supabase-url", url.as_str()),
            ("supabase-key", secret.as_str()),
            ("bench-push", program.as_str()),
            ("comment", "true"),
            ("check-run", "Benchmarks"),
            ("dashboard", "https://bench.example.com/"),
        ];
        with.extend(more);
        let (api, event) = (self.github.url(), self.event.display().to_string());
        let variables = [
            ("GITHUB_TOKEN", GithubApi::TOKEN),
            ("GITHUB_API_URL", api.as_str()),
            ("GITHUB_EVENT_NAME", "pull_request"),
            ("GITHUB_EVENT_PATH", event.as_str()),
            ("GITHUB_REPOSITORY", "team/models"),
            ("GITHUB_SHA", COMMIT),
            ("GITHUB_RUN_ID", "17"),
        ];
        Action::read().run(self.stack.folder(), &with, &variables)
    }
}

fn report(f1: f64, minute: u8) -> String {
    json!({
        "model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": f1},
        "created_at": format!("2026-04-01T10:{minute:02}:00Z"),
    })
    .to_string()
}

#[test]
fn a_pull_request_is_stored_judged_commented_and_checked() {
    let workflow = Workflow::new();

    let good = workflow.run(&report(0.902, 1), &[]);
    assert!(good.is_success, "{}", good.log);
    assert_eq!(
        (&*good.outputs["verdict"], &*good.outputs["regressions"]),
        ("passed", "0")
    );
    assert_eq!(good.outputs["stored"], "1");
    assert_eq!(
        good.outputs["dashboard-url"],
        format!("https://bench.example.com/runs?search={COMMIT}")
    );
    let verdicts = fs::read_to_string(&good.outputs["report-path"]).expect("a file");
    assert!(
        verdicts.starts_with("### ✅ Benchmark: nothing regressed"),
        "{verdicts}"
    );
    assert!(
        good.summary.contains("Benchmark: nothing regressed"),
        "{}",
        good.summary
    );

    let bad = workflow.run(&report(0.7, 2), &[]);
    assert!(!bad.is_success, "{}", bad.log);
    assert_eq!(
        (&*bad.outputs["verdict"], &*bad.outputs["regressions"]),
        ("failed", "1")
    );

    let lenient = workflow.run(&report(0.71, 3), &[("fail", "false")]);
    assert!(lenient.is_success, "{}", lenient.log);
    assert_eq!(lenient.outputs["verdict"], "failed");

    let played = workflow.github.played();
    assert_eq!(played.comments.len(), 1);
    let conclusions: Vec<_> = played
        .check_runs
        .iter()
        .map(|run| &run["conclusion"])
        .collect();
    assert_eq!(conclusions, ["success", "failure", "failure"]);
    for log in [&good.log, &bad.log, &lenient.log] {
        assert!(!log.contains(&workflow.stack.keys().secret) && !log.contains(GithubApi::TOKEN));
    }
}

#[test]
fn a_report_that_is_refused_completes_the_check_run_as_failed() {
    let workflow = Workflow::new();

    let run = workflow.run("nonsense", &[]);

    assert!(!run.is_success);
    let played = workflow.github.played();
    assert_eq!(played.check_runs[0]["conclusion"], "failure");
    assert_eq!(
        played.check_runs[0]["output"]["title"],
        "the benchmark ended without a verdict"
    );
    assert!(played.comments.is_empty());
}

#[test]
fn a_dry_run_needs_neither_key_nor_token() {
    let workflow = Workflow::new();

    let run = workflow.run(
        &report(0.5, 1),
        &[
            ("dry-run", "true"),
            ("supabase-key", ""),
            ("github-token", ""),
        ],
    );

    assert!(run.is_success, "{}", run.log);
    assert_eq!(workflow.stack.runs(), 20);
    assert!(workflow.github.played().requests.is_empty());
}

#[test]
fn every_input_and_output_has_a_type() {
    let action = Action::read();

    assert_eq!((action.inputs(), action.outputs()), typed());
}
