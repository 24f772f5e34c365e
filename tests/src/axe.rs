//! Runs axe, the accessibility checker behind browsers' own tools, inside the page.

use std::fs;

use serde_json::Value;

use crate::{Browser, project};

/// The violations that axe finds in the current page: rule, fix and element. Undecided cases (text
/// over a picture) are left out.
///
/// # Panics
///
/// If axe is not installed (`cargo xtask test` installs it) or fails to run.
pub fn violations(browser: &Browser) -> Vec<String> {
    let file = project().join("tests/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file).expect("npm ci was run in tests/");
    browser.script(&format!("if (!window.axe) {{ {axe} }}"));
    let found = browser.script(
        "return axe.run(document, {resultTypes: ['violations'], preload: false}).then(({violations}) =>
             violations.flatMap(({id, help, nodes}) =>
                 nodes.map(node => `${id}: ${help}: ${node.html.slice(0, 160)} ${node.failureSummary.replace(/\\s+/g, ' ')}`)))",
    );
    match found {
        Value::Array(found) => found
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect(),
        other => panic!("axe answered {other}"),
    }
}
