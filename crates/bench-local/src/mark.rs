//! The marker file of folders that `bench-local` created and may delete.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, fchown},
    path::Path,
};

use crate::failure::Failure;

/// PostgreSQL ignores a file with this name in its data directory.
pub(crate) const MARK: &str = "bench-local.json";

/// Marks a folder, durably even across a power failure.
pub(crate) fn put(folder: &Path) -> Result<(), Failure> {
    let file = folder.join(MARK);
    File::options()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut handle| {
            let version = env!("CARGO_PKG_VERSION");
            writeln!(handle, "{{\"made_by\": \"bench-local {version}\"}}")?;
            // If we are root, the database belongs to another user, who must be able to read all
            // files for a backup.
            let owner = fs::metadata(folder)?;
            if owner.uid() != handle.metadata()?.uid() {
                fchown(&handle, Some(owner.uid()), Some(owner.gid()))?;
            }
            handle.sync_all()
        })
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(Failure::io("cannot write", file))
}

/// Whether the folder exists and carries the mark.
///
/// # Errors
///
/// [`Failure::ForeignDatabase`] if something without the mark is there, including an empty folder.
pub(crate) fn is_on(folder: &Path) -> Result<bool, Failure> {
    if metadata(folder)?.is_none() {
        return Ok(false);
    }
    match metadata(&folder.join(MARK))? {
        Some(mark) if mark.is_file() => Ok(true),
        _ => Err(Failure::ForeignDatabase {
            folder: folder.to_owned(),
            mark: MARK,
        }),
    }
}

/// The entry at `path` itself; symbolic links are not followed.
fn metadata(path: &Path) -> Result<Option<fs::Metadata>, Failure> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(error) => Err(Failure::io("cannot read", path)(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_folder_that_we_marked_is_ours() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let folder = scratch.path().join("postgres");
        assert!(!is_on(&folder).expect("nothing there"));

        fs::create_dir(&folder).expect("a folder");
        assert!(is_on(&folder).is_err());

        put(&folder).expect("marked");
        assert!(is_on(&folder).expect("ours"));
    }
}
