//! `check`: its reads, its records, and its errors.

use serde_json::{Value, json};

use crate::{
    push::Push,
    server::{Act, Server},
};

const RUN: &str = "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c33";

/// A row of `benchmark_transactions`, the newest of a series.
fn run(place: usize, f1: f64) -> Value {
    let id = if place == 12 {
        RUN.to_owned()
    } else {
        format!("run-{place}")
    };
    json!({
        "id": id, "created_at": format!("2026-11-{:02}T09:00:00Z", place + 1), "recorded_at": "2026-11-24T09:00:01Z",
        "commit_sha": format!("commit-{place}"), "model_version": "m-1", "dataset_version": "d-1", "prompt_version": "p-1",
        "environment": "local", "metrics": {"f1": f1}, "configuration_id": 7, "version": place + 1,
        "idempotency_key": id, "details": {"gpu": "H100", "gpu_name": "one of eight"}, "machine": {"gpu": "H100"},
    })
}

/// What the newest run is judged against: ten quiet runs and two at a lower level, newest first.
fn against() -> Value {
    let values = [
        0.9, 0.901, 0.899, 0.9, 0.902, 0.898, 0.9, 0.901, 0.899, 0.9, 0.8, 0.801,
    ];
    let runs = values
        .into_iter()
        .enumerate()
        .map(|(place, f1)| run(place, f1));
    let earlier: Value = runs.rev().collect();
    json!([{"id": RUN, "baseline_run": null, "found_by": null, "earlier": earlier, "change_points": []}])
}

/// The snapshot of the newest run.
fn current() -> Value {
    json!({
        "transaction_id": RUN, "model_version": "m-1", "dataset_version": "d-1", "prompt_version": "p-1",
        "environment": "local", "is_active": true,
    })
}

fn answer(body: &Value) -> Act {
    Act::Answer(200, "", body.to_string())
}

#[test]
fn a_regression_is_recorded_and_ends_with_1() {
    let recorded = json!([{"id": 5, "transaction_id": "run-10", "metric": "f1", "state": "confirmed", "outcome": "recorded"}]);
    let server = Server::that([
        answer(&json!([run(12, 0.799)])),
        answer(&json!([])),
        answer(&against()),
        answer(&json!([current()])),
        answer(&recorded),
    ]);
    let done = Push::to(&server).run(&format!("check {RUN}"));

    insta::assert_snapshot!(done.said(&server));
    let asked = server.asked();
    let body: Value = serde_json::from_str(&asked[4].body).expect("JSON");
    assert!(asked[4].line.contains("rpc/record_change_points"));
    assert_eq!(body["p_points"][0]["transaction_id"], "run-10");
    assert_eq!(body["p_points"][0]["state"], "confirmed");
    assert_eq!(asked.len(), 5);
}

#[test]
fn the_check_of_an_older_run_stores_nothing() {
    let server = Server::that([
        answer(&json!([run(12, 0.799)])),
        answer(&json!([])),
        answer(&against()),
        // The snapshot of its configuration is another run's.
        answer(&json!([])),
    ]);
    let done = Push::to(&server).run(&format!("check {RUN}"));

    assert_eq!(done.status, 1);
    assert!(
        done.talk
            .contains("change points not recorded: there is a newer run, whose check records them"),
        "{}",
        done.talk
    );
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn an_environment_from_a_variable_narrows_this_commit_and_is_no_filter() {
    let to_the_commit = |line: &str| {
        let server = Server::that([answer(&json!([]))]);
        let push = Push::to(&server)
            .with("BENCH_PUSH_ENVIRONMENT", "staging")
            .with("CI", "true")
            .with("BUILDKITE", "true")
            .with("BUILDKITE_COMMIT", "0123abc");
        push.run(line);
        let first = server.asked().remove(0).line;
        assert!(first.contains("environment=eq.staging"), "{first}");
        first.contains("commit_sha=like.0123abc")
    };
    assert!(to_the_commit("check"));
    assert!(to_the_commit("check --all"));
    assert!(!to_the_commit("check --model-version m-1"));
    assert!(!to_the_commit("check -e staging"));
}

#[test]
fn a_hint_repeats_what_was_typed_quoted_for_a_shell() {
    let server = Server::that([
        answer(&json!([current()])),
        answer(&json!([run(12, 0.9)])),
        answer(&json!([])),
        answer(
            &json!([{"id": RUN, "baseline_run": null, "found_by": null, "earlier": [], "change_points": []}]),
        ),
    ]);
    let push = Push::to(&server).with("BENCH_PUSH_DATASET_VERSION", "d-1");
    let output = push
        .command("check -e local --runs 50")
        .args(["--metric", "f1", "--model-version", "it's m"])
        .output()
        .expect("it runs");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(
        out.contains(
            r"`bench-push check --model-version 'it'\''s m' --environment local --metric f1 --runs 50 --all` shows them"
        ),
        "{out} {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn what_the_server_says_decides_the_status() {
    let cases = [
        (Act::Answer(200, "", "not JSON".to_owned()), 4),
        (Act::Answer(200, "", r#"[{"id": 7}]"#.to_owned()), 4),
        (
            Act::Answer(401, "", r#"{"message": "Invalid API key"}"#.to_owned()),
            4,
        ),
        (Act::Answer(503, "", "{}".to_owned()), 5),
        (Act::Drop, 5),
    ];
    for (act, status) in cases {
        let server = Server::that([act]);
        for verb in [
            "check",
            "history --model-version m",
            "gate backtest",
            "change-point list",
        ] {
            let run = if verb == "check" { RUN } else { "" };
            let done = Push::to(&server).run(&format!("{verb} {run} --attempts 1"));
            assert_eq!(done.status, status, "{verb}: {}", done.talk);
            assert!(done.talk.starts_with("error: "), "{verb}: {}", done.talk);
        }
    }
}

#[test]
fn a_run_that_is_not_there_is_said_with_status_2() {
    let server = Server::that([answer(&json!([]))]);
    let done = Push::to(&server).run(&format!("check {RUN}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk
            .contains(&format!("there is no run with the id {RUN}")),
        "{}",
        done.talk
    );
}

#[test]
fn a_misspelt_verb_is_asked_about() {
    let done = Push::bare().run("chekc");
    assert_eq!(done.status, 2);
    assert!(
        done.talk.contains("hint: did you mean the verb `check`?"),
        "{}",
        done.talk
    );
    let done = Push::bare().run("results.json");
    assert!(
        done.talk.contains("did the benchmark write its report"),
        "{}",
        done.talk
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_no_success() {
    let server = Server::that([answer(&json!([]))]);
    let full = || std::fs::File::create("/dev/full").expect("Linux has one");
    let push = Push::to(&server);
    let list = || push.command("baseline list --format json");
    let output = list().stdout(full()).output().expect("it runs");
    let talk = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{talk}");
    assert!(
        talk.contains("cannot be written to standard output"),
        "{talk}"
    );

    // A closed pipe is a different case.
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let output = list().stdout(writer).output().expect("it runs");
    let talk = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !talk.contains("error"), "{talk}");
}
