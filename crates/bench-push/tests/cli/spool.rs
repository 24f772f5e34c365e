//! Runs that could not be sent are kept and sent later, each once.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use crate::{
    push::{Push, REPORT, files_below},
    server::{Act, Asked, Server},
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
fn options_before_the_verb_are_its_options() {
    let (server, push) = waiting();
    let done = push.run("--attempts 2 flush");
    assert_eq!(done.status, 0, "{}", done.talk);
    assert_eq!(server.stored(), 1);
}

#[test]
fn what_cannot_be_sent_again_is_named() {
    let (server, push) = waiting();
    let run = push.spooled().remove(0);
    let refused = run.parent().expect("a folder").join("refused");
    fs::create_dir(&refused).expect("a folder");
    let other = refused.join(run.file_name().expect("a name"));
    fs::write(&other, "no run").expect("a file");

    let done = push.run("flush --retry-refused");
    assert_eq!(done.status, 0, "{}", done.talk);
    assert_eq!(server.stored(), 1);
    let named = format!("`{}`: it is not a run", other.display());
    assert!(done.talk.contains(&named), "{}", done.talk);
    assert!(
        done.talk.contains("and a run of its name waits"),
        "{}",
        done.talk
    );
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

const STATEMENT_TIMEOUT: &str =
    r#"{"code":"57014","message":"canceling statement due to statement timeout"}"#;

/// A file of `runs` reports, one of which names the model `m-bad`.
fn reports(runs: usize, bad: usize) -> String {
    let name = |run| {
        if run == bad {
            "m-bad".to_owned()
        } else {
            format!("m-{run}")
        }
    };
    let lines: Vec<String> = (0..runs)
        .map(|run| REPORT.replace('\n', " ").replace("m-1", &name(run)))
        .collect();
    lines.join("\n")
}

/// Fails every request with the bad run, as `act` says, and stores all others.
fn unless_bad(asked: &Asked, act: Act) -> Act {
    if asked.body.contains("m-bad") {
        act
    } else {
        Act::Store
    }
}

#[test]
fn no_good_run_waits_behind_a_bad_one_whatever_the_bad_one_meets() {
    type Choice = fn(&Asked) -> Act;
    fn busy(status: u16) -> Act {
        Act::Answer(status, "", r#"{"message":"no"}"#.to_owned())
    }
    let failures: [(&str, Choice); 6] = [
        ("57014", |asked| {
            unless_bad(asked, Act::Answer(500, "", STATEMENT_TIMEOUT.to_owned()))
        }),
        ("500", |asked| unless_bad(asked, busy(500))),
        ("502", |asked| unless_bad(asked, busy(502))),
        ("504", |asked| unless_bad(asked, busy(504))),
        ("did not answer", |asked| unless_bad(asked, Act::Hang)),
        ("closed the connection", |asked| {
            unless_bad(asked, Act::Drop)
        }),
    ];
    for (index, (words, act)) in failures.into_iter().enumerate() {
        let server = Server::that([Act::Drop]);
        let push = Push::to(&server);
        push.write("all.jsonl", reports(12, 5 * (index % 3)));
        let patience = "--attempts 2 --timeout 0.3 --give-up-after 2";
        let pushed = push.run(&format!("all.jsonl --commit-sha abc123 {patience}"));
        assert_eq!(
            (pushed.status, push.spooled().len()),
            (5, 12),
            "{}",
            pushed.talk
        );

        server.now_does([Act::depending(act)]);
        let before = server.asked().len();
        let flushed = push.run(&format!("flush {patience}"));
        assert_eq!(
            (flushed.status, server.stored()),
            (5, 11),
            "{}",
            flushed.talk
        );
        for part in [words, "stays in the spool", ".json"] {
            assert!(flushed.talk.contains(part), "{part}: {}", flushed.talk);
        }
        assert_eq!(push.spooled().len(), 1);
        let requests = server.asked().len() - before;
        assert!(requests < 30, "{words}: {requests} requests");

        // A run that comes later does not wait for it either.
        let bad = push.spooled();
        server.now_does([Act::Drop]);
        let late = format!("--model-version m-late {patience}");
        assert_eq!(push.push(&late).status, 5);
        server.now_does([Act::depending(act)]);
        let flushed = push.run(&format!("flush {patience}"));
        assert_eq!(
            (flushed.status, server.stored()),
            (5, 12),
            "{}",
            flushed.talk
        );
        assert_eq!(push.spooled(), bad);

        server.now_does([Act::Store]);
        assert_eq!(push.run("flush").status, 0);
        assert_eq!(server.stored(), 13);
    }
}

#[test]
fn a_push_spools_the_run_that_fails_by_itself_and_stores_the_others() {
    let server = Server::that([Act::depending(|asked| {
        unless_bad(asked, Act::Answer(500, "", STATEMENT_TIMEOUT.to_owned()))
    })]);
    let push = Push::to(&server);
    push.write("all.jsonl", reports(9, 8));
    let done = push.run("all.jsonl --commit-sha abc123 --attempts 2");
    assert_eq!((done.status, server.stored()), (5, 8), "{}", done.talk);
    assert!(
        done.talk.contains("1 run waits in the spool"),
        "{}",
        done.talk
    );
    assert_eq!(push.spooled().len(), 1);
}

#[test]
fn a_push_spools_the_run_that_fails_by_itself_also_if_another_is_refused() {
    let server = Server::that([Act::depending(|asked| {
        let refusal = r#"{"code":"22023","message":"`f1` keeps its direction"}"#;
        if asked.body.contains("m-bad") {
            Act::Answer(500, "", STATEMENT_TIMEOUT.to_owned())
        } else if asked.body.contains("m-2") {
            Act::Answer(400, "", refusal.to_owned())
        } else {
            Act::Store
        }
    })]);
    let push = Push::to(&server);
    push.write("all.jsonl", reports(3, 1));
    let done = push.run("all.jsonl --commit-sha abc123 --attempts 2");
    assert_eq!((done.status, server.stored()), (4, 1), "{}", done.talk);
    for part in [
        "keeps its direction",
        "1 run was not sent or not taken",
        "1 run waits in the spool",
    ] {
        assert!(done.talk.contains(part), "{part}: {}", done.talk);
    }
    let spooled = push.spooled();
    assert_eq!(spooled.len(), 1);
    let text = fs::read_to_string(&spooled[0]).expect("a file");
    assert!(text.contains("m-bad"), "{text}");
}

#[test]
fn a_request_that_is_too_slow_for_the_database_is_divided_without_repeating_it() {
    let server = Server::that([Act::depending(|asked| {
        if asked.keys().len() > 7 {
            Act::Answer(500, "", STATEMENT_TIMEOUT.to_owned())
        } else {
            Act::Store
        }
    })]);
    let push = Push::to(&server);
    push.write("all.jsonl", reports(60, 60));
    let done = push.run("all.jsonl --commit-sha abc123");
    assert_eq!((done.status, server.stored()), (0, 60), "{}", done.talk);
    // 60, 30 and 15 fail; then sevens, and now and then a fourteen to see whether it goes by now.
    assert!(server.asked().len() < 18, "{}", server.asked().len());
}

#[test]
fn a_server_that_fails_every_request_is_left_in_time_and_everything_stays() {
    for act in [
        Act::Hang,
        Act::Answer(500, "", STATEMENT_TIMEOUT.to_owned()),
    ] {
        let server = Server::that([Act::Drop]);
        let push = Push::to(&server);
        push.write("all.jsonl", reports(40, 40));
        let patience = "--attempts 3 --timeout 0.3 --give-up-after 1.5";
        assert_eq!(
            push.run(&format!("all.jsonl --commit-sha abc123 {patience}"))
                .status,
            5
        );
        server.now_does([act]);
        let start = Instant::now();
        let flushed = push.run(&format!("flush {patience}"));
        assert_eq!(flushed.status, 5, "{}", flushed.talk);
        assert!(
            flushed.talk.contains("40 runs still wait"),
            "{}",
            flushed.talk
        );
        assert!(
            start.elapsed() < Duration::from_secs(6),
            "{:?}",
            start.elapsed()
        );
        assert_eq!(push.spooled().len(), 40);
    }
}

#[test]
fn runs_that_fail_together_are_tried_last_the_next_time() {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    push.write("all.jsonl", reports(40, 0));
    let line = "all.jsonl --commit-sha abc123 --attempts 1";
    assert_eq!(push.run(line).status, 5);
    server.now_does([Act::Answer(500, "", STATEMENT_TIMEOUT.to_owned())]);
    let tried_alone = || {
        let before = server.asked().len();
        assert_eq!(push.run("flush --attempts 1").status, 5);
        let asked = server.asked().split_off(before);
        let keys = asked.iter().map(Asked::keys);
        let alone: Vec<Vec<String>> = keys.filter(|keys| keys.len() == 1).collect();
        alone.concat()
    };
    let first = tried_alone();
    assert!(first.len() >= 3, "{first:?}");
    assert!(!first.contains(&tried_alone()[0]), "{first:?}");
    assert_eq!(push.spooled().len(), 40);
}

#[test]
fn many_refused_runs_are_found_in_few_requests() {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    push.write("all.jsonl", reports(200, 150));
    assert_eq!(
        push.run("all.jsonl --commit-sha abc123 --attempts 1")
            .status,
        5
    );
    server.now_does([Act::depending(|asked| {
        let refusal = r#"{"code":"22023","message":"no"}"#;
        unless_bad(asked, Act::Answer(400, "", refusal.to_owned()))
    })]);
    let before = server.asked().len();
    assert_eq!(push.run("flush").status, 4);
    assert_eq!(server.stored(), 199);
    let requests = server.asked().len() - before;
    assert!(requests < 40, "{requests}");
}

#[test]
fn a_file_that_this_program_cannot_send_stays_is_named_and_stops_no_other() {
    let (server, push) = waiting();
    let folder = push.spooled()[0].parent().expect("a folder").to_path_buf();
    let text = fs::read_to_string(&push.spooled()[0]).expect("a file");
    fs::write(
        folder.join("later.json"),
        text.replace("\"version\": 1", "\"version\": 2"),
    )
    .expect("written");
    fs::write(
        folder.join("field.json"),
        text.replace("\"commit_sha\"", "\"gpu_hours\": 1, \"commit_sha\""),
    )
    .expect("written");
    fs::create_dir(folder.join("folder.json")).expect("a folder");
    #[cfg(unix)]
    nix::unistd::mkfifo(&folder.join("pipe.json"), nix::sys::stat::Mode::S_IRWXU).expect("a pipe");
    #[cfg(unix)]
    std::os::unix::fs::symlink("/dev/zero", folder.join("device.json")).expect("a link");
    #[cfg(target_os = "linux")]
    // The system refuses to read it, whoever asks.
    std::os::unix::fs::symlink("/proc/self/mem", folder.join("memory.json")).expect("a link");

    let done = push.run("flush");
    assert_eq!((done.status, server.stored()), (4, 1), "{}", done.talk);
    for part in [
        "later.json` was written by another bench-push: its version is 2, wanted 1",
        "field.json` has the field `gpu_hours`, which this bench-push does not know",
        "folder.json` is not a file",
        "pipe.json` is not a file",
        "device.json` is not a file",
        "memory.json` cannot be read",
    ] {
        assert!(done.talk.contains(part), "{part}: {}", done.talk);
    }
    for name in ["later.json", "field.json"] {
        assert!(folder.join(name).exists(), "{name}");
    }
}

#[test]
fn a_spool_of_this_machine_is_found_under_each_of_its_names() {
    let (server, push) = waiting();
    let push = push.with(
        "SUPABASE_URL",
        &format!("http://LOCALHOST:{}/", server.port()),
    );
    let done = push.run("flush");
    assert_eq!((done.status, server.stored()), (0, 1), "{}", done.talk);
    assert!(push.spooled().is_empty());
}

#[test]
fn what_is_stored_but_cannot_be_read_back_is_a_warning_and_nothing_is_spooled() {
    let server = Server::that([Act::Store, Act::Drop]);
    let push = Push::to(&server);
    let done = push.push("--verify --attempts 1");
    assert_eq!((done.status, server.stored()), (0, 1), "{}", done.talk);
    assert!(
        done.talk
            .contains("warning: what is stored could not be read back"),
        "{}",
        done.talk
    );
    assert!(push.spooled().is_empty());
}

/// Runs the command with a limit that the shell's `ulimit` sets.
#[cfg(target_os = "linux")]
fn limited(push: &Push, limit: &str, line: &str) -> (Option<i32>, String) {
    let script = format!("trap '' XFSZ; ulimit {limit}; exec \"$0\" {line}");
    let command = push.command("");
    let mut shell = std::process::Command::new("/bin/sh");
    shell
        .args(["-c", &script])
        .arg(command.get_program())
        .current_dir(push.folder())
        .env_clear();
    for (name, value) in command.get_envs() {
        shell.env(name, value.unwrap_or_default());
    }
    let output = shell.output().expect("a shell");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[cfg(target_os = "linux")]
#[test]
fn few_open_files_are_a_sentence_with_a_status() {
    for files in 4..20 {
        let (server, push) = waiting();
        for line in ["flush", "r.json --commit-sha abc123", "doctor"] {
            let (status, said) = limited(&push, &format!("-n {files}"), line);
            assert!(
                matches!(status, Some(0 | 2 | 4 | 5)),
                "{files} {line}: {said}"
            );
            assert!(!said.contains("panicked"), "{files} {line}: {said}");
            assert!(status == Some(0) || !said.is_empty(), "{files} {line}");
        }
        assert_eq!(push.run("flush").status, 0);
        assert_eq!(server.stored(), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_leaves_no_half_of_a_file() {
    let server = Server::that([Act::Drop]);
    let push = Push::to(&server);
    let (status, said) = limited(&push, "-f 0", "r.json --commit-sha abc123 --attempts 1");
    assert_eq!(status, Some(5), "{said}");
    assert!(said.contains("could not be put into the spool"), "{said}");
    assert!(push.spooled().is_empty());
    assert_eq!(files_below(push.folder(), "tmp").len(), 0);
}
