//! The dashboard, built only if its inputs changed: for release by trunk into `web/dist`, and for
//! the demo without trunk, which is faster.

mod fingerprint;
pub(crate) mod quick;

use std::path::PathBuf;

use crate::failure::Failure;
use crate::process::{command, run, say};
use crate::project;

use fingerprint::Stamp;

/// The folder of the release build.
pub(crate) fn folder() -> PathBuf {
    project::root().join("web/dist")
}

/// Whether the release build exists and is up to date.
fn is_built() -> Result<bool, Failure> {
    stamp().map(|stamp| stamp.is_current())
}

fn stamp() -> Result<Stamp, Failure> {
    Stamp::of(&folder(), "dashboard-built-from.txt")
}

/// Builds the dashboard for release, or does nothing if the last build had the same inputs.
pub(crate) fn build() -> Result<(), Failure> {
    let _alone = project::alone()?;
    let stamp = stamp()?;
    if stamp.is_current() {
        say!("the dashboard in web/dist is up to date");
        return Ok(());
    }
    run(
        command("trunk")
            .args(["build", "--release"])
            .current_dir(project::root().join("web"))
            .env_remove("NO_COLOR"),
        "the dashboard does not build",
    )?;
    stamp.write()
}
