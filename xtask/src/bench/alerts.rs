//! `cargo xtask bench alerts`: crashes while incidents are recorded and told, in their long form.
//!
//! An example of `bench-tests` plays them; `cargo xtask test` plays a few.

use crate::bench::schedules::play;
use crate::failure::Failure;

/// What to play.
pub(crate) struct Options {
    schedules: u32,
    first: u32,
}

impl Options {
    pub(crate) fn parse(mut arguments: lexopt::Parser) -> Result<Self, lexopt::Error> {
        use lexopt::prelude::{Long, ValueExt as _};
        let mut options = Self {
            schedules: 10_000,
            first: 0,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("schedules") => options.schedules = arguments.value()?.parse()?,
                Long("first") => options.first = arguments.value()?.parse()?,
                other => return Err(other.unexpected()),
            }
        }
        Ok(options)
    }
}

/// Plays all schedules, then fails if one found something.
pub(crate) fn run_all(options: &Options) -> Result<(), Failure> {
    let (first, schedules) = (options.first.to_string(), options.schedules.to_string());
    let found = "an incident was lost or told twice, see above";
    play("alerts", &first, &schedules, found)
}
