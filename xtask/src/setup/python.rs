//! A virtual environment with Supabase's Python client, which the original system's users have.

use std::fs;

use super::debian;
use crate::failure::{Explain as _, Failure};
use crate::process::{command, run, say, succeeds};
use crate::project;

pub(super) fn ensure() -> Result<(), Failure> {
    let requirements = project::root().join("tests/clients/requirements.txt");
    let wanted = project::read(&requirements)?;
    let environment = project::target().join("python-client");
    let installed = environment.join("installed-for.txt");
    if fs::read_to_string(&installed).ok().as_ref() == Some(&wanted) {
        say!("setup: Supabase's Python client is there");
        return Ok(());
    }

    if !succeeds(command("python3").args(["-c", "import ensurepip, venv"])) {
        debian::install(
            &["python3", "python3-venv"],
            "Python 3 with venv",
            "get Python 3.9 or later from python.org",
        )?;
    }
    run(
        command("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&environment),
        "Python's virtual environment could not be made",
    )?;
    run(
        command(environment.join("bin/python"))
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(&requirements),
        "Supabase's Python client could not be installed",
    )?;
    fs::write(&installed, wanted)
        .explain(|| format!("`{}` cannot be written", project::short(&installed)))
}
