//! `compare` requests the named runs, judges them, and exits with 1 if one got worse.

use serde_json::{Value, json};

use crate::{
    push::Push,
    server::{Act, Server},
};

const A: &str = "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11";
const B: &str = "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c22";

/// A row of `benchmark_transactions`.
fn run(id: &str, configuration: i64, prompt: &str, metrics: &Value) -> Value {
    json!({
        "id": id, "created_at": "2026-11-24T09:00:00Z", "recorded_at": "2026-11-24T09:00:01Z",
        "commit_sha": "abc1234", "model_version": "m-1", "dataset_version": "d-1", "prompt_version": prompt,
        "environment": "local", "metrics": metrics, "configuration_id": configuration, "version": configuration + 10,
        "idempotency_key": id,
    })
}

fn rows(rows: &[Value]) -> Act {
    Act::Answer(200, "", Value::from(rows).to_string())
}

fn answers(rows_in_order: impl IntoIterator<Item = Vec<Value>>) -> Server {
    Server::that(
        rows_in_order
            .into_iter()
            .map(|found| rows(&found))
            .collect::<Vec<_>>(),
    )
}

fn asked(server: &Server) -> Vec<String> {
    let decode = |line: &str| line.replace("%2C", ",").replace("%2F", "/");
    server
        .asked()
        .iter()
        .map(|asked| decode(&asked.line))
        .collect()
}

/// Four quiet runs before.
fn history() -> Vec<Value> {
    (0..6)
        .map(|i| json!({"id": format!("{i}"), "metrics": {"f1": 0.9 + 0.001 * f64::from(i % 3), "latency_ms": 400 + i % 4}}))
        .collect()
}

#[test]
fn two_runs_are_compared_and_a_regression_ends_with_1() {
    let server = answers([
        vec![run(A, 1, "p-1", &json!({"f1": 0.9, "latency_ms": 401}))],
        vec![run(B, 1, "p-1", &json!({"f1": 0.8, "latency_ms": 400}))],
        vec![
            json!({"name": "f1", "unit": "ratio", "direction": "higher_is_better", "min": 0, "max": 1, "scale": "absolute", "description": null}),
        ],
        history(),
    ]);
    let done = Push::to(&server).run(&format!("compare {A} {B}"));

    assert_eq!(done.status, 1, "{}", done.talk);
    insta::assert_snapshot!(done.out);
    let asked = asked(&server);
    assert_eq!(asked.len(), 4, "{asked:#?}");
    assert!(asked[0].contains(&format!("id=eq.{A}")) && asked[1].contains(&format!("id=eq.{B}")));
}

#[test]
fn json_says_the_same_to_programs() {
    let server = answers([
        vec![run(A, 1, "p-1", &json!({"f1": 0.9}))],
        vec![run(B, 2, "p-2", &json!({"f1": 0.91}))],
        vec![],
        history(),
        vec![],
    ]);
    let done = Push::to(&server).run(&format!("compare {A} {B} --format json"));

    assert_eq!(done.status, 0, "{}", done.talk);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let metric = &found["comparisons"][0]["metrics"][0];
    assert_eq!(
        (&found["success"], &metric["metric"]),
        (&json!(true), &json!("f1"))
    );
    assert_eq!(metric["verdict"]["kind"], "improved");
    assert!(
        metric["verdict"]["reason"]
            .as_str()
            .is_some_and(|reason| reason.contains("f1 rose 0.01"))
    );
    assert_eq!(found["comparisons"][0]["current"]["runs"][0]["id"], B);
}

#[test]
fn commits_versions_and_models_are_looked_up_with_the_filters() {
    let one = |configuration, value| vec![run(A, configuration, "p-1", &json!({"f1": value}))];
    let server = answers([one(1, 0.9), one(1, 0.9), vec![], vec![]]);
    let commits = "compare abc1234 version=7,prompt=p-1 -e local --metric f1";
    assert_eq!(Push::to(&server).run(commits).status, 0);
    let lines = asked(&server);
    assert!(
        lines[0].contains("commit_sha=like.abc1234*") && lines[0].contains("environment=eq.local"),
        "{lines:#?}"
    );
    assert!(
        lines[1].contains("version=eq.7") && lines[1].contains("prompt_version=eq.p-1"),
        "{lines:#?}"
    );

    let server = answers([
        vec![json!({"configuration_id": 5})],
        one(5, 0.9),
        vec![json!({"configuration_id": 6})],
        one(6, 0.9),
        vec![],
    ]);
    assert_eq!(
        Push::to(&server).run("compare m-old m-new --runs 3").status,
        0
    );
    let lines = asked(&server);
    assert!(
        lines[0].contains("benchmark_snapshots") && lines[0].contains("model_version=eq.m-old"),
        "{lines:#?}"
    );
    assert!(lines[1].contains("configuration_id=eq.5"), "{lines:#?}");
    assert_eq!(
        server.asked()[1].header("range"),
        Some("0-2"),
        "three runs at most"
    );
}

#[test]
fn a_side_without_runs_and_sides_without_common_ground_are_said() {
    let server = answers([vec![]]);
    let done = Push::to(&server).run(&format!("compare {A} {B}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk.contains(&format!("no run fits `{A}`")),
        "{}",
        done.talk
    );

    let on = |id: &str, configuration, dataset: &str| {
        let mut run = run(id, configuration, "p-1", &json!({"f1": 0.9}));
        run["dataset_version"] = json!(dataset);
        run
    };
    let server = answers([
        vec![on(A, 1, "d-1"), on(B, 2, "d-2")],
        vec![on(A, 3, "d-3")],
    ]);
    let done = Push::to(&server).run("compare abc1234 abc9999");
    assert_eq!(done.status, 2);
    insta::assert_snapshot!(done.talk);

    let done = Push::to(&server).run(&format!("compare colour=red {B}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk.contains("`colour` cannot be asked for"),
        "{}",
        done.talk
    );
}

#[test]
fn no_name_steers_the_terminal() {
    let server = answers([vec![]]);
    let done = Push::to(&server).run(&format!("compare m\u{1b}[2J\u{202e}x {B}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk.contains("no run fits `m\u{fffd}[2J\u{fffd}x`"),
        "{}",
        done.talk
    );

    let hostile = |id: &str, configuration, dataset: &str| {
        let mut run = run(
            id,
            configuration,
            "p\u{1b}]0;owned\u{7}\nwarning: forged",
            &json!({"f1": 0.9}),
        );
        run["dataset_version"] = json!(dataset);
        run
    };
    let server = answers([
        vec![hostile(A, 1, "d-1"), hostile(B, 2, "d-1")],
        vec![hostile(A, 3, "d-1"), hostile(B, 4, "d-2")],
        vec![],
        vec![],
        vec![],
    ]);
    let done = Push::to(&server).run("compare abc1234 abc9999");
    for text in [&done.out, &done.talk] {
        assert!(
            !text.contains(['\u{1b}', '\u{7}']) && !text.contains("\nwarning: forged"),
            "{text}"
        );
    }
    assert!(done.out.contains("forged") && done.talk.contains("forged"));
}
