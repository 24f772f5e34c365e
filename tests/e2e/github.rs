//! A check tells a pull request: one comment and one check run, whatever happens.

use std::fs;
use std::path::PathBuf;

use bench_tests::{GithubApi, Push, Stack, json_lines, report_file};
use serde_json::{Value, json};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// A project with 30 quiet nights and a pull request.
struct Team {
    stack: Stack,
    github: GithubApi,
    event: PathBuf,
}

impl Team {
    fn new() -> Self {
        let stack = Stack::start();
        let nights = (0..30_u8).map(|night| {
            json!({
                "model_version": "m", "dataset_version": "d", "prompt_version": "p",
                "environment": "github-actions", "commit_sha": format!("{night:07x}"),
                "created_at": format!("2026-03-{:02}T02:00:00Z", 1 + night),
                "metrics": {"f1": 0.9 + f64::from(night % 5) * 0.001, "latency_ms": 400.0 + f64::from(night % 7)},
            })
        });
        let file = report_file(stack.folder(), "nights.jsonl", json_lines(nights));
        stack.push().arg("push").arg(file).run().success();
        let event = stack.folder().join("event.json");
        let team = Self {
            stack,
            github: GithubApi::start(),
            event,
        };
        team.set_event(&json!({
            "pull_request": {"number": 7, "head": {"sha": COMMIT}}, "repository": {"default_branch": "main"},
        }));
        team
    }

    fn set_event(&self, event: &Value) {
        fs::write(&self.event, event.to_string()).expect("the folder is ours");
    }

    /// A call in a job of the pull request.
    fn job(&self) -> Push {
        self.stack
            .push()
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_EVENT_NAME", "pull_request")
            .env("GITHUB_EVENT_PATH", &self.event)
            .env("GITHUB_REPOSITORY", "team/models")
            .env("GITHUB_SHA", "ffffffffffffffff")
            .env("GITHUB_RUN_ID", "17")
            .env("GITHUB_API_URL", self.github.url())
            .env("GITHUB_TOKEN", GithubApi::TOKEN)
    }

    /// Pushes a run of the pull request.
    fn pushes(&self, minute: u8, metrics: &Value, model: &str) {
        let report = json!([{
            "model_version": model, "dataset_version": "d", "prompt_version": "p", "metrics": metrics,
            "created_at": format!("2026-04-01T10:{minute:02}:00Z"),
        }]);
        let file = report_file(self.stack.folder(), "pr.json", report.to_string());
        self.job().arg("push").arg(file).run().success();
    }

    fn check(&self) -> Push {
        let both = ["check", "--github-comment", "--github-check", "Benchmarks"];
        self.job().args(both)
    }
}

#[test]
fn one_comment_says_what_became_of_the_pull_request_and_is_rewritten_in_place() {
    let team = Team::new();
    team.job()
        .args(["github", "begin"])
        .run()
        .success()
        .says("in progress");
    assert_eq!(team.github.played().check_runs[0]["status"], "in_progress");
    assert_eq!(team.github.played().check_runs[0]["head_sha"], COMMIT);

    team.pushes(1, &json!({"f1": 0.70, "latency_ms": 403.0}), "m");
    team.github.played().requests.clear();
    team.check()
        .run()
        .ends_with(1)
        .says("commented: https://github.com/team/models/pull/7");

    {
        let played = team.github.played();
        let body = played.comments[0]["body"].as_str().expect("text");
        assert!(body.contains("f1 −0.2"), "{body}");
        assert!(body.contains("**Next:**"), "{body}");
        assert!(body.contains("| **regressed** | f1 |"), "{body}");
        assert_eq!(played.check_runs.len(), 1);
        assert_eq!(played.check_runs[0]["conclusion"], "failure");
        // The comments, the new one; the check run, its end: none too many.
        assert_eq!(played.requests.len(), 4, "{:?}", played.requests);
    }

    team.pushes(2, &json!({"f1": 0.902, "latency_ms": 403.0}), "m");
    team.check()
        .run()
        .success()
        .says("comment brought up to date");

    let played = team.github.played();
    assert_eq!(played.comments.len(), 1);
    let body = played.comments[0]["body"].as_str().expect("text");
    assert!(body.contains("nothing regressed"), "{body}");
    assert_eq!(played.check_runs[0]["conclusion"], "success");
}

#[test]
fn a_benchmark_that_died_leaves_no_check_run_in_progress() {
    let team = Team::new();
    team.job().args(["github", "begin"]).run().success();
    team.job()
        .args(["github", "end"])
        .run()
        .success()
        .says("without a verdict");
    assert_eq!(team.github.played().check_runs[0]["conclusion"], "failure");

    // After a verdict it changes nothing.
    team.job().args(["github", "begin"]).run().success();
    team.pushes(1, &json!({"f1": 0.901, "latency_ms": 402.0}), "m");
    team.check().run().success();
    team.job()
        .args(["github", "end"])
        .run()
        .success()
        .says("is completed");
    assert_eq!(team.github.played().check_runs[1]["conclusion"], "success");

    // A check that can't be made completes it too.
    team.job().args(["github", "begin"]).run().success();
    team.stack.stop();
    let down = team.check().args(["--attempts", "1"]).run();
    down.ends_with(5)
        .says("check run `Benchmarks`: the runs could not be judged");
    assert_eq!(team.github.played().check_runs[2]["conclusion"], "failure");
}

#[test]
fn a_comment_of_somebody_else_with_our_marker_is_left_alone() {
    let team = Team::new();
    {
        let mut played = team.github.played();
        let foreign =
            |id: usize, body: &str| json!({"id": id, "body": body, "user": {"login": "mallory"}});
        played.comments = (1..=150).map(|id| foreign(id, "hello")).collect();
        played.comments.push(foreign(
            151,
            "<!-- bench-push:check -->\nall is well, merge me",
        ));
    }
    team.pushes(1, &json!({"f1": 0.70, "latency_ms": 403.0}), "m");

    team.check().run().ends_with(1).says("commented");

    let played = team.github.played();
    assert_eq!(played.comments.len(), 152);
    assert!(
        played.comments[151]["body"]
            .as_str()
            .expect("text")
            .contains("regressed")
    );
    assert_eq!(
        played.comments[150]["body"],
        "<!-- bench-push:check -->\nall is well, merge me"
    );
}

#[test]
fn the_pull_request_of_a_fork_is_found_by_its_newest_commit() {
    let team = Team::new();
    team.pushes(1, &json!({"f1": 0.901, "latency_ms": 403.0}), "m");
    team.set_event(&json!({
        "workflow_run": {"head_sha": COMMIT, "event": "pull_request", "pull_requests": []},
        "repository": {"default_branch": "main"},
    }));
    let check = || team.check().env("GITHUB_EVENT_NAME", "workflow_run");

    check()
        .run()
        .success()
        .says("no open pull request ends with this commit");
    assert!(team.github.played().comments.is_empty());

    team.github.played().pulls_of_commit = vec![
        json!({"number": 3, "state": "closed", "head": {"sha": COMMIT}}),
        json!({"number": 7, "state": "open", "head": {"sha": COMMIT}}),
    ];
    check().run().success().says("commented");
    assert_eq!(team.github.played().comments.len(), 1);
}

#[test]
fn github_that_refuses_or_postpones_changes_no_verdict() {
    let team = Team::new();
    team.pushes(1, &json!({"f1": 0.70, "latency_ms": 403.0}), "m");

    team.check()
        .without("GITHUB_TOKEN")
        .run()
        .ends_with(1)
        .says("warning: no comment on GitHub: `GITHUB_TOKEN` is not set")
        .says("the job of a fork");
    team.github.played().refuse = Some(403);
    team.check()
        .run()
        .ends_with(1)
        .says("GitHub answered 403")
        .says("permissions:");
    team.github.played().refuse = None;
    team.check()
        .env("GITHUB_API_URL", "http://api.example.com")
        .run()
        .ends_with(1)
        .says("wanted an address that begins with https://");
    assert!(team.github.played().comments.is_empty());

    team.github.played().postpone = 2;
    team.check().run().ends_with(1).says("commented");
}

#[test]
fn a_hostile_report_is_harmless_in_comment_summary_and_annotations() {
    let team = Team::new();
    let hostile = "x|</details><img src=x onerror=a()> ::error::@all [a](https://evil.example) `${{ secrets.K }}`";
    let metrics = json!({"f1": 0.5, hostile: 1.0, "a%0A::stop-commands::x": 2.0});
    team.pushes(1, &metrics, &hostile.replace('\n', " "));
    let summary = team.stack.folder().join("summary.md");

    let run = team
        .check()
        .args(["--all", "--format", "github"])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .run();
    let said = run.all();

    let comment = team.github.played().comments[0]["body"]
        .as_str()
        .expect("text")
        .to_owned();
    let summary = fs::read_to_string(summary).expect("the check writes it");
    for text in [&comment, &summary] {
        for markup in ["<img", "@all", "[a](", "\u{1b}", "${{"] {
            assert!(!text.contains(markup), "{markup} in {text}");
        }
        assert!(!text.contains(&team.stack.keys().secret) && !text.contains(GithubApi::TOKEN));
        assert_eq!(
            text.matches("</details>").count(),
            text.matches("<details>").count()
        );
    }
    for line in said.lines() {
        let is_ours = ["::error title=", "::warning title=", "::notice title="];
        assert!(
            !line.starts_with("::") || is_ours.iter().any(|ours| line.starts_with(ours)),
            "{line}"
        );
    }
    assert!(!said.contains('\u{1b}') && !said.contains(GithubApi::TOKEN));
}
