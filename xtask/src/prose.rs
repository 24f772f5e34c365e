//! Prose in Markdown wraps at 100 characters, so that a changed sentence is a small diff.

use std::fs;
use std::path::Path;

use crate::failure::{Explain as _, Failure};
use crate::project;

/// The longest line of prose, in characters.
const WIDTH: usize = 100;

/// Folders without prose of ours: build results, packages, and the generated reference.
const SKIPPED: [&str; 4] = ["target", "node_modules", "dist", "reference"];

/// Checks every Markdown file of the project.
pub(crate) fn check() -> Result<(), Failure> {
    let mut found = Vec::new();
    visit(project::root(), &mut found)?;
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "prose is wider than {WIDTH}:\n  {}",
        found.join("\n  ")
    ))
    .hint("wrap these lines; tables, code blocks, headings and images may be longer"))
}

fn visit(folder: &Path, found: &mut Vec<String>) -> Result<(), Failure> {
    let unread = || format!("`{}` cannot be read", project::short(folder));
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).explain(unread)? {
        paths.push(entry.explain(unread)?.path());
    }
    paths.sort();
    for path in paths {
        if path.is_dir() {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_hidden = name.starts_with('.') && name != ".github";
            if !is_hidden && !SKIPPED.contains(&&*name) {
                visit(&path, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let lines = wide_lines(&project::read(&path)?);
            let name = project::short(&path);
            found.extend(lines.iter().map(|line| format!("{name}:{line}")));
        }
    }
    Ok(())
}

/// The numbers of the lines of prose that are too wide, from 1.
fn wide_lines(markdown: &str) -> Vec<usize> {
    let mut is_code = false;
    let mut wide = Vec::new();
    for (index, line) in markdown.lines().enumerate() {
        let text = line.trim_start();
        if text.starts_with("```") {
            is_code = !is_code;
        }
        let is_prose = !is_code
            && !["|", "#", "![", "```"]
                .iter()
                .any(|mark| text.starts_with(mark));
        if is_prose && line.chars().count() > WIDTH {
            wide.push(index + 1);
        }
    }
    wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_prose_has_to_be_wrapped() {
        let (fits, wide) = ("ä".repeat(100), "a".repeat(101));
        let markdown = format!(
            "# {wide}\n{fits}\n{wide}\n| {wide} |\n```sh\n{wide}\n```\n- {fits}\n![{wide}](x.png)"
        );

        assert_eq!(wide_lines(&markdown), [3, 8]);
    }
}
