use std::{
    fs,
    os::unix::fs::{MetadataExt as _, chown},
    path::Path,
};

use nix::unistd::{Gid, Uid, User, geteuid};

use crate::failure::Failure;

/// The user that runs the servers if we are root: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DbUser {
    pub(crate) name: String,
    pub(crate) uid: Uid,
    pub(crate) gid: Gid,
}

impl DbUser {
    /// The user that must run the servers; `None` means the current user.
    ///
    /// An existing database keeps its owner, no matter who starts it.
    pub(crate) fn choose(cluster: &Path) -> Result<Option<Self>, Failure> {
        let owner = fs::metadata(cluster)
            .ok()
            .map(|metadata| Uid::from_raw(metadata.uid()));
        match owner {
            Some(owner) if !geteuid().is_root() && owner != geteuid() => Err(Failure::OtherOwner {
                folder: cluster.to_owned(),
                owner: owner.as_raw(),
            }),
            _ if !geteuid().is_root() => Ok(None),
            Some(owner) if !owner.is_root() => {
                Ok(User::from_uid(owner).ok().flatten().map(Self::from))
            }
            _ => ["postgres", "nobody"]
                .iter()
                .find_map(|name| User::from_name(name).ok().flatten())
                .map(|user| Some(Self::from(user)))
                .ok_or(Failure::NoDatabaseUser),
        }
    }

    /// Makes `path` this user's.
    pub(crate) fn own(&self, path: &Path) -> Result<(), Failure> {
        chown(path, Some(self.uid.as_raw()), Some(self.gid.as_raw()))
            .map_err(Failure::io("cannot change the owner of", path))
    }

    /// The first folder on the way to `path` that this user can't enter.
    pub(crate) fn check_can_enter(&self, path: &Path) -> Result<(), Failure> {
        let mut ancestors: Vec<&Path> = path.ancestors().collect();
        ancestors.reverse();
        match ancestors.into_iter().find(|folder| !self.may_enter(folder)) {
            None => Ok(()),
            Some(folder) => Err(Failure::NotEnterable {
                folder: folder.to_owned(),
                user: self.name.clone(),
            }),
        }
    }

    fn may_enter(&self, folder: &Path) -> bool {
        let Ok(metadata) = fs::metadata(folder) else {
            return false;
        };
        let bit = if metadata.uid() == self.uid.as_raw() {
            0o100
        } else if metadata.gid() == self.gid.as_raw() {
            0o010
        } else {
            0o001
        };
        metadata.mode() & bit != 0
    }
}

impl From<User> for DbUser {
    fn from(user: User) -> Self {
        Self {
            name: user.name,
            uid: user.uid,
            gid: user.gid,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_folder_that_shuts_the_user_out_is_named() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let outer = scratch.path().join("outer");
        let inner = outer.join("inner");
        fs::create_dir_all(&inner).expect("folders");
        let stranger = DbUser {
            name: "stranger".to_owned(),
            uid: Uid::from_raw(4_000_000),
            gid: Gid::from_raw(4_000_000),
        };
        let open = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode));

        open(scratch.path(), 0o755).expect("chmod");
        open(&outer, 0o700).expect("chmod");
        let message = stranger
            .check_can_enter(&inner)
            .expect_err("shut out")
            .to_string();
        assert!(message.ends_with("/outer`"), "{message}");

        open(&outer, 0o755).expect("chmod");
        assert!(stranger.check_can_enter(&inner).is_ok());
    }
}
