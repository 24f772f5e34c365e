//! Paths: the checkout, cargo's target folder, the cache for downloaded tools.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::failure::{Explain as _, Failure};

/// The root of the checkout that this xtask was built from.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask/ lies in the root")
}

/// Cargo's target folder, derived from this program's own path, so every way to relocate it works.
pub(crate) fn target() -> PathBuf {
    let beside_me = env::current_exe()
        .ok()
        .and_then(|path| Some(path.parent()?.parent()?.into()));
    beside_me.unwrap_or_else(|| root().join("target"))
}

/// Tools downloaded or built for this project, shared by all checkouts of one user.
pub(crate) fn cache() -> PathBuf {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = base.unwrap_or_else(|| {
        env::var_os("HOME").map_or_else(
            || target().join("cache"),
            |home| PathBuf::from(home).join(".cache"),
        )
    });
    base.join("bench-monitor")
}

/// `path` for messages: relative to the root if it is inside.
pub(crate) fn short(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Reads a text file of the project.
pub(crate) fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).explain(|| format!("`{}` cannot be read", short(path)))
}

/// Writes a text file; creates its parent folders.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).explain(|| format!("`{}` cannot be made", short(folder)))?;
    }
    fs::write(path, text).explain(|| format!("`{}` cannot be written", short(path)))
}

/// Locks the checkout for as long as the file is held, waiting for other xtasks: two concurrent
/// builds of the dashboard would write into the same folder.
pub(crate) fn alone() -> Result<File, Failure> {
    let path = target().join("xtask.lock");
    let about = || format!("`{}` cannot be locked", short(&path));
    fs::create_dir_all(target()).explain(about)?;
    let lock = File::create(&path).explain(about)?;
    if lock.try_lock().is_err() {
        eprintln!("xtask: waiting for another xtask to finish its preparations");
        lock.lock().explain(about)?;
    }
    Ok(lock)
}

/// The version of a package in `Cargo.lock`.
pub(crate) fn locked_version(package: &str) -> Result<String, Failure> {
    let lock = read(&root().join("Cargo.lock"))?;
    version_in_lock(&lock, package)
        .ok_or_else(|| Failure::new(format!("`{package}` is not in Cargo.lock")))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name).skip(1);
    let version = lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_by_the_whole_name() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";

        assert_eq!(
            version_in_lock(lock, "wasm-bindgen").as_deref(),
            Some("0.2.129")
        );
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
