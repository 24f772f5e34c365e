//! What a metric means: stated by nobody, by a report, by a person, and said by `push` and `metric`.

use std::path::PathBuf;

use bench_tests::{Stack, report, report_file};
use serde_json::{Value, json};

/// A report of the model `m` with an index whose name says nothing, and these definitions.
fn with_index(stack: &Stack, name: &str, definitions: &Value) -> PathBuf {
    let mut report = report("m", 0.9);
    report["metrics"]["froobles"] = json!(7);
    report["commit_sha"] = json!(format!("{:040x}", name.len()));
    report["run_id"] = json!(name);
    report["triggered_by"] = json!("ada");
    if !definitions.is_null() {
        report["metric_definitions"] = json!({ "froobles": definitions });
    }
    report_file(stack.folder(), name, report.to_string())
}

/// What `metric list` says of the index.
fn listed(stack: &Stack) -> Value {
    let listed = stack
        .push()
        .args(["metric", "list", "--format", "json"])
        .run()
        .success();
    let metrics = listed.json()["metrics"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    metrics
        .into_iter()
        .find(|metric| metric["name"] == "froobles")
        .unwrap_or_default()
}

#[test]
fn a_direction_that_nobody_stated_is_asked_for_until_somebody_states_it() {
    let stack = Stack::start();
    let push = |name: &str, definitions: Value| {
        stack
            .push()
            .report(with_index(&stack, name, &definitions))
            .run()
    };

    push("a.json", Value::Null)
        .success()
        .says("`froobles` has no direction, so it is shown and never judged")
        .says("bench-push metric set froobles --direction higher|lower|neither");
    // A unit says nothing about the direction.
    push("ab.json", json!({"unit": "points"}))
        .success()
        .says("`froobles` has no direction");
    assert_eq!(listed(&stack)["direction_from"], "nobody");
    assert_eq!(listed(&stack)["unit"], "points");

    let completed = push(
        "abc.json",
        json!({"direction": "higher_is_better", "min": 0}),
    )
    .success();
    assert!(
        !completed.all().contains("no direction"),
        "{}",
        completed.all()
    );
    let metric = listed(&stack);
    assert_eq!(
        [
            &metric["direction"],
            &metric["direction_from"],
            &metric["unit"],
            &metric["min"],
            &metric["declared_by"]
        ],
        [
            &json!("higher_is_better"),
            &json!("report"),
            &json!("points"),
            &json!(0.0),
            &json!("ada")
        ]
    );
}

#[test]
fn a_person_corrects_a_metric_and_reports_that_say_otherwise_are_stored_and_told() {
    let stack = Stack::start();
    let push = |name: &str, definitions: Value| {
        stack
            .push()
            .report(with_index(&stack, name, &definitions))
            .run()
    };
    let declared = json!({"direction": "higher_is_better", "unit": "points"});
    push("a.json", declared.clone()).success();
    push("ab.json", json!({"direction": "lower_is_better"}))
        .ends_with(4)
        .says("bench-push metric set froobles");

    stack
        .push()
        .args([
            "metric",
            "set",
            "froobles",
            "--direction",
            "lower",
            "--range",
            "0..100",
        ])
        .args([
            "--reason",
            "fewer froobles are better",
            "--declared-by",
            "grace",
        ])
        .run()
        .success()
        .says("froobles: lower is better, points, 0 to 100");
    push("abc.json", declared)
        .success()
        .says("the report declares `froobles` as higher_is_better, which is ignored: lower_is_better is in force, set by grace")
        .says("fewer froobles are better");

    stack
        .push()
        .args(["metric", "list"])
        .run()
        .success()
        .says("set by grace")
        .says("f1")
        .says("(catalogue)");
    let history = stack
        .postgres()
        .rows("select direction, source, declared_by from benchmark_metric_declarations where metric = 'froobles' order by id")
        .expect("a history");
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(
        history,
        [
            [text("higher_is_better"), text("report"), text("ada")],
            [text("lower_is_better"), text("person"), text("grace")],
        ]
    );
}

#[test]
fn a_metric_is_corrected_with_a_reason_and_by_a_key_that_may_write() {
    let stack = Stack::start();
    let set = || stack.push().args(["metric", "set", "froobles"]);

    set()
        .args(["--reason", "x"])
        .run()
        .ends_with(2)
        .says("--direction");
    set()
        .args(["--direction", "lower"])
        .run()
        .ends_with(2)
        .says("--reason");
    set()
        .args(["--range", "1..0", "--reason", "x"])
        .run()
        .ends_with(2)
        .says("the least value must be below the greatest");
}
