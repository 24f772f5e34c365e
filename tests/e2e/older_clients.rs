//! Clients of the original system, unchanged: Supabase's Python and JavaScript clients, with both
//! kinds of keys.

use std::path::Path;
use std::process::Command;

use bench_tests::{Stack, project, target};

/// Runs a client's script and insists that all its checks pass.
#[track_caller]
fn holds(stack: &Stack, program: &Path, script: &str, read_key: &str, write_key: &str) {
    let mut client = Command::new(program);
    client.arg(project().join("tests/clients").join(script));
    client
        .env("SUPABASE_URL", stack.url())
        .env("READ_KEY", read_key)
        .env("WRITE_KEY", write_key);
    client.current_dir(project().join("tests"));
    let output = client.output().unwrap_or_else(|error| {
        panic!(
            "{}: {error}; `cargo xtask test --only e2e` installs it",
            program.display()
        )
    });
    assert!(
        output.status.success(),
        "{script}:\n{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn supabase_py_works_as_the_original_scripts_use_it_with_legacy_keys() {
    let stack = Stack::start();
    let keys = stack.keys();
    holds(
        &stack,
        &target().join("python-client/bin/python"),
        "original.py",
        &keys.anon,
        &keys.service_role,
    );
}

#[test]
fn supabase_py_works_as_the_original_scripts_use_it_with_new_keys() {
    let stack = Stack::start();
    let keys = stack.keys();
    holds(
        &stack,
        &target().join("python-client/bin/python"),
        "original.py",
        &keys.publishable,
        &keys.secret,
    );
}

#[test]
fn the_original_page_gets_what_it_asks_for_with_legacy_keys() {
    let stack = Stack::start();
    let keys = stack.keys();
    holds(
        &stack,
        &target().join("python-client/bin/python"),
        "original_page.py",
        &keys.anon,
        &keys.service_role,
    );
}

#[test]
fn the_original_page_gets_what_it_asks_for_with_new_keys() {
    let stack = Stack::start();
    let keys = stack.keys();
    holds(
        &stack,
        &target().join("python-client/bin/python"),
        "original_page.py",
        &keys.publishable,
        &keys.secret,
    );
}

#[test]
fn supabase_js_works_with_legacy_keys() {
    let stack = Stack::start();
    let keys = stack.keys();
    holds(
        &stack,
        Path::new("node"),
        "original.mjs",
        &keys.anon,
        &keys.service_role,
    );
}

#[test]
fn supabase_js_works_with_new_keys() {
    let stack = Stack::start();
    let keys = stack.keys();
    holds(
        &stack,
        Path::new("node"),
        "original.mjs",
        &keys.publishable,
        &keys.secret,
    );
}
