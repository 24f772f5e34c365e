use std::{io::Write as _, path::Path};

use tempfile::Builder;

use crate::failure::Failure;

/// The end of a temporary file's name.
const UNFINISHED: &str = ".new";

/// Writes a temporary file, readable for its owner only, and renames it, so that no partial file
/// ever has the name.
pub(crate) fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let write = || {
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut half = Builder::new()
            .prefix(&unfinished(file))
            .suffix(UNFINISHED)
            .tempfile_in(folder)?;
        half.write_all(text.as_bytes())?;
        half.as_file().sync_all()?;
        half.persist(file)?;
        Ok(())
    };
    write().map_err(Failure::io("cannot write", file))
}

/// Whether `path` is a temporary file that an interrupted [`write()`] of `file` left.
pub(crate) fn is_left_of(file: &Path, path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.parent() == file.parent()
        && name.starts_with(&unfinished(file))
        && name.ends_with(UNFINISHED)
}

/// The start of a temporary file's name.
fn unfinished(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!("{name}.")
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _};

    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_stays_private() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let file = scratch.path().join("keys.json");
        for text in ["one", "two"] {
            write(&file, text).expect("written");
            let mode = fs::metadata(&file).expect("a file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            assert_eq!(fs::read_to_string(&file).expect("a file"), text);
        }
        assert_eq!(fs::read_dir(scratch.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn only_a_temporary_file_of_the_same_file_is_left_of_it() {
        let file = Path::new("a/stack.json");
        assert!(is_left_of(file, Path::new("a/stack.json.x4Tz09.new")));
        for other in [
            "a/stack.json",
            "a/keys.json.x4Tz09.new",
            "b/stack.json.x4Tz09.new",
            "a/stack.json.old",
        ] {
            assert!(!is_left_of(file, Path::new(other)), "{other}");
        }
    }
}
