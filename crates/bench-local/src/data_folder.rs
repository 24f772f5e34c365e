use std::{
    fs::{self, File, Permissions, TryLockError},
    net::IpAddr,
    os::unix::fs::{DirBuilderExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The folder that holds one stack: database, keys, logs and who runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DataFolder(PathBuf);

/// Held by the process that runs the stack. The operating system lets go of it when that process
/// ends, however it ends.
#[derive(Debug)]
pub(crate) struct FolderLock(#[expect(dead_code, reason = "closing it unlocks")] File);

/// Where the stack listens, and which process runs it or ran it last: `stack.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stack {
    pub(crate) pid: u32,
    pub(crate) host: IpAddr,
    pub(crate) port: u16,
    pub(crate) postgres_port: u16,
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
    /// Makes the folder where it is missing. Others may enter it: as root, the database runs as
    /// another user. What is secret inside has a mode of its own.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o755)
            .create(path)
            .map_err(Failure::io("cannot make the folder", path))?;
        let path = path
            .canonicalize()
            .map_err(Failure::io("cannot find", path))?;
        Ok(Self(path))
    }

    /// The folder, if a stack was ever started in it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let folder = path.canonicalize().map(Self);
        match folder {
            Ok(folder) if folder.stack_file().exists() => Ok(folder),
            _ => Err(Failure::NoStack {
                folder: path.to_owned(),
            }),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// PostgreSQL's own data directory.
    pub(crate) fn cluster(&self) -> PathBuf {
        self.0.join("postgres")
    }

    pub(crate) fn has_cluster(&self) -> bool {
        self.cluster().join("PG_VERSION").exists()
    }

    pub(crate) fn keys_file(&self) -> PathBuf {
        self.0.join("keys.json")
    }

    /// Programs that the database's user could not reach where they are; open to everybody.
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

    pub(crate) fn postgrest_pid_file(&self) -> PathBuf {
        self.0.join("postgrest.pid")
    }

    fn stack_file(&self) -> PathBuf {
        self.0.join("stack.json")
    }

    /// Takes the folder for this process; `None` when another one has it.
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

    /// Whether some process runs the stack now.
    pub(crate) fn is_in_use(&self) -> Result<bool, Failure> {
        Ok(self.lock()?.is_none())
    }

    pub(crate) fn write_stack(&self, stack: &Stack) -> Result<(), Failure> {
        let file = self.stack_file();
        let half = file.with_extension("json.new");
        let text = serde_json::to_string_pretty(stack).expect("plain values serialise");
        fs::write(&half, text)
            .and_then(|()| fs::rename(&half, &file))
            .map_err(Failure::io("cannot write", file))
    }

    /// The stack of the last start, or `None` before the first.
    pub(crate) fn read_stack(&self) -> Option<Stack> {
        let text = fs::read_to_string(self.stack_file()).ok()?;
        serde_json::from_str(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stack(host: &str) -> Stack {
        let host = host.parse().expect("an address");
        Stack {
            pid: 1,
            host,
            port: 54321,
            postgres_port: 20000,
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
