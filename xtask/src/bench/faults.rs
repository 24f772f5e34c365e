//! `cargo xtask bench faults`: fault schedules against a real stack, in their long form.
//!
//! An example of `bench-tests` plays them; `cargo xtask test` plays a few.

use crate::bench::schedules::play;
use crate::failure::Failure;

/// What to play.
pub(crate) struct Options {
    schedules: u64,
    seed: u64,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, ValueExt as _};
        let mut options = Self {
            schedules: 1_000,
            seed: 1,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("schedules") => options.schedules = arguments.value()?.parse()?,
                Long("seed") => options.seed = arguments.value()?.parse()?,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// Plays all schedules, then fails if one found something.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let (first, schedules) = (options.seed.to_string(), options.schedules.to_string());
    let found = "a fault schedule found something, see above";
    play("faults", &first, &schedules, found)
}
