use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use crate::{data_folder::DataFolder, db_user::DbUser, failure::Failure, mark};

/// `postgres.new`, the folder in which a database is created before it moves to its final place,
/// and deleted after it has left it. Leftovers of an interrupted process are deleted by the next
/// one.
pub(super) struct Workshop(PathBuf);

impl Workshop {
    /// Creates it, empty, replacing leftovers.
    pub(super) fn open(folder: &DataFolder, user: Option<&DbUser>) -> Result<Self, Failure> {
        if folder.has_workshop()? {
            Self(folder.workshop()).close()?;
        }
        let this = Self(folder.workshop());
        let path = &this.0;
        // An empty leftover without a mark can be reused.
        if !path.exists() {
            fs::create_dir(path).map_err(Failure::io("cannot make the folder", path))?;
        }
        mark::put(path)?;
        protect(path, user)?;
        Ok(this)
    }

    /// An empty folder for PostgreSQL to create a database in.
    pub(super) fn bench(&self, user: Option<&DbUser>) -> Result<PathBuf, Failure> {
        let bench = self.database();
        fs::create_dir(&bench).map_err(Failure::io("cannot make the folder", &bench))?;
        protect(&bench, user)?;
        Ok(bench)
    }

    /// Marks the created database and moves it out.
    pub(super) fn deliver(self, folder: &DataFolder) -> Result<(), Failure> {
        let made = self.database();
        mark::put(&made)?;
        if folder.has_cluster()? {
            return Err(Failure::FolderBusy {
                folder: folder.path().to_owned(),
            });
        }
        fs::rename(&made, folder.cluster()).map_err(Failure::io("cannot rename", made))?;
        self.close()
    }

    /// Removes the content, and the mark last.
    fn close(self) -> Result<(), Failure> {
        let Self(path) = &self;
        let remove = || {
            let database = self.database();
            if fs::symlink_metadata(&database).is_ok() {
                fs::remove_dir_all(database)?;
            }
            fs::remove_file(path.join(mark::MARK))?;
            fs::remove_dir(path)
        };
        remove().map_err(Failure::io("cannot remove", path))
    }

    fn database(&self) -> PathBuf {
        self.0.join("postgres")
    }
}

fn protect(path: &Path, user: Option<&DbUser>) -> Result<(), Failure> {
    fs::set_permissions(path, Permissions::from_mode(0o700))
        .map_err(Failure::io("cannot protect", path))?;
    user.map_or(Ok(()), |user| user.own(path))
}

/// Deletes the folder's database, if `bench-local` created it. An interrupted reset leaves nothing
/// that looks like a database.
pub(crate) fn discard(folder: &DataFolder) -> Result<(), Failure> {
    if !folder.has_cluster()? {
        return Ok(());
    }
    let workshop = Workshop::open(folder, None)?;
    let cluster = folder.cluster();
    fs::rename(&cluster, workshop.database()).map_err(Failure::io("cannot rename", cluster))?;
    workshop.close()
}
