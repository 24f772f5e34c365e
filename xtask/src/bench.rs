//! `cargo xtask bench`: measures the performance targets. One file per benchmark; each prints every
//! figure beside its target and fails if one is missed.

mod alerts;
mod check;
mod dashboard;
mod faults;
mod push;
mod schedules;
mod verdicts;

use crate::failure::Failure;

/// The benchmark to run.
pub(crate) enum Bench {
    Push(push::Options),
    Check(check::Options),
    Verdicts(verdicts::Options),
    Dashboard,
    Faults(faults::Options),
    Alerts(alerts::Options),
}

impl Bench {
    /// The default is `push`.
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        let named = arguments.try_raw_args().and_then(|mut raw| {
            raw.next_if(|word| {
                ["push", "check", "verdicts", "dashboard", "faults", "alerts"]
                    .iter()
                    .any(|name| word == *name)
            })
        });
        match named.as_deref().and_then(|name| name.to_str()) {
            Some("check") => check::Options::parse(arguments).map(Self::Check),
            Some("verdicts") => verdicts::Options::parse(arguments).map(Self::Verdicts),
            Some("alerts") => alerts::Options::parse(arguments).map(Self::Alerts),
            Some("faults") => faults::Options::parse(arguments).map(Self::Faults),
            Some("dashboard") => match arguments.next()? {
                None => Ok(Self::Dashboard),
                Some(other) => Err(other.unexpected()),
            },
            _ => push::Options::parse(arguments).map(Self::Push),
        }
    }

    /// Runs the benchmark; fails if a target is missed.
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Push(options) => push::run(options),
            Self::Check(options) => check::run(options),
            Self::Verdicts(options) => verdicts::run_all(options),
            Self::Dashboard => dashboard::run_all(),
            Self::Faults(options) => faults::run_all(options),
            Self::Alerts(options) => alerts::run_all(options),
        }
    }
}
