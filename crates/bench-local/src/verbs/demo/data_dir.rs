//! The folder of the demo, the same wherever it is started.
//!
//! PostgreSQL refuses to run as root, so for root it runs as another user, who can't enter root's
//! home.

use std::path::{Path, PathBuf};

use crate::{db_user::DbUser, failure::Failure};

/// The user's data folder, or one for the machine if the database's user can't enter it.
pub(super) fn choose() -> Result<PathBuf, Failure> {
    let data = std::env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))
        .unwrap_or_else(std::env::temp_dir);
    let usual = data.join("bench-local/demo");
    let user = DbUser::choose(&usual.join("postgres"))?;
    let may_enter = |user: &DbUser| user.check_can_enter(existing(&usual)).is_ok();
    if user.as_ref().is_none_or(may_enter) {
        Ok(usual)
    } else {
        Ok(PathBuf::from("/var/lib/bench-local/demo"))
    }
}

/// The deepest folder on the way to `path` that exists.
fn existing(path: &Path) -> &Path {
    path.ancestors()
        .find(|folder| folder.exists())
        .unwrap_or(Path::new("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_existing_folder_decides() {
        let scratch = tempfile::tempdir().expect("a scratch folder");

        assert_eq!(existing(&scratch.path().join("a/b")), scratch.path());
        assert_eq!(existing(scratch.path()), scratch.path());
    }
}
