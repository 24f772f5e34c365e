//! Baselines for some configurations, set as a person would: with the CLI.

use serde_json::Value;

use super::bench_push;
use crate::failure::Failure;
use crate::process::{output, say};
use crate::stack::Keys;

/// Marks the run of the session before the known changes, so that the dashboard and
/// `detect_regression` have something to hold the newest runs against.
const SESSION: i64 = 12;

/// Sets a baseline for every configuration that has a run in that session.
pub(super) fn set(reports: &[Value], ids: &[String], keys: &Keys) -> Result<(), Failure> {
    let mut set = 0;
    for (report, id) in reports.iter().zip(ids) {
        if report["params"]["sequence"] == SESSION {
            output(bench_push(keys).args([
                "baseline",
                "set",
                "--run",
                id,
                "--reason",
                "the demo's baseline: before the known changes",
            ]))?;
            set += 1;
        }
    }
    say!("{set} configurations have a baseline, the run of session {SESSION}");
    Ok(())
}
