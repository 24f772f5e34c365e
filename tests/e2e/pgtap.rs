//! Runs the pgTAP tests and reports each failed assertion.

use std::fs;
use std::path::PathBuf;

use bench_tests::{Postgres, Stack, project, target};

/// pgTAP as a single SQL file, provided by `cargo xtask test`.
fn pgtap() -> String {
    let file = target().join("pgtap/pgtap.sql");
    let text = fs::read_to_string(&file)
        .expect("pgTAP is not there: `cargo xtask test --only sql` gets it");
    // psql's own commands, such as `\echo Use "CREATE EXTENSION pgtap"`, are not SQL.
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('\\'));
    lines.collect::<Vec<_>>().join("\n")
}

fn test_files() -> Vec<PathBuf> {
    let folder = project().join("sql/supabase/tests");
    let entries = fs::read_dir(folder)
        .expect("sql/supabase/tests is there")
        .flatten();
    let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files
}

/// Installs pgTAP's functions in Supabase's schema for them, unless the server already has them.
fn install(database: &Postgres) {
    if database.one("select count(*) from pg_extension where extname = 'pgtap'") == "1" {
        return;
    }
    database
        .execute("set search_path = extensions, public")
        .expect("a setting");
    database
        .execute(&pgtap())
        .unwrap_or_else(|error| panic!("pgTAP is refused: {error:?}"));
    // Anyone may execute an extension's functions; functions of the schema's owner have no grants
    // by default.
    database
        .execute("grant execute on all functions in schema extensions to public")
        .expect("the functions are ours");
    database
        .execute("grant select on all tables in schema extensions to public")
        .expect("the tables are ours");
}

/// Runs one file and returns the TAP lines that are not a success.
fn failures(database: &Postgres, file: &PathBuf) -> Vec<String> {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let text = fs::read_to_string(file).expect("the file is readable");
    let text: Vec<_> = text
        .lines()
        .filter(|line| !line.to_lowercase().starts_with("create extension"))
        .collect();
    let rows = match database.rows(&text.join("\n")) {
        Ok(rows) => rows,
        Err(error) => {
            let why = error
                .as_db_error()
                .map_or_else(|| error.to_string(), ToString::to_string);
            let _ = database.execute("rollback");
            return vec![format!("{name}: {why}")];
        }
    };
    let lines: Vec<_> = rows
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|cell| cell.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut failed: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("not ok") || line.starts_with('#'))
        .map(|line| format!("{name}: {line}"))
        .collect();
    if !lines
        .iter()
        .any(|line| line.starts_with("ok ") || line.starts_with("not ok "))
    {
        failed.push(format!("{name}: no assertion ran"));
    }
    failed
}

#[test]
fn every_promise_of_the_schema_holds() {
    let stack = Stack::start();
    let files = test_files();
    assert!(!files.is_empty(), "there are tests in sql/supabase/tests");
    install(&stack.postgres());

    let mut failed = Vec::new();
    for file in &files {
        let database = stack.postgres();
        database
            .execute("set search_path = public, extensions")
            .expect("a setting");
        failed.extend(failures(&database, file));
    }

    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
