//! Files of the repository that a command runs in.

use std::path::{Path, PathBuf};

/// The nearest file of this name, from `directory` up to the folder with `.git`; without a
/// repository only in `directory`.
pub(crate) fn nearest(directory: &Path, name: &str) -> Option<PathBuf> {
    let is_root = |folder: &&Path| folder.join(".git").symlink_metadata().is_ok();
    let root = directory.ancestors().find(is_root).unwrap_or(directory);
    directory
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
