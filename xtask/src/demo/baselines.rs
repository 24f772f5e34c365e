//! Baselines for the configurations, set with the CLI.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Cli;
use super::layout::configuration;
use crate::failure::Failure;
use crate::process::{output, say};

/// The session before the known changes, so that the dashboard and `detect_regression` can compare
/// the newest runs with it; see `benchmarks/README.md`.
const SESSION: i64 = 10;

/// Sets a baseline for every configuration: its run of that session, or its first later one.
pub(super) fn set(reports: &[Value], ids: &[String], cli: &Cli) -> Result<(), Failure> {
    let mut done = BTreeSet::new();
    for (report, id) in reports.iter().zip(ids) {
        let since = report["params"]["sequence"].as_i64().unwrap_or(0) >= SESSION;
        if since && done.insert(configuration(report)) {
            output(cli.command().args([
                "baseline",
                "set",
                id,
                "--reason",
                "the demo's baseline: before the known changes",
            ]))?;
        }
    }
    say!(
        "{} configurations have a baseline, from session {SESSION} or their first",
        done.len()
    );
    Ok(())
}
