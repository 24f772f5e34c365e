//! Badges and charts are drawn without a browser, and say what `check` and `history` say.

use bench_tests::{Stack, json_lines, report_file};
use serde_json::json;

#[test]
fn a_badge_has_the_verdict_and_a_chart_has_every_run_and_change() {
    let stack = Stack::start();
    let nights = (0..23_u8).map(|night| {
        let f1 = if night < 20 { 0.9 } else { 0.8 } + f64::from(night % 5) * 0.001;
        json!({
            "model_version": "m<script>&", "dataset_version": "d", "prompt_version": "p", "environment": "local",
            "commit_sha": format!("{night:07x}"), "created_at": format!("2026-03-{:02}T02:00:00Z", 1 + night),
            "metrics": {"f1": f1},
        })
    });
    let file = report_file(stack.folder(), "nights.jsonl", json_lines(nights));
    stack.push().arg("push").arg(file).run().success();

    let badge = stack
        .push()
        .args(["badge", "--metric", "f1"])
        .run()
        .success();
    assert!(
        badge
            .out()
            .contains("<title>f1: 0.802 ↘, regressed</title>"),
        "{}",
        badge.out()
    );

    let file = stack.folder().join("f1.svg");
    stack
        .push()
        .args(["chart", "-o"])
        .arg(&file)
        .run()
        .success()
        .says("is written");
    let chart = std::fs::read_to_string(&file).expect("the chart is written");
    assert_eq!(chart.matches("<circle class=\"run\"").count(), 23);
    assert_eq!(chart.matches("class=\"level\"").count(), 2);
    assert_eq!(chart.matches("class=\"moved bad\"").count(), 1);
    assert!(chart.contains("m&lt;script&gt;&amp; / d / p / local") && !chart.contains("<script"));
    assert!(chart.contains("prefers-color-scheme:dark"));

    stack
        .push()
        .args(["badge", "--metric", "recall"])
        .run()
        .ends_with(2)
        .says("no run has the metric `recall`");
    stack
        .push()
        .args(["chart", "-o", "no/such/folder.svg"])
        .run()
        .ends_with(2)
        .says("cannot be written");
}
