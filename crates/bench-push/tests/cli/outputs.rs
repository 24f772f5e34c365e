//! The outputs for scripts and workflows.

use serde_json::Value;

use crate::{
    push::Push,
    server::{Act, Server},
};

#[test]
fn a_workflow_gets_outputs_and_a_summary_that_is_appended() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    let path = |name: &str| push.path(name).display().to_string();
    let (output, summary) = (path("output"), path("summary"));
    let push = push
        .with("GITHUB_OUTPUT", &output)
        .with("GITHUB_STEP_SUMMARY", &summary);
    push.write("summary", "before\n");
    assert_eq!(push.push("").status, 0);

    let outputs = push.read("output");
    let value = |name: &str| {
        let line = outputs
            .lines()
            .find(|line| line.starts_with(&format!("{name}=")))
            .expect("an output");
        serde_json::from_str::<Value>(&line[name.len() + 1..]).expect("JSON")
    };
    let result = value("result");
    assert_eq!(result["success"], true);
    assert_eq!(result["transaction_id"], value("run-ids")[0]);
    assert_eq!(
        (
            &result["model_version"],
            &result["environment"],
            &result["commit_sha"]
        ),
        (&"m-1".into(), &"local".into(), &"abc123".into())
    );
    assert_eq!((value("stored"), value("duplicates")), (1.into(), 0.into()));
    assert!(
        push.read("summary")
            .starts_with("before\n\n### Benchmark runs: 1 stored\n")
    );
}

#[test]
fn json_is_one_object_on_standard_output_whatever_happens() {
    let server = Server::that([Act::Store, Act::Store, Act::Drop]);
    let push = Push::to(&server);
    let object = |line: &str, status: i32| {
        let done = push.push(&format!("{line} --format json"));
        assert_eq!(done.status, status, "{}", done.talk);
        serde_json::from_str::<Value>(&done.out).expect("one object")
    };
    let stored = object("", 0);
    assert_eq!(
        (&stored["stored"], &stored["runs"][0]["outcome"]),
        (&1.into(), &"stored".into())
    );
    assert_eq!(object("", 0)["runs"][0]["outcome"], "duplicate");
    let spooled = object("--run-id 2 --attempts 1", 5);
    assert_eq!(
        (
            &spooled["spooled"],
            &spooled["success"],
            &spooled["runs"][0]["outcome"]
        ),
        (&1.into(), &false.into(), &"spooled".into())
    );

    push.write("r.json", r#"{"metrics": {"f1": 7}}"#);
    let invalid = object("", 3);
    let paths: Vec<_> = invalid["problems"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|problem| problem["path"].clone())
        .collect();
    assert!(paths.contains(&"metrics.f1".into()), "{invalid}");
}

#[test]
fn a_reader_that_is_gone_is_no_error() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    let mut child = push
        .command("r.json --commit-sha abc123 --format json")
        .spawn()
        .expect("it runs");
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn help_version_completions_and_manual_go_to_standard_output() {
    let push = Push::bare();
    for line in [
        "--help",
        "push --help",
        "--version",
        "completions bash",
        "man",
        "man push",
        "man gate backtest",
        "man baseline",
        "schema print",
    ] {
        let done = push.run(line);
        assert_eq!((done.status, done.talk.as_str()), (0, ""), "{line}");
        assert!(!done.out.is_empty(), "{line}");
    }
}
