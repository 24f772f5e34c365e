//! A first run under a new name that looks misspelt.

use bench_tests::{Stack, report, report_file};
use serde_json::json;

#[test]
fn a_new_name_like_a_known_one_is_asked_about_once_and_a_new_version_is_not() {
    let stack = Stack::start();
    let push = |model: &str, environment: &str, f1: f64| {
        let mut report = report(model, f1);
        report["environment"] = json!(environment);
        report["commit_sha"] = json!("abc1234");
        let file = report_file(stack.folder(), "report.json", report.to_string());
        stack.push().arg(&file).run().success().all()
    };
    let asks = |said: &str| said.contains("did you mean");

    assert!(!asks(&push("medgemma-v1.2", "staging", 0.9)));
    assert!(
        !asks(&push("medgemma-v1.3", "staging", 0.9)),
        "a new version"
    );

    let said = push("medgema-v1.2", "staging", 0.9);
    assert!(
        said.contains(
            "no run had the model_version `medgema-v1.2` before; did you mean `medgemma-v1.2`?"
        ),
        "{said}"
    );
    assert!(
        !asks(&push("medgema-v1.2", "staging", 0.8)),
        "it is known now"
    );

    let said = push("medgemma-v1.2", "stagin", 0.9);
    assert!(
        said.contains("the environment `stagin` before; did you mean `staging`?"),
        "{said}"
    );
}
