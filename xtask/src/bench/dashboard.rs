//! `cargo xtask bench dashboard`: the dashboard's download size, time to first content, frame rate
//! and memory, in a real browser with a real stack.
//!
//! An example of `bench-tests`, which has the stack and the browser, takes the measurements.

use crate::binaries::Binaries;
use crate::failure::Failure;
use crate::process::{cargo, run};
use crate::{dashboard, setup};

/// Measures everything, then fails if a target is missed.
pub(crate) fn run_all() -> Result<(), Failure> {
    setup::for_dashboard()?;
    setup::for_browser()?;
    Binaries::release()?;
    dashboard::build()?;
    run(
        cargo().args([
            "run",
            "--quiet",
            "--package",
            "bench-tests",
            "--example",
            "dashboard",
        ]),
        "the dashboard misses what it promises, see above",
    )
}
