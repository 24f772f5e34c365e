//! The SQL in the guides runs unchanged.

use std::fs;

use bench_tests::{Stack, project};

/// The blocks of one language in a Markdown file, each with the line it begins on.
pub(crate) fn blocks(file: &str, language: &str) -> Vec<(usize, String)> {
    let text =
        fs::read_to_string(project().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
    let mut blocks = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        match &mut open {
            Some(_) if bare.starts_with("```") => blocks.extend(open.take()),
            Some((_, block)) => {
                block.push_str(line);
                block.push('\n');
            }
            None if bare == format!("```{language}") => open = Some((number + 2, String::new())),
            None => {}
        }
    }
    blocks
}

#[test]
fn every_query_in_the_guides_runs_as_it_stands() {
    let stack = Stack::start();
    let sample = project().join("benchmarks/sample_benchmark_results.json");
    stack.push().report(sample).run().success();
    let runs = project().join("benchmarks/runs/*_benchmark_results.json");
    stack.push().report(runs).run().success();

    let database = stack.postgres();
    for file in ["README.md", "docs/queries.md", "docs/backup.md"] {
        let blocks = blocks(file, "sql");
        assert!(!blocks.is_empty(), "{file} has queries");
        for (line, sql) in blocks {
            // Analysts can only read, so every query must run read-only.
            for role in ["service_role", "anon"] {
                let ran = database.rows(&format!(
                    "begin read only; set local role {role}; {sql}; rollback"
                ));
                if let Err(error) = ran {
                    let _ = database.execute("rollback");
                    panic!("{file}:{line} as {role}: {error:?}\n{sql}");
                }
            }
        }
    }
}
