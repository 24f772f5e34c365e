//! A start that was interrupted at any moment, and what it leaves behind, is no obstacle to the
//! next one.

use std::{
    fs,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::kit::{Stack, eventually, kill_if_there, kill_now, stderr, stdout};

/// How many moments to try: a few in every run, `BENCH_LOCAL_KILLS=50` in the long form.
fn kills() -> u32 {
    std::env::var("BENCH_LOCAL_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(4)
}

/// Starts a stack without waiting for it.
fn begin(stack: &Stack) -> Child {
    stack
        .command("up")
        .args(["--port", &stack.port.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("bench-local runs")
}

/// Lets a start run for `moment`, then kills it; with all that it has started, if `whole`.
fn interrupt(stack: &Stack, moment: Duration, whole: bool) {
    let mut up = begin(stack);
    std::thread::sleep(moment);
    up.kill().expect("killed");
    if whole {
        stack.processes().into_iter().for_each(kill_if_there);
    }
    up.wait().expect("an end");
}

fn duration_of(work: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    work();
    begin.elapsed()
}

#[test]
fn after_a_kill_at_any_moment_of_the_first_start_the_next_one_succeeds() {
    // The very first one may download its programs.
    drop(Stack::up());
    let stack = Stack::prepare();
    let first_start = duration_of(|| stack.start());
    drop(stack);
    let mut slowest = Duration::ZERO;

    for n in 0..kills() {
        // One random moment in each of as many equal parts.
        let moment = first_start.mul_f64((f64::from(n) + fastrand::f64()) / f64::from(kills()));
        let whole = n % 2 == 1;
        let stack = Stack::prepare();
        interrupt(&stack, moment, whole);

        let begin = Instant::now();
        let up = stack.run("up", &["--port", &stack.port.to_string(), "--detach"]);
        slowest = slowest.max(begin.elapsed());

        assert!(
            up.status.success(),
            "killed after {moment:?} (everything: {whole}): {}",
            stderr(&up)
        );
        assert_eq!(stack.get("/health").status, 200, "killed after {moment:?}");
        stack.store_run("model", 0.9);
    }
    eprintln!(
        "{} kills within a first start of {first_start:?}; the slowest start after one: {slowest:?}",
        kills()
    );
}

#[test]
fn starts_in_a_row_after_kills_at_random_moments_succeed_and_keep_the_data() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    let start = duration_of(|| {
        assert!(stack.run("down", &[]).status.success());
        stack.start();
    });
    kill_now(stack.supervisor());

    for n in 0..kills().min(10) {
        interrupt(&stack, start.mul_f64(fastrand::f64()), n % 2 == 1);
        stack.start();
        assert_eq!(stack.count_runs("model"), 1);
        kill_now(stack.supervisor());
    }
    stack.start();
    assert_eq!(stack.count_runs("model"), 1);
}

#[test]
fn down_in_the_middle_of_the_first_start_returns_once_nothing_runs() {
    let stack = Stack::prepare();
    let mut up = begin(&stack);
    eventually("a database is being made", || {
        stack.folder().join("postgres.new/postgres/base").exists()
    });

    assert!(stack.run("down", &[]).status.success());

    assert!(stack.processes().is_empty());
    assert!(up.wait().expect("an end").success());
    stack.start();
}

#[test]
fn a_number_that_belongs_to_another_process_by_now_harms_neither() {
    let other = Stack::up();
    let stack = Stack::up();
    assert!(stack.run("down", &[]).status.success());

    // What a container that was started again finds: small numbers, all of them taken.
    let folder = stack.folder();
    let pid_file = folder.join("postgres/postmaster.pid");
    fs::write(&pid_file, format!("{}\n", other.process("postgres"))).expect("a file");
    for part in ["postgrest", "postgresql", "initdb"] {
        let stale = json!({"pid": other.supervisor(), "started": "long ago"});
        fs::write(folder.join(part).with_extension("lock"), stale.to_string()).expect("a file");
    }
    fs::write(folder.join("postgrest.pid"), other.supervisor().to_string()).expect("a file");
    let file = folder.join("stack.json");
    let mut about: Value = serde_json::from_slice(&fs::read(&file).expect("a file")).expect("JSON");
    about["pid"] = json!(other.supervisor());
    fs::write(&file, about.to_string()).expect("a file");

    let down = stack.run("down", &[]);
    assert!(stderr(&down).starts_with("nothing runs in"), "{down:?}");
    stack.start();

    let status = other.run("status", &[]);
    assert!(status.status.success());
    assert!(!stdout(&status).contains("again"), "{}", stdout(&status));
}

#[test]
fn what_a_full_disk_left_half_written_is_no_obstacle() {
    let stack = Stack::up();
    stack.store_run("model", 0.9);
    assert!(stack.run("down", &[]).status.success());

    let folder = stack.folder();
    fs::create_dir_all(folder.join("postgres.new/postgres/base")).expect("folders");
    for (name, text) in [
        ("postgres/postmaster.pid", ""),
        ("postgres.new/bench-local.json", ""),
        ("postgres.new/postgres/PG_VERSION", ""),
        ("postgrest.lock", "{\"pid\": 1"),
        ("stack.json.x4Tz09.new", "{"),
        ("keys.json.x4Tz09.new", "{\"jwt_secret\": \"hu"),
        ("initdb.password", "hush"),
    ] {
        fs::write(folder.join(name), text).expect("a file");
    }

    stack.start();

    assert_eq!(stack.count_runs("model"), 1);
    // Pieces of secrets do not stay.
    for name in ["keys.json.x4Tz09.new", "initdb.password"] {
        assert!(!folder.join(name).exists(), "{name}");
    }
}
