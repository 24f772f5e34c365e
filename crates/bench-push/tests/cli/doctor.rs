//! The output of `doctor`.

use serde_json::Value;

use crate::{
    push::Push,
    server::{Act, Server},
};

#[test]
fn a_healthy_project_is_said_so_line_by_line() {
    let server = Server::that([Act::Answer(200, "", "[]".to_owned())]);
    let push = Push::to(&server)
        .with("BENCH_PUSH_SPOOL_DIR", "spool")
        .with("USER", "ann");
    insta::assert_snapshot!(push.run("doctor").said(&server));
}

#[test]
fn what_is_wrong_is_told_with_the_thing_it_is_about_and_the_status_a_push_would_have() {
    for (status, body, subject) in [
        (401, r#"{"message":"Invalid API key"}"#, "key"),
        (
            403,
            r#"{"code":"42501","message":"permission denied"}"#,
            "rights",
        ),
        (
            404,
            r#"{"code":"PGRST205","message":"Could not find the table"}"#,
            "schema",
        ),
        (200, "<html></html>", "server"),
    ] {
        let server = Server::that([Act::Answer(status, "", body.to_owned())]);
        let done = Push::to(&server).run("doctor --format json");
        let said: Value = serde_json::from_str(&done.out).expect("JSON");
        let wrong = said["findings"]
            .as_array()
            .and_then(|all| all.iter().find(|finding| finding["ok"] == false));
        let wrong = wrong.expect("something wrong");
        assert_eq!(
            (done.status, &wrong["subject"]),
            (4, &subject.into()),
            "{said}"
        );
        assert!(wrong["hint"].is_string(), "{said}");
    }
    assert_eq!(Push::bare().run("doctor").status, 2);
}

#[test]
fn the_environment_is_the_one_that_a_push_would_have() {
    let server = Server::that([Act::Answer(200, "", "[]".to_owned())]);
    let push = Push::to(&server)
        .with("BENCH_PUSH_ENVIRONMENT", "staging")
        .with("BENCH_PUSH_COMMIT_SHA", "abc1234")
        .with("BENCH_PUSH_SPOOL_DIR", "spool");
    let said = push.run("doctor").out;
    assert!(
        said.contains("a push from here is of environment staging, commit abc1234"),
        "{said}"
    );
    let rehearsed = push.run("push r.json --dry-run");
    assert!(rehearsed.out.contains("\"staging\""), "{}", rehearsed.out);
}
