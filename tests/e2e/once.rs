//! A run is stored once, no matter how often and from how many places it is sent.

use std::fs;

use bench_tests::{CutOffProxy, Stack, json_lines, report, report_file};
use serde_json::json;

fn one_report(stack: &Stack) -> std::path::PathBuf {
    report_file(
        stack.folder(),
        "report.json",
        report("once", 0.9).to_string(),
    )
}

#[test]
fn the_same_report_twice_is_one_run_and_the_cli_says_so() {
    let stack = Stack::start();
    let file = one_report(&stack);
    let push = || stack.push().report(&file).args(["--run-id", "1"]).run();

    push().success();
    push().success().says("already stored");

    assert_eq!(stack.runs(), 1);
}

#[test]
fn the_same_report_from_eight_processes_at_once_is_one_run() {
    let stack = Stack::start();
    let file = one_report(&stack);

    let running: Vec<_> = (0..8)
        .map(|_| {
            stack
                .push()
                .report(&file)
                .args(["--run-id", "same", "--format", "json"])
                .spawn()
        })
        .collect();
    let stored: i64 = running
        .into_iter()
        .map(|push| {
            push.outcome().success().json()["stored"]
                .as_i64()
                .expect("`stored` is a count")
        })
        .sum();

    assert_eq!(stack.runs(), 1);
    assert_eq!(
        stored, 1,
        "exactly one of the eight says that it stored the run"
    );
}

#[test]
fn eight_runs_of_one_configuration_at_once_are_eight_rows_one_snapshot_version_eight() {
    let stack = Stack::start();

    let running: Vec<_> = (1..=8)
        .map(|run| {
            let text = report("busy", 0.8 + f64::from(run) / 100.0).to_string();
            let file = report_file(stack.folder(), &format!("{run}.json"), text);
            stack
                .push()
                .report(file)
                .args(["--run-id", &format!("r{run}")])
                .spawn()
        })
        .collect();
    for push in running {
        push.outcome().success();
    }

    assert_eq!(stack.runs(), 8);
    let snapshots = stack
        .rest()
        .rows("benchmark_snapshots?select=snapshot_version");
    assert_eq!(json!(snapshots), json!([{"snapshot_version": 8}]));
    let versions = stack
        .rest()
        .rows("benchmark_transactions?select=version&order=version");
    let wanted: Vec<_> = (1..=8).map(|version| json!({"version": version})).collect();
    assert_eq!(versions, wanted, "each version is given once");
}

#[test]
fn a_retry_after_a_lost_answer_stores_nothing_twice() {
    let stack = Stack::start();
    let file = one_report(&stack);
    let proxy = CutOffProxy::start(stack.port(), 1);

    let push = stack.push().env("SUPABASE_URL", proxy.url());
    push.report(&file).args(["--run-id", "1"]).run().success();

    assert_eq!(proxy.cut(), 1, "the first answer never arrived");
    assert_eq!(stack.runs(), 1);
}

#[test]
fn the_same_run_inside_one_file_and_across_files_is_stored_once() {
    let stack = Stack::start();
    let twice = json!([report("twice", 0.9), report("twice", 0.9)]).to_string();
    let first = report_file(stack.folder(), "first.json", &twice);
    let second = report_file(stack.folder(), "second.json", &twice);

    stack
        .push()
        .report(first)
        .arg("--input")
        .arg(second)
        .args(["--run-id", "1"])
        .run()
        .success();

    assert_eq!(stack.runs(), 1);
}

#[test]
fn two_different_runs_with_the_same_numbers_are_two_runs() {
    let stack = Stack::start();
    let file = one_report(&stack);

    for run in ["1", "2"] {
        stack
            .push()
            .report(&file)
            .args(["--run-id", run])
            .run()
            .success();
    }

    assert_eq!(stack.runs(), 2, "two CI runs may well measure the same");
}

#[test]
fn a_thousand_runs_go_out_in_one_call_and_a_second_call_changes_nothing() {
    let stack = Stack::start();
    let lines = json_lines((0..1_000).map(|run| {
        let mut report = report("many", 0.9);
        report["run_id"] = json!(format!("r{run}"));
        report
    }));
    let file = report_file(stack.folder(), "many.jsonl", lines);
    let push = || {
        stack
            .push()
            .report(&file)
            .args(["--format", "json"])
            .run()
            .success()
            .json()
    };

    assert_eq!(push()["stored"], 1_000);
    assert_eq!(push()["duplicates"], 1_000);

    let postgres = stack.postgres();
    assert_eq!(
        postgres.one("select count(*) from public.benchmark_transactions"),
        "1000"
    );
    assert_eq!(
        postgres.one("select snapshot_version from public.benchmark_snapshots"),
        "1000"
    );
}

#[test]
fn what_was_acknowledged_survives_a_crash_of_everything() {
    let stack = Stack::start();
    stack.push().report(one_report(&stack)).run().success();

    let pids = stack.processes();
    assert!(!pids.is_empty(), "the stack's processes are known");
    for pid in pids {
        let _ = nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGKILL);
    }
    stack.start_again();

    assert_eq!(stack.runs(), 1);
    assert!(fs::exists(stack.data_dir()).expect("the folder can be looked at"));
}

#[test]
fn a_known_key_with_other_content_is_a_conflict_and_the_other_runs_are_stored() {
    let stack = Stack::start();
    let both = json!([report("taken", 0.9), report("free", 0.8)]).to_string();
    let file = report_file(stack.folder(), "both.json", both);
    let push = || {
        stack
            .push()
            .report(&file)
            .args(["--run-id", "1", "--format", "json"])
    };
    let mut taken = push().arg("--dry-run").run().success().json()["request"]["p_runs"][0].clone();
    taken["metrics"]["f1"] = json!(0.5);
    taken["details"] = json!({"gpu": "H100"});
    let answer = stack
        .rest_as(&stack.keys().secret)
        .rpc("ingest_runs", &json!({"p_runs": [taken]}));
    assert_eq!(answer.json[0]["outcome"], "stored", "{}", answer.body);

    let pushed = push().run().ends_with(4);
    let said = pushed.json();

    assert_eq!(said["runs"][0]["outcome"], "conflict");
    assert_eq!(said["runs"][0]["differs"], json!(["details", "metrics"]));
    assert_eq!(said["runs"][1]["outcome"], "stored");
    assert_eq!(
        (&said["stored"], &said["conflicts"]),
        (&json!(1), &json!(1))
    );
    stack
        .push()
        .report(&file)
        .args(["--run-id", "1"])
        .run()
        .ends_with(4)
        .says("which differs in details, metrics");
    assert_eq!(stack.runs(), 2);
}

#[test]
fn the_same_run_with_other_tags_notes_and_duration_is_stored_before() {
    let stack = Stack::start();
    let mut first = report("once", 0.9);
    first["params"] = json!({"temperature": 0.1});
    let mut again = first.clone();
    again["tags"] = json!(["again"]);
    again["notes"] = json!("again");
    again["duration_seconds"] = json!(7);
    let mut other = first.clone();
    other["params"] = json!({"temperature": 0.2});

    for report in [&first, &again, &other] {
        let file = report_file(stack.folder(), "report.json", report.to_string());
        stack
            .push()
            .report(file)
            .args(["--run-id", "1"])
            .run()
            .success();
    }

    assert_eq!(stack.runs(), 2, "other parameters are another run");
}
