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
    let no_model = vec![];
    let server = answers([no_model, one(1, 0.9), one(1, 0.9), vec![], vec![]]);
    let commits = "compare abc1234 version=7,prompt=p-1 -e local --metric f1";
    assert_eq!(Push::to(&server).run(commits).status, 0);
    let lines = asked(&server);
    assert!(
        lines[1].contains("commit_sha=like.abc1234*") && lines[1].contains("environment=eq.local"),
        "{lines:#?}"
    );
    assert!(
        lines[2].contains("version=eq.7") && lines[2].contains("prompt_version=eq.p-1"),
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
fn the_name_of_a_model_is_the_model_whatever_else_it_looks_like() {
    for name in ["cafe1234", "v2", "2024", "beef"] {
        let one = vec![run(A, 5, "p-1", &json!({"f1": 0.9}))];
        let configurations = vec![json!({"configuration_id": 5})];
        let server = answers([
            configurations.clone(),
            one.clone(),
            configurations,
            one,
            vec![],
            vec![],
        ]);
        let done = Push::to(&server).run(&format!("compare {name} model={name}"));

        assert_eq!(done.status, 0, "{name}: {}", done.talk);
        let lines = asked(&server);
        assert!(
            lines[0].contains(&format!("model_version=eq.{name}")),
            "{lines:#?}"
        );
        let all = lines.join("\n");
        assert!(
            !all.contains("commit_sha=") && !all.contains("version=eq.2&"),
            "{all}"
        );
    }
}

#[test]
fn four_digits_are_a_commit_when_no_model_is_called_so() {
    let one = || vec![run(A, 1, "p-1", &json!({"f1": 0.9}))];
    let none = Vec::new;
    // 1234 may be a model, a version or a commit.
    let server = answers([none(), one(), none(), none(), one(), none(), none()]);
    let done = Push::to(&server).run("compare abc1 1234");

    assert_eq!(done.status, 0, "{}", done.talk);
    let lines = asked(&server);
    assert!(lines[1].contains("commit_sha=like.abc1*"), "{lines:#?}");
    assert!(
        lines[3].contains("version=eq.1234") && lines[4].contains("commit_sha=like.1234*"),
        "{lines:#?}"
    );
}

#[test]
fn digits_that_begin_several_commits_are_refused() {
    let of = |id: &str, commit: &str| {
        let mut run = run(id, 1, "p-1", &json!({"f1": 0.9}));
        run["commit_sha"] = json!(commit);
        run
    };
    let server = answers([vec![], vec![of(A, "abc1234"), of(B, "abc1999")]]);
    let done = Push::to(&server).run("compare abc1 m-1");
    assert_eq!(done.status, 2);
    insta::assert_snapshot!(done.talk);

    // A run that knows its commit by fewer digits is of no other commit.
    let known_by = vec![of(A, "abc1234"), of(B, "abc1234def0")];
    let server = answers([known_by.clone(), known_by, vec![], vec![]]);
    let done = Push::to(&server).run("compare commit=abc1 commit=abc1234");
    assert_eq!(done.status, 0, "{}", done.talk);
}

#[test]
fn environments_are_compared_by_data_set_and_prompt() {
    let within = |configuration: i64, dataset: &str, environment: &str| {
        let mut run = run(A, configuration, "p-1", &json!({"f1": 0.9}));
        run["dataset_version"] = json!(dataset);
        run["environment"] = json!(environment);
        run
    };
    let configurations = |ids: [i64; 2]| ids.map(|id| json!({"configuration_id": id})).to_vec();
    let server = answers([
        configurations([1, 2]),
        vec![within(1, "d-1", "staging")],
        vec![within(2, "d-2", "staging")],
        configurations([3, 4]),
        vec![within(3, "d-2", "production")],
        vec![within(4, "d-1", "production")],
        vec![],
        vec![],
        vec![],
        vec![],
        vec![],
    ]);
    let done =
        Push::to(&server).run("compare environment=staging environment=production --format json");

    assert_eq!(done.status, 0, "{}", done.talk);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let pairs = found["comparisons"].as_array().expect("comparisons");
    assert_eq!(pairs.len(), 2, "{found:#}");
    for pair in pairs {
        assert_eq!(
            pair["baseline"]["dataset_version"],
            pair["current"]["dataset_version"]
        );
        assert_eq!(pair["current"]["environment"], "production");
    }
}

#[test]
fn a_side_without_runs_and_sides_without_common_ground_are_said() {
    let server = answers([vec![]]);
    let done = Push::to(&server).run(&format!("compare {A} {B}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk
            .contains(&format!("there is no run that matches `{A}`")),
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
    let done = Push::to(&server).run("compare commit=abc1234 commit=abc9999");
    assert_eq!(done.status, 2);
    insta::assert_snapshot!(done.talk);

    let done = Push::to(&server).run(&format!("compare colour=red {B}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk.contains("there is no filter `colour`"),
        "{}",
        done.talk
    );
}

#[test]
fn no_name_steers_the_terminal() {
    let server = answers([]);
    let done = Push::to(&server).run(&format!("compare m\u{1b}[2J\u{202e}x {B}"));
    assert_eq!(done.status, 2);
    assert!(
        done.talk
            .contains("the model must not contain control characters"),
        "{}",
        done.talk
    );
    assert!(!done.talk.contains(['\u{1b}', '\u{202e}']), "{}", done.talk);

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
    let done = Push::to(&server).run("compare commit=abc1234 commit=abc9999");
    for text in [&done.out, &done.talk] {
        assert!(
            !text.contains(['\u{1b}', '\u{7}']) && !text.contains("\nwarning: forged"),
            "{text}"
        );
    }
    assert!(done.out.contains("forged") && done.talk.contains("forged"));
}
