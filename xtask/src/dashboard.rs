//! The dashboard in `web/dist`, built only if its inputs changed.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::failure::{Explain as _, Failure};
use crate::process::{command, run, say};
use crate::project;

/// All inputs of the build.
const INPUTS: [&str; 5] = [
    "web",
    "crates/bench-model/src",
    "crates/bench-model/Cargo.toml",
    "Cargo.toml",
    "Cargo.lock",
];

/// Folders inside the inputs that the build creates.
const NOT_INPUTS: [&str; 3] = ["dist", "node_modules", "target"];

/// The folder of the built page.
pub(crate) fn folder() -> PathBuf {
    project::root().join("web/dist")
}

/// Builds the dashboard for release, or does nothing if the last build had the same inputs.
pub(crate) fn build() -> Result<(), Failure> {
    let _alone = project::alone()?;
    let inputs = fingerprint(&INPUTS.map(|path| project::root().join(path)))?;
    let stamp = project::target().join("dashboard-built-from.txt");
    // The page is part of the stamp because `trunk serve` writes a development build to the same
    // folder.
    let wanted = || {
        Some(format!(
            "{inputs:016x} {:016x}",
            fingerprint(&[folder().join("index.html")]).ok()?
        ))
    };

    if folder().join("index.html").is_file() && fs::read_to_string(&stamp).ok() == wanted() {
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
    let built = wanted().ok_or_else(|| Failure::new("trunk built no web/dist/index.html"))?;
    project::write(&stamp, &built)
}

/// A hash over names and contents of files and folders; modification times mean nothing after a
/// checkout.
fn fingerprint(inputs: &[PathBuf]) -> Result<u64, Failure> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        add(input, &mut hasher)?;
    }
    Ok(hasher.finish())
}

fn add(path: &Path, hasher: &mut DefaultHasher) -> Result<(), Failure> {
    let about = || format!("`{}` cannot be read", project::short(path));
    if path.is_dir() {
        let entries = fs::read_dir(path).explain(about)?;
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        for name in names
            .iter()
            .filter(|name| !NOT_INPUTS.iter().any(|skipped| name == skipped))
        {
            add(&path.join(name), hasher)?;
        }
    } else {
        path.hash(hasher);
        fs::read(path).explain(about)?.hash(hasher);
    }
    Ok(())
}
