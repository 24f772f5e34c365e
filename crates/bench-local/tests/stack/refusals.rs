use std::{
    fs::{self, Permissions},
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::PermissionsExt as _,
};

use crate::kit::{Stack, am_root, stderr};

/// The message on stderr, after checking the documented status.
fn refusal(stack: &Stack, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = stack
        .command("up")
        .args(arguments)
        .envs(variables.iter().copied())
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    stderr(&output)
        .replace(
            stack
                .scratch()
                .canonicalize()
                .expect("exists")
                .to_str()
                .expect("UTF-8"),
            "SCRATCH",
        )
        .replace(stack.scratch().to_str().expect("UTF-8"), "SCRATCH")
}

#[test]
fn a_taken_port_is_named_with_its_holder_when_it_is_one_of_us() {
    let first = Stack::up();
    let second = Stack::prepare();

    let text = refusal(
        &second,
        &["--port", &first.port.to_string(), "--detach"],
        &[],
    );

    assert!(
        text.contains(&format!(
            "another bench-local (process {}, data folder",
            first.supervisor()
        )),
        "{text}"
    );
    assert!(
        text.contains("hint: stop it with `bench-local down --data-dir /"),
        "{text}"
    );
}

#[test]
fn a_port_that_another_program_holds_is_refused() {
    let stack = Stack::prepare();
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let port = other.local_addr().expect("an address").port();
    // Never responds.
    std::thread::spawn(move || while other.accept().is_ok() {});

    let text = refusal(&stack, &["--port", &port.to_string(), "--detach"], &[]);

    assert_eq!(
        text,
        format!(
            "error: 127.0.0.1:{port} is taken by another program\n\nhint: choose another port with `--port`\n"
        )
    );
}

#[test]
fn a_folder_of_another_major_version_is_refused_and_not_touched() {
    let stack = Stack::prepare();
    let cluster = stack.folder().join("postgres");
    fs::create_dir_all(&cluster).expect("a folder");
    fs::write(cluster.join("PG_VERSION"), "9\n").expect("a file");
    fs::write(cluster.join("bench-local.json"), "{}").expect("a file");
    fs::write(stack.folder().join("keys.json"), keys()).expect("a file");

    let text = refusal(&stack, &["--port", &stack.port.to_string()], &[]);

    assert!(
        text.contains("`SCRATCH/data/postgres` was made by PostgreSQL 9, and this machine has "),
        "{text}"
    );
    assert!(
        text.contains("`bench-local reset --data-dir SCRATCH/data` throws the data away"),
        "{text}"
    );
    assert_eq!(
        fs::read_to_string(cluster.join("PG_VERSION")).expect("still there"),
        "9\n"
    );
}

#[tokio::test]
async fn a_folder_whose_schema_was_made_by_other_migrations_says_how_to_start_afresh() {
    let stack = Stack::up();
    let owner = stack.database().await;
    owner
        .batch_execute(
            "delete from supabase_migrations.schema_migrations;
             insert into supabase_migrations.schema_migrations (version, name)
             values ('20261124000100', 'tables'), ('20261124000200', 'rights')",
        )
        .await
        .expect("the owner may");
    drop(owner);
    stack.run("down", &[]);

    let text = refusal(&stack, &["--port", &stack.port.to_string()], &[]);

    assert_eq!(
        text.lines().last(),
        Some(
            "hint: start afresh: `bench-local reset --data-dir SCRATCH/data` deletes its data and keeps its keys, \
             or choose another folder with `--data-dir`"
        ),
        "{text}"
    );
    assert!(
        text.contains("made by a bench-local before 0.1.0 and cannot be upgraded"),
        "{text}"
    );
    assert!(stack.run("reset", &[]).status.success());
    stack.start();
    assert_eq!(stack.count_runs("any"), 0);
}

#[test]
fn a_variable_that_names_the_wrong_place_is_named() {
    let stack = Stack::prepare();
    let port = stack.port.to_string();
    let scratch = stack.scratch().to_str().expect("UTF-8");

    let postgres = refusal(
        &stack,
        &["--port", &port],
        &[("BENCH_LOCAL_PG_BIN", scratch)],
    );
    assert_eq!(
        postgres,
        "error: BENCH_LOCAL_PG_BIN names `SCRATCH`, where there is no `postgres`\n\n\
         hint: set it to the folder with `postgres` and `initdb`, or unset it\n"
    );

    let postgrest = refusal(
        &stack,
        &["--port", &port],
        &[("BENCH_LOCAL_POSTGREST", "/bin/echo")],
    );
    assert_eq!(
        postgrest,
        "error: BENCH_LOCAL_POSTGREST names `/bin/echo`, which does not run: \
         it does not say that it is PostgREST\n\n\
         hint: set it to the `postgrest` program, or unset it\n"
    );
}

#[test]
fn as_root_a_folder_that_the_database_cannot_enter_is_named() {
    if !am_root() {
        return;
    }
    let stack = Stack::prepare();
    fs::set_permissions(stack.scratch(), Permissions::from_mode(0o700)).expect("chmod");

    let text = refusal(
        &stack,
        &["--port", &stack.port.to_string(), "--detach"],
        &[],
    );

    assert!(text.contains("who cannot enter `SCRATCH`"), "{text}");
    assert!(
        text.contains("hint: let others in with `chmod o+x SCRATCH`, or choose another folder"),
        "{text}"
    );
}

#[test]
fn a_dashboard_that_is_not_built_is_refused_with_the_command_that_builds_it() {
    let stack = Stack::prepare();
    let text = refusal(
        &stack,
        &["--port", &stack.port.to_string(), "--dashboard", "no/such"],
        &[],
    );

    assert_eq!(
        text,
        "error: `no/such` is not a folder with an `index.html`\n\n\
         hint: build it with `cargo xtask dashboard`, then pass `--dashboard web/dist`\n"
    );
}

#[test]
fn verbs_on_a_folder_without_a_stack_say_how_to_start_one() {
    let stack = Stack::prepare();
    for verb in ["keys", "status", "reset"] {
        let output = stack.run(verb, &[]);
        assert_eq!(output.status.code(), Some(2), "{verb}");
        assert!(
            stderr(&output).contains("hint: start one with `bench-local up --data-dir"),
            "{verb}"
        );
    }
    // Stopping a stack that doesn't exist succeeds.
    assert!(stack.run("down", &[]).status.success());
}

fn keys() -> String {
    let names = [
        "jwt_secret",
        "anon_key",
        "service_role_key",
        "publishable_key",
        "secret_key",
        "superuser_password",
        "postgres_password",
        "authenticator_password",
    ];
    let keys: serde_json::Map<_, _> = names
        .iter()
        .map(|name| ((*name).to_owned(), "x".into()))
        .collect();
    serde_json::Value::Object(keys).to_string()
}
