//! `cargo xtask bench dashboard`: what the dashboard weighs, how soon it shows something, how smoothly it
//! moves and how much it holds on to, in a real browser over a real stack.
//!
//! The measuring is done by an example of `bench-tests`, which has the stack and the browser.

use crate::failure::Failure;
use crate::process::{cargo, run};
use crate::{binaries, dashboard, setup};

/// Measures everything, then fails when a promise is broken.
pub(crate) fn run_all() -> Result<(), Failure> {
    setup::for_dashboard()?;
    setup::for_browser()?;
    binaries::build()?;
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
