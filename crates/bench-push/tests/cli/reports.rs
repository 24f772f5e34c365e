//! Invalid reports: status 3, every problem, and nothing sent.

use crate::{
    push::{Push, REPORT},
    server::{Act, Server},
};

#[test]
fn a_report_that_is_not_valid_is_not_sent() {
    let faults: [(&str, &[u8]); 12] = [
        ("empty", b""),
        ("conflict", b"<<<<<<< HEAD\n{}\n=======\n"),
        ("nan", br#"{"metrics": {"f1": NaN}}"#),
        ("comma", br#"{"metrics": {"f1": 0.5,}}"#),
        ("utf16", b"\xff\xfe{\0}\0"),
        ("list", b"[]"),
        ("missing", br#"{"model_version": "m", "dataset_version": "d", "metrics": {"f1": 0.5}}"#),
        ("range", br#"{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 89.5}}"#),
        ("text", br#"{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": "0.9"}}"#),
        ("count", br#"{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 0.9}, "error_count": -1}"#),
        ("future", br#"{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 0.9}, "created_at": "2999-01-01T00:00:00Z"}"#),
        ("twice", br#"{"model_version": "m", "dataset_version": "d", "prompt_version": "p", "metrics": {"f1": 0.9, "f1": 0.8}}"#),
    ];
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    for (name, text) in faults {
        push.write(&format!("{name}.json"), text);
        let done = push.run(&format!("{name}.json --commit-sha abc123"));
        assert_eq!(done.status, 3, "{name}: {}", done.talk);
        assert!(
            done.talk.contains("nothing was sent"),
            "{name}: {}",
            done.talk
        );
        assert_eq!(done.out, "");
    }
    assert!(server.asked().is_empty());
}

#[test]
fn a_file_that_cannot_be_read_is_the_command_s_fault_and_a_huge_one_the_report_s() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    std::fs::File::create(push.path("huge.json"))
        .and_then(|file| file.set_len(200_000_000))
        .expect("written");

    for (name, status) in [
        ("none.json", 2),
        ("none-*.json", 2),
        (".", 2),
        ("huge.json", 3),
    ] {
        let done = push.run(&format!("{name} --commit-sha abc123"));
        assert_eq!(done.status, status, "{name}: {}", done.talk);
    }
    assert!(server.asked().is_empty());
}

#[test]
fn one_bad_file_holds_the_others_back_unless_told_to_keep_going() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    push.write("bad.json", "{");

    let held_back = push.push("--input=bad.json");
    assert_eq!(
        (held_back.status, server.stored()),
        (3, 0),
        "{}",
        held_back.talk
    );

    let kept_going = push.push("--input=bad.json --keep-going");
    assert_eq!(
        (kept_going.status, server.stored()),
        (3, 1),
        "{}",
        kept_going.talk
    );
    assert!(
        kept_going.talk.contains("it was left out"),
        "{}",
        kept_going.talk
    );
}

#[test]
fn the_good_lines_of_a_file_are_kept_when_told_to_keep_going() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    let line = |model: &str, f1: &str| {
        format!(
            r#"{{"model_version":"{model}","dataset_version":"d","prompt_version":"p","metrics":{{"f1":{f1}}}}}"#
        )
    };
    let lines = [
        line("a", "0.9"),
        line("b", "NaN"),
        line("c", "89.5"),
        line("d", "0.8"),
    ];
    push.write("lines.jsonl", lines.join("\n"));
    let flags = "lines.jsonl --commit-sha abc123 --environment local";

    let held_back = push.run(flags);
    assert_eq!(
        (held_back.status, server.stored()),
        (3, 0),
        "{}",
        held_back.talk
    );

    let kept_going = push.run(&format!("{flags} --keep-going"));
    assert_eq!(
        (kept_going.status, server.stored()),
        (3, 2),
        "{}",
        kept_going.talk
    );
    for told in [
        "`lines.jsonl` has 2 problems, the reports with problems were left out",
        "line 2: is not JSON at column 81: found `NaN`",
        "line 3: metrics.f1: must be between 0 and 1, found 89.5",
    ] {
        assert!(
            kept_going.talk.contains(told),
            "{told}\n{}",
            kept_going.talk
        );
    }
}

#[test]
fn a_rehearsal_needs_no_key_and_sends_nothing() {
    let done = Push::bare().push("--dry-run");
    assert_eq!(done.status, 0, "{}", done.talk);
    let request: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!(request["p_runs"][0]["metrics"]["f1"], 0.895);
    assert_eq!(done.talk, "1 run would be sent; nothing was sent\n");
}

#[test]
fn several_files_a_glob_and_standard_input_go_out_in_one_request() {
    let server = Server::that([Act::Store]);
    let push = Push::to(&server);
    for model in ["a", "b"] {
        push.write(&format!("run-{model}.json"), REPORT.replace("m-1", model));
    }
    let done = push.run_with_input(
        "--commit-sha abc123 r.json run-*.json -",
        &REPORT.replace("m-1", "piped"),
    );

    assert_eq!(done.status, 0, "{}", done.talk);
    assert_eq!((server.asked().len(), server.stored()), (1, 4));
}

#[test]
fn a_flag_wins_over_the_report_and_the_report_over_the_ci() {
    let push = Push::bare()
        .with("GITHUB_ACTIONS", "true")
        .with("GITHUB_SHA", "fromci")
        .with("GITHUB_RUN_ID", "17");
    push.write(
        "told.json",
        REPORT.replacen(
            '{',
            r#"{"environment": "staging", "commit_sha": "fromreport","#,
            1,
        ),
    );
    let field = |line: &str, field: &str| {
        let done = push.run(&format!("{line} --dry-run"));
        let request: serde_json::Value = serde_json::from_str(&done.out).expect("JSON");
        request["p_runs"][0][field]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(field("r.json", "environment"), "github-actions");
    assert_eq!(
        (field("r.json", "commit_sha"), field("r.json", "run_id")),
        ("fromci".into(), "17".into())
    );
    assert_eq!(
        (
            field("told.json", "environment"),
            field("told.json", "commit_sha")
        ),
        ("staging".into(), "fromreport".into())
    );
    assert_eq!(
        field("told.json --environment production", "environment"),
        "production"
    );
}
