//! A key appears in the environment and in the request, and nowhere else.

use std::fs;
use std::path::Path;

use bench_tests::{Stack, report, report_file};
use tempfile::TempDir;

/// Searches every file below a folder for the secrets.
#[track_caller]
fn assert_absent_below(folder: &Path, secrets: &[&str]) {
    for entry in fs::read_dir(folder).expect("the folder is ours").flatten() {
        let path = entry.path();
        if path.is_dir() {
            assert_absent_below(&path, secrets);
        } else {
            let bytes = fs::read(&path).expect("the file is ours");
            let text = String::from_utf8_lossy(&bytes);
            for secret in secrets {
                assert!(!text.contains(secret), "{} holds a key", path.display());
            }
        }
    }
}

#[test]
fn a_key_is_in_no_output_no_error_no_file_and_no_argument() {
    let stack = Stack::start();
    let home = TempDir::new().expect("a temporary folder");
    let file = report_file(
        stack.folder(),
        "report.json",
        report("quiet", 0.9).to_string(),
    );
    let keys = stack.keys().writing();
    // A fragment of a key is a leak too.
    let parts = keys.map(|key| &key[key.len() / 2..]);
    let sentinel = "sb_secret_sentinelsentinelsentinel_sentinel";
    let secrets = [keys[0], keys[1], parts[0], parts[1], "sentinelsentinel"];
    let (output, summary) = (home.path().join("output"), home.path().join("summary"));

    let mut said = String::new();
    for key in [keys[0], keys[1], sentinel] {
        let push = || {
            let push = stack
                .push()
                .home(home.path())
                .env("SUPABASE_SECRET_KEY", key);
            push.env("GITHUB_OUTPUT", &output)
                .env("GITHUB_STEP_SUMMARY", &summary)
                .env("RUST_LOG", "trace")
                .env("RUST_BACKTRACE", "1")
        };
        said += &push().report(&file).run().all();
        said += &push()
            .report(&file)
            .args(["--format", "json", "--verify"])
            .run()
            .all();
        said += &push().report(&file).arg("--dry-run").run().all();
        said += &push().report("no-such-file").run().all();
        said += &push().arg("doctor").run().all();
        said += &push().args(["baseline", "list"]).run().all();
        // Nothing listens there, so the run is spooled.
        let down = push()
            .env("SUPABASE_URL", "http://127.0.0.1:9")
            .report(&file);
        said += &down
            .args(["--run-id", "spooled", "--attempts", "1"])
            .run()
            .all();
        said += &push()
            .env("SUPABASE_URL", "http://127.0.0.1:9")
            .args(["flush", "--attempts", "1"])
            .run()
            .all();
        said += &push()
            .env("SUPABASE_URL", "https://bad host/")
            .report(&file)
            .run()
            .all();
    }

    for secret in secrets {
        assert!(!said.contains(secret), "a key was printed:\n{said}");
    }
    assert_absent_below(home.path(), &secrets);
}

#[test]
fn a_key_is_not_among_the_arguments_that_everybody_on_the_machine_can_read() {
    let stack = Stack::start();
    let file = report_file(
        stack.folder(),
        "report.json",
        report("quiet", 0.9).to_string(),
    );
    // A server that never responds keeps the process alive while we inspect it.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", silent.local_addr().expect("it is bound"));

    let running = stack.push().env("SUPABASE_URL", url).report(file).spawn();
    let _connection = silent.accept().expect("bench-push connects");
    let arguments = fs::read(format!("/proc/{}/cmdline", running.id())).expect("it runs");
    running.kill();

    let arguments = String::from_utf8_lossy(&arguments);
    assert!(arguments.contains("--input"), "{arguments}");
    assert!(!arguments.contains("sb_secret_"), "{arguments}");
}

#[test]
fn a_database_password_is_in_no_error() {
    let stack = Stack::start();
    let url = "postgresql://postgres:sentinelsentinel@127.0.0.1:9/postgres";

    let apply = stack
        .push()
        .args(["schema", "apply", "--database-url", url])
        .run();
    let from_variable = stack
        .push()
        .env("DATABASE_URL", url)
        .args(["schema", "apply"])
        .run();

    for outcome in [apply, from_variable] {
        assert_ne!(outcome.status, 0);
        assert!(!outcome.all().contains("sentinel"), "{}", outcome.all());
    }
}

#[test]
fn a_key_is_in_no_reason_name_or_unit_that_is_stored() {
    let stack = Stack::start();
    let file = report_file(
        stack.folder(),
        "report.json",
        report("quiet", 0.9).to_string(),
    );
    stack.push().report(&file).run().success();
    let database = stack.postgres();
    let run = database.one("select id from public.benchmark_transactions");
    database
        .rows(&format!(
            "select * from public.record_change_points('[{{\"transaction_id\": \"{run}\", \"metric\": \"f1\", \"kind\": \"step\", \
               \"state\": \"confirmed\", \"before\": 0.8, \"after\": 0.9, \"method\": \"test\"}}]')"
        ))
        .expect("a change point");
    // With one of each verb's texts in place of `KEY`.
    let calls: [&[&str]; 14] = [
        &["retract", &run, "--reason", "KEY"],
        &["retract", &run, "--reason", "r", "--set-by", "KEY"],
        &["retract", "KEY", "--reason", "r"],
        &["retract", &run, "--reason", "r", "--instead", "KEY"],
        &["restore", &run, "--reason", "KEY"],
        &["restore", &run, "--reason", "r", "--set-by", "KEY"],
        &["metric", "set", "KEY", "--unit", "ms", "--reason", "r"],
        &["metric", "set", "m", "--unit", "KEY", "--reason", "r"],
        &["metric", "set", "m", "--unit", "ms", "--reason", "KEY"],
        &["metric", "set", "m", "--range", "KEY", "--reason", "r"],
        &[
            "metric",
            "set",
            "m",
            "--unit",
            "ms",
            "--reason",
            "r",
            "--declared-by",
            "KEY",
        ],
        &["baseline", "set", &run, "--reason", "KEY"],
        &["baseline", "clear", &run, "--reason", "KEY"],
        &["change-point", "dismiss", "1", "--reason", "KEY"],
    ];

    let written = "select (select count(*) from public.benchmark_retractions) + (select count(*) from public.benchmark_baselines) \
       + (select count(*) from public.benchmark_metric_declarations) + (select count(*) from public.benchmark_change_point_states)";
    let before = database.one(written);
    for key in stack.keys().writing() {
        let (start, end) = key.split_at(key.len() / 2);
        let secret = &key[key.len() - 20..];
        for form in [
            key.to_owned(),
            format!("it was {key}."),
            format!("{start} {end}"),
        ] {
            for call in calls {
                let arguments = call.iter().map(|word| word.replace("KEY", &form));
                let outcome = (stack.push().env("SUPABASE_SECRET_KEY", key))
                    .args(arguments.collect::<Vec<_>>())
                    .run();
                assert_eq!(outcome.status, 2, "{call:?}: {}", outcome.all());
                assert!(
                    !outcome.all().contains(secret),
                    "{call:?}: {}",
                    outcome.all()
                );
            }
        }
    }
    assert_eq!(database.one(written), before);
}
