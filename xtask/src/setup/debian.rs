//! Installs Debian packages, if that is possible without a password.

use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs};

use crate::failure::Failure;
use crate::process::{command, run, say, succeeds, which};

/// Installs packages, or fails with a sentence that `what` is missing and how to get it.
pub(super) fn install(packages: &[&str], what: &str, elsewhere: &str) -> Result<(), Failure> {
    let missing = || {
        let typed = format!("sudo apt-get install {}", packages.join(" "));
        Failure::new(format!("{what} is missing")).hint(format!(
            "on Debian or Ubuntu: `{typed}`; elsewhere: {elsewhere}"
        ))
    };
    if !is_possible() {
        return Err(missing());
    }
    say!("setup: installing {what} with apt-get");
    update()?;
    run(
        as_root("apt-get")
            .args(["install", "--yes", "--quiet", "--no-install-recommends"])
            .args(packages),
        &format!("{what} could not be installed"),
    )
    .map_err(|failure| failure.hint(elsewhere))
}

/// Whether packages can be installed without a prompt.
pub(super) fn is_possible() -> bool {
    which("apt-get").is_some() && (is_root() || succeeds(command("sudo").args(["-n", "true"])))
}

/// Refreshes the package list, once per command.
pub(super) fn update() -> Result<(), Failure> {
    static DONE: Mutex<bool> = Mutex::new(false);
    let mut done = DONE.lock().expect("no holder of the lock panics");
    if *done {
        return Ok(());
    }
    run(
        as_root("apt-get").args(["update", "--quiet"]),
        "the list of Debian packages could not be fetched",
    )?;
    *done = true;
    Ok(())
}

fn as_root(program: &str) -> Command {
    let mut command = if is_root() {
        command(program)
    } else {
        let mut sudo = command("sudo");
        sudo.args([
            "-n",
            "--preserve-env=DEBIAN_FRONTEND,http_proxy,https_proxy",
            program,
        ]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// Whether this process runs as root (only on Linux; apt-get doesn't exist elsewhere).
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
        || env::var_os("USER").is_some_and(|user| user == "root")
}
