//! Node.js, and the packages of a folder's `package-lock.json`.

use std::fs;
use std::path::Path;

use super::debian;
use crate::failure::{Explain as _, Failure};
use crate::process::{add_to_path, command, output, run, say};
use crate::project;

/// The oldest Node.js that our packages support.
const OLDEST: u32 = 18;

pub(super) fn ensure() -> Result<(), Failure> {
    let elsewhere = "get Node.js 18 or later from nodejs.org";
    let found = major_version();
    if found.is_none() || output(command("npm").arg("--version")).is_err() {
        debian::install(&["nodejs", "npm"], "npm (Node.js 18 or later)", elsewhere)?;
    }
    match major_version() {
        Some(version) if version >= OLDEST => {
            say!("setup: Node.js {version} is there");
            Ok(())
        }
        Some(version) => Err(Failure::new(format!(
            "Node.js {version} is too old, {OLDEST} or later is needed"
        ))
        .hint(elsewhere)),
        None => Err(Failure::new("Node.js was installed but does not run").hint(elsewhere)),
    }
}

/// Runs `npm ci` in `folder`, unless it already ran for the same lock file. Puts its programs on
/// the PATH, because wasm-opt and esbuild must be the pinned versions.
pub(super) fn install_packages(folder: &Path) -> Result<(), Failure> {
    let name = project::short(folder);
    let lock = folder.join("package-lock.json");
    let wanted =
        fs::read(&lock).explain(|| format!("`{}` cannot be read", project::short(&lock)))?;
    let installed = folder.join("node_modules/.installed-for.json");

    if fs::read(&installed).ok().as_ref() == Some(&wanted) {
        say!("setup: npm packages of {name}/ are there");
    } else {
        run(
            command("npm").current_dir(folder).args([
                "ci",
                "--no-audit",
                "--no-fund",
                "--loglevel=error",
            ]),
            &format!("the npm packages of {name}/ could not be installed"),
        )?;
        fs::write(&installed, &wanted)
            .explain(|| format!("`{}` cannot be written", project::short(&installed)))?;
    }
    add_to_path(folder.join("node_modules/.bin"));
    Ok(())
}

fn major_version() -> Option<u32> {
    let said = output(command("node").arg("--version")).ok()?;
    said.trim()
        .strip_prefix('v')?
        .split('.')
        .next()?
        .parse()
        .ok()
}
