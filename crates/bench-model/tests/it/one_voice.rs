//! The command line and the page write numbers, counts, commits and shortened texts alike, because
//! `bench_model::words` writes them for both.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What only `words` writes, …
const MARKS: [(&str, &str); 8] = [
    ("} %", "a percentage"),
    ("}…", "a shortened text"),
    ("\"−\"", "a minus sign"),
    ("\"−{", "a minus sign"),
    ("'−'", "a minus sign"),
    ("}s\"", "a plural"),
    (".take(12)", "a short commit"),
    (".take(7)", "a short commit"),
];
/// … with two exceptions: labels of an axis are filled in by the chart library, and an offset from
/// UTC is not a number.
const EXEMPT: [(&str, &str); 2] = [
    ("web/src/charts/trend/axes.rs", "} %"),
    ("web/src/view_model/time.rs", "'−'"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below a folder whose name ends so, with their text.
fn files(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    let entries = fs::read_dir(folder).expect("a folder of the repository");
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            let name = path.strip_prefix(root()).unwrap_or(&path);
            let text = fs::read_to_string(&path).expect("UTF-8");
            found.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
}

fn files_of(folders: &[&str], ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        files(&root().join(folder), ending, &mut found);
    }
    assert!(found.len() > 10, "too few `{ending}` files to be all");
    found
}

#[test]
fn percent_sign_plural_commit_and_shortened_text_are_written_in_one_place() {
    let sources = files_of(
        &["crates/bench-model/src", "crates/bench-push/src", "web/src"],
        ".rs",
    );
    let mut second = Vec::new();
    for (name, text) in &sources {
        if name.contains("bench-model/src/words") || name.ends_with("tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod").next().unwrap_or_default();
        for (line, number) in code.lines().zip(1..) {
            let is_code = !line.trim_start().starts_with("//");
            for (mark, what) in MARKS {
                let is_exempt = EXEMPT.contains(&(name.as_str(), mark));
                if is_code && line.contains(mark) && !is_exempt {
                    second.push(format!("{name}:{number} writes {what}: {}", line.trim()));
                }
            }
        }
    }
    assert!(second.is_empty(), "{}", second.join("\n"));
}

/// The first ASCII minus directly before a digit, where it is no dash inside of a word.
fn ascii_minus(line: &str) -> Option<&str> {
    let starts_number = |at: usize| {
        let before = line[..at].chars().next_back();
        let is_apart = before.is_none_or(|before| " (…±".contains(before));
        is_apart && line[at + 1..].starts_with(|after: char| after.is_ascii_digit())
    };
    let found = line.match_indices('-').find(|(at, _)| starts_number(*at));
    found.map(|(at, _)| &line[at..])
}

#[test]
fn sentences_have_a_true_minus_sign() {
    assert_eq!(
        ascii_minus("f1 fell (-0.1) on 2026-02-03"),
        Some("-0.1) on 2026-02-03")
    );
    assert_eq!(ascii_minus("f1 fell (−0.1) in run-31 on 2026-02-03"), None);

    let snapshots = files_of(&["crates", "web/src", "tests"], ".snap");
    let mut ascii = Vec::new();
    for (name, text) in &snapshots {
        // A chart's option is JSON, and what is wrong with a file is told in the file's notation.
        let told_as_written = ["/charts/", "report_problems", "rules_file"];
        if told_as_written.iter().any(|part| name.contains(part)) {
            continue;
        }
        let lines = text.lines().filter(|line| !line.contains("\": "));
        for line in lines {
            if let Some(found) = ascii_minus(line) {
                ascii.push(format!("{name}: {found}"));
            }
        }
    }
    assert!(ascii.is_empty(), "{}", ascii.join("\n"));
}
