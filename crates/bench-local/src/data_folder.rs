use std::{
    fs::{self, File, Permissions, TryLockError},
    io::ErrorKind,
    net::IpAddr,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{failure::Failure, hold::Hold, keys::Keys, mark, private_file, processes::Process};

/// The folder of one stack: database, keys, logs and the owning process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFolder(PathBuf);

/// Held by the process that runs the stack. The operating system releases it when that process
/// ends, however it ends.
#[derive(Debug)]
pub(crate) struct FolderLock(#[expect(dead_code, reason = "closing it unlocks")] File);

/// `stack.json`: where the stack listens, and the process that runs it or ran it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stack {
    #[serde(flatten)]
    pub(crate) process: Process,
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) postgres_port: u16,
    /// The further names under which it may be asked.
    #[serde(default)]
    pub(crate) allowed_hosts: Vec<String>,
    /// The folder it serves at `/`.
    #[serde(default)]
    pub(crate) dashboard: Option<PathBuf>,
}

impl Stack {
    /// The address for clients on this machine.
    pub(crate) fn url(&self) -> String {
        let host = if self.host.is_unspecified() {
            "127.0.0.1".to_owned()
        } else if self.host.is_ipv6() {
            format!("[{}]", self.host)
        } else {
            self.host.to_string()
        };
        format!("http://{host}:{}", self.port)
    }
}

impl DataFolder {
    /// Creates the folder if it is missing. Other users may enter it, because the database runs as
    /// another user when we are root. Secret files inside have their own mode.
    ///
    /// # Errors
    ///
    /// [`Failure::ForeignFolder`] and [`Failure::ForeignDatabase`] if the folder holds anything
    /// that `bench-local` did not create. Nothing is written then.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        refuse_foreign(path)?;
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(path)
            .map_err(Failure::io("cannot make the folder", path))?;
        let path = path
            .canonicalize()
            .map_err(Failure::io("cannot find", path))?;
        let this = Self(path);
        this.refuse_foreign_database()?;
        Ok(this)
    }

    /// The folder, if a stack was started in it before.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let nothing = || Failure::NoStack {
            folder: path.to_owned(),
        };
        let folder = path.canonicalize().map(Self).map_err(|_| nothing())?;
        folder.check_stack()?.then_some(folder).ok_or_else(nothing)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// PostgreSQL's own data directory.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.0.join("postgres")
    }

    /// Whether the folder has a database created by `bench-local`. Any other database is a failure.
    pub(crate) fn has_cluster(&self) -> Result<bool, Failure> {
        mark::is_on(&self.cluster())
    }

    /// The folder in which a database is created and deleted.
    pub(crate) fn workshop(&self) -> PathBuf {
        self.0.join("postgres.new")
    }

    /// Whether an earlier process left a workshop. An empty one may have been left before it was
    /// marked.
    pub(crate) fn has_workshop(&self) -> Result<bool, Failure> {
        let workshop = self.workshop();
        let is_empty = fs::read_dir(&workshop).is_ok_and(|mut entries| entries.next().is_none());
        Ok(!is_empty && mark::is_on(&workshop)?)
    }

    /// Refuses a database that `bench-local` did not create.
    pub(crate) fn refuse_foreign_database(&self) -> Result<(), Failure> {
        self.has_cluster()?;
        self.has_workshop()?;
        Ok(())
    }

    /// The keys of the stack, if it has some.
    pub(crate) fn keys(&self) -> Result<Option<Keys>, Failure> {
        Keys::read(&self.keys_file())
    }

    /// The keys of the stack, minted now if it has none yet.
    ///
    /// # Errors
    ///
    /// [`Failure::LostKeys`] when there is a database already: it knows the passwords of the old keys.
    pub(crate) fn keys_or_mint(&self) -> Result<Keys, Failure> {
        if let Some(keys) = self.keys()? {
            return Ok(keys);
        }
        if self.has_cluster()? {
            return Err(Failure::LostKeys {
                folder: self.0.clone(),
            });
        }
        Keys::mint_into(&self.keys_file())
    }

    fn keys_file(&self) -> PathBuf {
        self.0.join("keys.json")
    }

    /// Copies of programs that the database's user can't reach at their original path; readable by
    /// all users.
    pub(crate) fn programs(&self) -> Result<PathBuf, Failure> {
        let programs = self.0.join("programs");
        fs::create_dir_all(&programs)
            .and_then(|()| fs::set_permissions(&programs, Permissions::from_mode(0o755)))
            .map_err(Failure::io("cannot make the folder", &programs))?;
        Ok(programs)
    }

    pub(crate) fn log(&self, part: &str) -> PathBuf {
        self.0.join(format!("{part}.log"))
    }

    /// Says whether a program of the stack runs.
    pub(crate) fn hold(&self, part: &str) -> Hold {
        Hold {
            file: self.0.join(format!("{part}.lock")),
        }
    }

    /// Removes what interrupted starts have left of temporary files, some of which hold secrets.
    ///
    /// Call it with the lock held.
    pub(crate) fn sweep(&self) -> Result<(), Failure> {
        let entries = fs::read_dir(&self.0).map_err(Failure::io("cannot read", &self.0))?;
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        for path in paths {
            let is_left = [self.stack_file(), self.keys_file()]
                .iter()
                .any(|file| private_file::is_left_of(file, &path));
            if is_left || path == self.password_file() {
                fs::remove_file(&path).map_err(Failure::io("cannot remove", path))?;
            }
        }
        Ok(())
    }

    /// The initial password of a database, here only while `initdb` reads it.
    pub(crate) fn password_file(&self) -> PathBuf {
        self.0.join("initdb.password")
    }

    /// Whether `path` is a file of a first start that was interrupted before it wrote `stack.json`.
    fn is_first_trace(&self, path: &Path) -> bool {
        fs::symlink_metadata(path).is_ok_and(|metadata| {
            let is_lock = path.ends_with("lock") && metadata.len() == 0;
            metadata.is_file() && (is_lock || private_file::is_left_of(&self.stack_file(), path))
        })
    }

    fn stack_file(&self) -> PathBuf {
        self.0.join("stack.json")
    }

    /// Locks the folder for this process; `None` if another process has it.
    pub(crate) fn lock(&self) -> Result<Option<FolderLock>, Failure> {
        let path = self.0.join("lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(Failure::io("cannot write", &path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(FolderLock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Failure::io("cannot lock", path)(error)),
        }
    }

    /// Whether a process is running the stack now.
    pub(crate) fn is_in_use(&self) -> Result<bool, Failure> {
        Ok(self.lock()?.is_none())
    }

    pub(crate) fn write_stack(&self, stack: &Stack) -> Result<(), Failure> {
        let text = serde_json::to_string_pretty(stack).expect("plain values serialise");
        private_file::write(&self.stack_file(), &text)
    }

    /// The stack of the last start; `None` before the first.
    pub(crate) fn read_stack(&self) -> Option<Stack> {
        let text = fs::read_to_string(self.stack_file()).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Whether a stack was started here before; an unreadable one is a failure.
    fn check_stack(&self) -> Result<bool, Failure> {
        let file = self.stack_file();
        match fs::read_to_string(&file) {
            Ok(text) => Ok(serde_json::from_str::<Stack>(&text).is_ok()),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                Err(Failure::io("cannot read", file)(error))
            }
            Err(_) => Ok(false),
        }
    }
}

/// Refuses a non-empty folder that `bench-local` did not create.
fn refuse_foreign(path: &Path) -> Result<(), Failure> {
    let mut names = match fs::read_dir(path) {
        Ok(entries) => entries
            .map(|entry| Ok(entry?.file_name()))
            .collect::<std::io::Result<Vec<_>>>(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => Err(error),
    }
    .map_err(Failure::io("cannot read", path))?;
    let folder = DataFolder(path.to_owned());
    names.retain(|name| !folder.is_first_trace(&path.join(name)));
    names.sort();
    let Some(found) = names.first() else {
        return Ok(());
    };
    // Checked after the listing: another first start may be writing its files right now, and it
    // writes this one before the listed ones.
    if folder.check_stack()? || matches!(folder.keys(), Ok(Some(_))) {
        return Ok(());
    }
    Err(Failure::ForeignFolder {
        folder: path.to_owned(),
        found: found.to_string_lossy().into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(host: &str) -> Stack {
        let host = host.parse().expect("an address");
        Stack {
            process: Process::current(),
            host,
            port: 54321,
            postgres_port: 20000,
            allowed_hosts: Vec::new(),
            dashboard: None,
        }
    }

    #[test]
    fn the_second_to_lock_a_folder_gets_nothing_until_the_first_lets_go() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let folder = DataFolder::create(scratch.path()).expect("a data folder");

        let first = folder.lock().expect("a lock file");
        assert!(first.is_some());
        assert!(folder.is_in_use().expect("a lock file"));

        drop(first);
        assert!(!folder.is_in_use().expect("a lock file"));
    }

    #[test]
    fn keys_are_minted_once_and_never_beside_a_database_that_knows_others() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let folder = DataFolder::create(scratch.path()).expect("a data folder");
        let first = folder.keys_or_mint().expect("minted");
        let second = folder.keys_or_mint().expect("read");
        assert_eq!(first.secret_key, second.secret_key);

        fs::create_dir(folder.cluster()).expect("a folder");
        mark::put(&folder.cluster()).expect("marked");
        fs::remove_file(folder.keys_file()).expect("removed");
        assert!(matches!(
            folder.keys_or_mint(),
            Err(Failure::LostKeys { .. })
        ));
    }

    #[test]
    fn a_folder_without_a_stack_is_named_as_the_user_wrote_it() {
        let failure = DataFolder::open(Path::new("no/such")).expect_err("nothing there");
        assert_eq!(failure.to_string(), "there is no stack in `no/such`");
    }

    #[test]
    fn what_listens_on_every_address_is_reached_on_loopback() {
        assert_eq!(stack("0.0.0.0").url(), "http://127.0.0.1:54321");
        assert_eq!(stack("::1").url(), "http://[::1]:54321");
    }
}
