//! Connections that break at the worst moment, with a real server.
//!
//! Responses of a hostile or broken server are tested in `crates/bench-push`, beside the code that
//! reads them.

use bench_tests::{CutOffProxy, Stack, json_lines, report, report_file};
use serde_json::json;

#[test]
fn several_lost_answers_in_a_row_are_survived() {
    let stack = Stack::start();
    let proxy = CutOffProxy::start(stack.port(), 2);
    let file = report_file(
        stack.folder(),
        "report.json",
        report("patient", 0.9).to_string(),
    );

    let push = stack.push().env("SUPABASE_URL", proxy.url()).report(file);
    push.args(["--run-id", "1"]).run().success();

    assert_eq!(proxy.cut(), 2);
    assert_eq!(stack.runs(), 1);
}

#[test]
fn a_large_call_whose_answer_is_lost_is_whole_or_absent_and_stored_once() {
    let stack = Stack::start();
    let proxy = CutOffProxy::start(stack.port(), 1);
    let lines = json_lines((0..250).map(|run| {
        let mut report = report("large", 0.9);
        report["run_id"] = json!(format!("r{run}"));
        report["notes"] = json!("x".repeat(2_000));
        report
    }));
    let file = report_file(stack.folder(), "large.jsonl", lines);

    stack
        .push()
        .env("SUPABASE_URL", proxy.url())
        .report(file)
        .run()
        .success();

    assert_eq!(stack.runs(), 250);
}
