//! Baselines for the configurations, set with the CLI.

use serde_json::Value;

use super::Cli;
use crate::failure::Failure;
use crate::process::{output, say};

/// Sets the baselines of the sample history.
pub(super) fn set(reports: &[Value], ids: &[String], cli: &Cli) -> Result<(), Failure> {
    let mut done = 0;
    for place in bench_samples::of_baselines(reports) {
        output(cli.command().args([
            "baseline",
            "set",
            &ids[place],
            "--reason",
            bench_samples::BASELINE_REASON,
        ]))?;
        done += 1;
    }
    say!("{done} configurations have a baseline, from the session before the known changes");
    Ok(())
}
