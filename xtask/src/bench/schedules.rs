//! Schedules against a real stack, in their long form: an example of `bench-tests` plays them.

use crate::binaries::Binaries;
use crate::failure::Failure;
use crate::process::{cargo, run};
use crate::{dashboard, setup};

/// Plays the schedules of `example` from `first` on; fails with the sentence `found` if one found
/// something.
pub(super) fn play(
    example: &str,
    first: &str,
    schedules: &str,
    found: &'static str,
) -> Result<(), Failure> {
    setup::for_dashboard()?;
    Binaries::release()?;
    // The stack of the tests serves it.
    dashboard::build()?;
    let named = [
        "run",
        "--quiet",
        "--package",
        "bench-tests",
        "--example",
        example,
        "--",
    ];
    run(cargo().args(named).args([first, schedules]), found)
}
