//! What the schedules did and found.

use std::collections::BTreeMap;
use std::fmt;

use super::fault::Fault;

/// The sum over all schedules.
#[derive(Debug, Default)]
pub struct Tally {
    /// The schedules played.
    pub schedules: usize,
    /// Calls of `bench-push`.
    pub calls: usize,
    /// Calls that were killed.
    pub kills: usize,
    /// Kills of the stack's servers.
    pub restarts: usize,
    /// Distinct runs.
    pub runs: usize,
    /// What went wrong, in sentences that name the seed; empty is what the product promises.
    pub findings: Vec<String>,
    met: BTreeMap<&'static str, usize>,
}

/// The same of one schedule.
#[derive(Debug, Default)]
pub(super) struct Played {
    pub(super) calls: usize,
    pub(super) kills: usize,
    pub(super) runs: usize,
    pub(super) findings: Vec<String>,
    pub(super) met: Vec<Fault>,
}

impl Tally {
    pub(super) fn add(&mut self, played: Played) {
        self.schedules += 1;
        self.calls += played.calls;
        self.kills += played.kills;
        self.runs += played.runs;
        self.findings.extend(played.findings);
        for fault in played.met {
            *self.met.entry(fault.name()).or_default() += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| what | count |\n| --- | ---: |")?;
        for (name, count) in [
            ("schedules", self.schedules),
            ("calls of `bench-push`", self.calls),
            ("calls killed", self.kills),
            ("kills of servers", self.restarts),
            ("distinct runs", self.runs),
        ] {
            writeln!(out, "| {name} | {count} |")?;
        }
        for (name, count) in &self.met {
            writeln!(out, "| fault: {name} | {count} |")?;
        }
        writeln!(
            out,
            "| **lost, twice, wrongly said to be stored, or stuck** | {} |",
            self.findings.len()
        )?;
        for finding in &self.findings {
            writeln!(out, "\n{finding}")?;
        }
        Ok(())
    }
}
