use std::{
    io::{BufRead as _, BufReader},
    process::Stdio,
    time::{Duration, Instant},
};

use crate::kit::{Stack, eventually, stderr, stdout};

#[test]
fn up_keys_status_down_and_up_again_with_the_same_keys_and_data() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    let keys = stdout(&stack.run("keys", &[]));
    let names: Vec<&str> = keys
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0))
        .collect();
    assert_eq!(
        names,
        [
            "SUPABASE_URL",
            "SUPABASE_ANON_KEY",
            "SUPABASE_SERVICE_ROLE_KEY",
            "SUPABASE_PUBLISHABLE_KEY",
            "SUPABASE_SECRET_KEY",
            "DATABASE_URL",
        ]
    );

    let status = stack.run("status", &[]);
    assert!(status.status.success());
    assert!(stdout(&status).starts_with(&format!("running at http://127.0.0.1:{} ", stack.port)));

    let begin = Instant::now();
    assert!(stack.run("down", &[]).status.success());
    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "stopping took {:?}",
        begin.elapsed()
    );
    assert!(stack.processes().is_empty());
    let status = stack.run("status", &[]);
    assert_eq!(
        (status.status.code(), stdout(&status).as_str()),
        (Some(1), "not running\n")
    );

    stack.start();
    assert_eq!(stdout(&stack.run("keys", &[])), keys);
    assert_eq!(stack.count_runs("model"), 1);
}

#[test]
fn a_second_up_says_that_it_runs_already() {
    let stack = Stack::up();
    let supervisor = stack.supervisor();

    // A second `up` returns immediately.
    stack.start();
    assert_eq!(stack.supervisor(), supervisor);

    let in_front = stack.run("up", &["--port", &stack.port.to_string()]);
    assert_eq!(in_front.status.code(), Some(2));
    assert!(
        stderr(&in_front).contains("runs in") && stderr(&in_front).contains("bench-local down")
    );

    let elsewhere = stack.run("up", &["--port", "55599", "--detach"]);
    assert_eq!(elsewhere.status.code(), Some(2));
}

#[test]
fn two_ups_at_once_start_one_stack() {
    let stack = Stack::prepare();
    let port = stack.port.to_string();
    let mut ups: Vec<_> = (0..2)
        .map(|_| {
            let mut up = stack.command("up");
            up.args(["--port", &port, "--detach"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            up.spawn().expect("bench-local runs")
        })
        .collect();
    for up in &mut ups {
        assert!(up.wait().expect("an end").success());
    }
    let servers = stack.processes().len();
    // bench-local and PostgreSQL; also PostgREST if it runs from a copy in the folder
    assert!((2..=3).contains(&servers), "{servers} processes");
}

#[test]
fn in_front_it_stops_on_a_signal_within_five_seconds() {
    let stack = Stack::prepare();
    let mut up = stack
        .command("up")
        .args(["--port", &stack.port.to_string()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("bench-local runs");
    let mut address = String::new();
    BufReader::new(up.stdout.take().expect("a pipe"))
        .read_line(&mut address)
        .expect("a line");
    assert_eq!(address, format!("http://127.0.0.1:{}\n", stack.port));

    let begin = Instant::now();
    nix::sys::signal::kill(
        nix::unistd::Pid::from_raw(up.id().try_into().expect("a small number")),
        nix::sys::signal::Signal::SIGINT,
    )
    .expect("sent");
    assert!(up.wait().expect("an end").success());

    assert!(
        begin.elapsed() < Duration::from_secs(5),
        "stopping took {:?}",
        begin.elapsed()
    );
    assert!(stack.processes().is_empty());
}

#[test]
fn reset_throws_the_data_away_and_keeps_the_keys() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    let key = stack.variable("SUPABASE_SECRET_KEY");

    assert!(stack.run("reset", &[]).status.success());
    assert!(stack.processes().is_empty());
    stack.start();

    assert_eq!(stack.count_runs("model"), 0);
    assert_eq!(stack.variable("SUPABASE_SECRET_KEY"), key);
}

#[test]
fn a_server_that_dies_is_started_again_and_status_tells() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    crate::kit::kill_now(stack.process("postgres"));
    eventually("the stack answers again", || {
        stack.get("/health").status == 200
    });

    assert_eq!(stack.count_runs("model"), 1);
    let status = stdout(&stack.run("status", &[]));
    assert!(status.contains("was started again"), "{status}");
}
