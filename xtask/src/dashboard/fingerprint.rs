//! Remembers the inputs of a build, so that nothing is built twice.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use crate::failure::{Explain as _, Failure};
use crate::project;

/// All inputs of the build.
const INPUTS: [&str; 6] = [
    "web",
    "crates/bench-model/src",
    "crates/bench-model/Cargo.toml",
    "xtask/glue",
    "Cargo.toml",
    "Cargo.lock",
];

/// Folders inside the inputs that the build creates.
const NOT_INPUTS: [&str; 3] = ["dist", "node_modules", "target"];

/// The inputs of a build, stored in a file when the build is complete.
pub(super) struct Stamp {
    file: PathBuf,
    page: PathBuf,
    inputs: u64,
}

impl Stamp {
    /// The stamp of the page in `folder`, stored under `name`.
    pub(super) fn of(folder: &Path, name: &str) -> Result<Self, Failure> {
        Ok(Self {
            file: project::target().join(name),
            page: folder.join("index.html"),
            inputs: hash(&INPUTS.map(|path| project::root().join(path)))?,
        })
    }

    /// Whether the last build had the same inputs and its page is unchanged.
    pub(super) fn is_current(&self) -> bool {
        self.page.is_file() && fs::read_to_string(&self.file).ok() == self.text()
    }

    /// Records that the page was just built.
    pub(super) fn write(&self) -> Result<(), Failure> {
        let text = self.text().ok_or_else(|| {
            Failure::new(format!(
                "the build left no `{}`",
                project::short(&self.page)
            ))
        })?;
        project::write(&self.file, &text)
    }

    /// The page is part of the stamp because `trunk serve` writes a development build to the same
    /// folder.
    fn text(&self) -> Option<String> {
        let page = hash(std::slice::from_ref(&self.page)).ok()?;
        Some(format!("{:016x} {page:016x}", self.inputs))
    }
}

/// A hash over names and contents of files and folders; modification times mean nothing after a
/// checkout.
fn hash(inputs: &[PathBuf]) -> Result<u64, Failure> {
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
