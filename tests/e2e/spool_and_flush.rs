//! If the server is unreachable, nothing is lost and nothing is stored twice.

use std::thread;
use std::time::Duration;

use bench_tests::{CutOffProxy, Stack, report, report_file};
use serde_json::json;
use tempfile::TempDir;

/// The server was not reached.
const NOT_REACHED: i32 = 5;

#[test]
fn runs_wait_in_the_spool_while_the_server_is_down_and_flush_sends_each_once() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    let file = report_file(
        stack.folder(),
        "reports.json",
        json!([report("first", 0.9), report("second", 0.8)]).to_string(),
    );
    stack.stop();

    let push =
        stack
            .push()
            .home(home.path())
            .report(&file)
            .args(["--run-id", "1", "--attempts", "2"]);
    push.run().ends_with(NOT_REACHED).says("bench-push flush");

    stack.start_again();
    stack.push().home(home.path()).arg("flush").run().success();
    assert_eq!(stack.runs(), 2);

    // Neither a second flush nor a repeated push changes anything.
    stack.push().home(home.path()).arg("flush").run().success();
    stack
        .push()
        .home(home.path())
        .report(&file)
        .args(["--run-id", "1"])
        .run()
        .success();
    assert_eq!(stack.runs(), 2);
}

#[test]
fn a_flush_that_is_killed_half_way_loses_nothing_and_repeats_nothing() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    stack.stop();
    let spooled = 12;
    for run in 0..spooled {
        let file = report_file(
            stack.folder(),
            "report.json",
            report("killed", 0.9).to_string(),
        );
        let run = run.to_string();
        let push =
            stack
                .push()
                .home(home.path())
                .report(file)
                .args(["--run-id", &run, "--attempts", "1"]);
        push.run().ends_with(NOT_REACHED);
    }
    stack.start_again();

    for pause in [3, 6, 12, 25] {
        let flush = stack.push().home(home.path()).arg("flush").spawn();
        thread::sleep(Duration::from_millis(pause));
        flush.kill();
    }
    stack.push().home(home.path()).arg("flush").run().success();

    assert_eq!(stack.runs(), spooled);
}

#[test]
fn two_flushes_at_once_send_each_run_once() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    stack.stop();
    for run in 0..4 {
        let file = report_file(
            stack.folder(),
            "report.json",
            report("both", 0.9).to_string(),
        );
        let run = run.to_string();
        let push =
            stack
                .push()
                .home(home.path())
                .report(file)
                .args(["--run-id", &run, "--attempts", "1"]);
        push.run().ends_with(NOT_REACHED);
    }
    stack.start_again();

    let flushes: Vec<_> = (0..2)
        .map(|_| stack.push().home(home.path()).arg("flush").spawn())
        .collect();
    for flush in flushes {
        flush.outcome().success();
    }

    assert_eq!(stack.runs(), 4);
}

#[test]
fn a_run_whose_answers_were_all_lost_is_spooled_and_still_stored_once() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    let proxy = CutOffProxy::start(stack.port(), 100);
    let file = report_file(
        stack.folder(),
        "report.json",
        report("lost", 0.9).to_string(),
    );

    let push = stack
        .push()
        .home(home.path())
        .env("SUPABASE_URL", proxy.url());
    push.report(file)
        .args(["--run-id", "1", "--attempts", "2"])
        .run()
        .ends_with(NOT_REACHED);
    assert_eq!(stack.runs(), 1, "the server has it, the CLI cannot know");

    stack
        .push()
        .home(home.path())
        .env("SUPABASE_URL", stack.url())
        .arg("flush")
        .run()
        .success();
    assert_eq!(stack.runs(), 1);
}

#[test]
fn a_spooled_run_whose_key_is_taken_by_another_run_is_set_aside_and_the_others_are_sent() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    let both = json!([report("taken", 0.9), report("free", 0.8)]).to_string();
    let file = report_file(stack.folder(), "both.json", both);
    let push = || {
        let push = stack.push().home(home.path()).report(&file);
        push.args(["--run-id", "1", "--attempts", "1", "--format", "json"])
    };
    let mut taken = push().arg("--dry-run").run().success().json()["request"]["p_runs"][0].clone();
    taken["metrics"]["f1"] = json!(0.5);
    stack.stop();
    push().run().ends_with(NOT_REACHED);
    stack.start_again();
    stack
        .rest_as(&stack.keys().secret)
        .rpc("ingest_runs", &json!({"p_runs": [taken]}));

    let flush = || stack.push().home(home.path()).arg("flush").run();
    flush().ends_with(4).says("which differs in metrics");

    assert_eq!(stack.runs(), 2);
    assert!(
        flush().all().contains("which differs in metrics"),
        "it stays visible"
    );
}
