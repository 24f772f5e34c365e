//! Runs that could not be sent are kept and sent later, each once.

use std::{fs, thread, time::Duration};

use crate::{
    push::{Push, REPORT, files_below},
    server::{Act, Server},
};

/// A spooled run, and a recovered server.
fn waiting() -> (Server, Push) {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    assert_eq!(push.push("--attempts 1").status, 5);
    assert_eq!(push.spooled().len(), 1);
    server.now_does([Act::Store]);
    (server, push)
}

#[test]
fn flush_sends_what_waits_and_a_second_flush_has_nothing_to_do() {
    let (server, push) = waiting();

    let first = push.run("flush");
    assert_eq!(first.status, 0, "{}", first.talk);
    assert!(first.out.starts_with("stored run "), "{}", first.out);
    assert!(push.spooled().is_empty());

    let second = push.run("flush");
    assert_eq!((second.status, second.out.as_str()), (0, ""));
    assert_eq!(second.talk, "the spool is empty, nothing to send\n");
    assert_eq!(server.stored(), 1);
}

#[test]
fn pushing_again_and_flushing_stores_one_run() {
    let (server, push) = waiting();
    assert_eq!(push.push("").status, 0);

    let flushed = push.run("flush");
    assert_eq!(flushed.status, 0);
    assert!(
        flushed.out.ends_with("was already stored\n"),
        "{}",
        flushed.out
    );
    assert_eq!(server.stored(), 1);
}

#[test]
fn eight_pushes_and_eight_flushes_at_once_lose_nothing_and_store_each_run_once() {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    for index in 0..8 {
        push.write(
            &format!("{index}.json"),
            REPORT.replace("m-1", &format!("m-{index}")),
        );
    }
    thread::scope(|scope| {
        for index in 0..8 {
            let push = &push;
            scope.spawn(move || {
                // Two concurrent jobs send each run.
                let line = format!("{}.json --commit-sha abc123 --attempts 1", index / 2);
                assert_eq!(push.run(&line).status, 5);
            });
        }
    });
    assert_eq!(push.spooled().len(), 4);

    server.now_does([Act::Store]);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(push.run("flush").status, 0));
        }
    });
    assert!(push.spooled().is_empty());
    let sent: usize = server
        .asked()
        .iter()
        .skip(8)
        .map(|asked| asked.keys().len())
        .sum();
    assert_eq!((server.stored(), sent), (4, 4));
}

#[test]
fn a_run_that_the_server_refuses_is_put_aside_with_the_reason_and_the_others_go_out() {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    push.write("other.json", REPORT.replace("m-1", "m-2"));
    assert_eq!(push.push("--input=other.json --attempts 1").status, 5);
    let refusal = || {
        Act::Answer(
            400,
            "",
            r#"{"code":"22023","message":"`f1` keeps its direction"}"#.to_owned(),
        )
    };
    // Both together, then one by one: the first is refused.
    server.now_does([refusal(), refusal(), Act::Store]);

    let done = push.run("flush");
    assert_eq!(done.status, 4, "{}", done.talk);
    assert_eq!(server.stored(), 1);
    let left = push.spooled();
    assert_eq!(left.len(), 1);
    assert!(
        left[0]
            .parent()
            .is_some_and(|folder| folder.ends_with("refused"))
    );
    assert!(
        fs::read_to_string(&left[0])
            .expect("a file")
            .contains("keeps its direction")
    );
    assert_eq!(push.run("flush").status, 0);
}

#[test]
fn a_refused_run_is_reported_until_it_is_sent_again_or_removed() {
    let refusal = Act::Answer(
        400,
        "",
        r#"{"code":"22023","message":"`f1` keeps its direction"}"#.to_owned(),
    );
    for (flag, is_stored) in [("--retry-refused", true), ("--remove-refused", false)] {
        let (server, push) = waiting();
        server.now_does([refusal.clone()]);
        assert_eq!(push.run("flush").status, 4);
        server.now_does([Act::Answer(200, "", "[]".to_owned())]);

        for _ in 0..2 {
            let done = push.run("flush");
            assert_eq!(done.status, 0);
            for part in ["1 run refused", "keeps its direction", "--remove-refused"] {
                assert!(done.talk.contains(part), "{}", done.talk);
            }
            let done = push.run("doctor");
            assert_eq!(done.status, 4, "{}", done.out);
            assert!(done.out.contains("1 run refused"), "{}", done.out);
            assert!(done.talk.contains("--remove-refused"), "{}", done.talk);
        }

        server.now_does([Act::Store]);
        let done = push.run(&format!("flush {flag}"));
        assert_eq!(done.status, 0, "{}", done.talk);
        assert_eq!(server.stored() == 1, is_stored, "{}", done.talk);
        assert!(push.spooled().is_empty());
        assert!(!push.run("doctor").out.contains("refused"));
    }
}

#[test]
fn a_server_that_is_still_away_or_lacks_the_schema_leaves_the_spool_as_it_is() {
    let (server, push) = waiting();
    server.now_does([Act::Drop]);
    assert_eq!(push.run("flush --attempts 1").status, 5);
    server.now_does([Act::Answer(
        404,
        "",
        r#"{"code":"PGRST202","message":"no such function"}"#.to_owned(),
    )]);
    let done = push.run("flush");
    assert_eq!(done.status, 4, "{}", done.talk);
    assert!(
        done.talk.contains("1 run still waits") && done.talk.contains("bench-push schema apply"),
        "{}",
        done.talk
    );
    assert_eq!(push.spooled().len(), 1);
}

#[test]
fn a_file_that_was_half_written_or_is_another_s_is_put_aside() {
    let (_server, push) = waiting();
    fs::write(&push.spooled()[0], "{\"project_url\": \"http").expect("written");
    assert_eq!(push.run("flush").status, 4);
    assert_eq!(push.spooled().len(), 1);
    assert_eq!(push.run("flush").status, 0);
}

#[test]
fn a_spool_that_cannot_be_written_is_said_so() {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    let done = push.push("--attempts 1 --spool-dir r.json");
    assert_eq!(done.status, 5);
    assert!(
        done.talk.contains("could not be put into the spool"),
        "{}",
        done.talk
    );
    assert!(done.talk.contains("--spool-dir"));
    assert_eq!(files_below(push.folder(), "tmp").len(), 0);
}

#[test]
fn a_flush_that_is_killed_in_the_middle_loses_nothing_and_blocks_nobody() {
    let (server, push) = waiting();
    server.now_does([Act::StoreThenHang, Act::Store]);
    let mut killed = push.command("flush").spawn().expect("it runs");
    while server.stored() == 0 {
        thread::sleep(Duration::from_millis(10));
    }
    killed.kill().and_then(|()| killed.wait()).expect("it ends");
    assert_eq!(push.spooled().len(), 1);

    let next = push.run("flush");
    assert_eq!(next.status, 0, "{}", next.talk);
    assert!(next.out.ends_with("was already stored\n"), "{}", next.out);
    assert!(push.spooled().is_empty());
    assert_eq!(server.stored(), 1);
}
