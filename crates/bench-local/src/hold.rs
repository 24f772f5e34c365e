use std::{
    fs::{File, TryLockError},
    io::{self, ErrorKind, Seek as _, Write as _},
    os::{fd::IntoRawFd as _, unix::fs::OpenOptionsExt as _},
    path::PathBuf,
    time::{Duration, Instant},
};

use nix::{
    fcntl::{FcntlArg, FdFlag, fcntl},
    sys::signal::Signal,
};

use crate::{failure::Failure, processes::Process};

/// A file that says whether one of the stack's programs still runs: the program keeps it locked,
/// together with everything that it starts itself, until the last of them has ended.
///
/// A process id in a file says less. The number may belong to another program by now, and `initdb`
/// and PostgreSQL start processes that outlive them for a moment and go on writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hold {
    pub(crate) file: PathBuf,
}

impl Hold {
    /// Locks the file for this process and all its descendants, whatever program they become.
    ///
    /// Call [`Taking::wait`] once this process dies with its parent.
    pub(crate) fn open(&self) -> io::Result<Taking> {
        File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&self.file)
            .map(Taking)
    }

    /// Ends the program with the signals, one after the other, and returns once nothing of it
    /// runs.
    ///
    /// Call it with the folder's lock held: then the program has no owner.
    pub(crate) fn end(&self, signals: &[(Signal, Duration)]) -> Result<(), Failure> {
        let begin = Instant::now();
        for (signal, patience) in signals {
            let deadline = Instant::now() + *patience;
            let mut told = None;
            while self.is_held()? {
                if Instant::now() > deadline {
                    break;
                }
                let holder = self.holder();
                if let Some(process) = holder.filter(|holder| told.as_ref() != Some(holder)) {
                    process.send(*signal);
                    told = Some(process);
                }
                std::thread::sleep(Duration::from_millis(10));
            }
        }
        if !self.is_held()? {
            return Ok(());
        }
        let seconds = begin.elapsed().as_secs();
        Err(match self.holder().filter(Process::is_running) {
            Some(Process { pid, .. }) => Failure::DidNotStop { pid, seconds },
            None => Failure::LeftRunning {
                file: self.file.clone(),
                seconds,
            },
        })
    }

    /// Whether the program or a descendant of it runs.
    fn is_held(&self) -> Result<bool, Failure> {
        let file = match File::open(&self.file) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(Failure::io("cannot read", &self.file)(error)),
        };
        match file.try_lock() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(Failure::io("cannot lock", &self.file)(error)),
        }
    }

    /// The process that took the lock last.
    fn holder(&self) -> Option<Process> {
        let text = std::fs::read(&self.file).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// An opened file that is not locked yet.
pub(crate) struct Taking(File);

impl Taking {
    /// Waits for what an ended predecessor has left running, then locks for the rest of this
    /// process's life.
    pub(crate) fn wait(self) -> io::Result<()> {
        let Self(mut file) = self;
        file.lock()?;
        file.set_len(0)?;
        file.rewind()?;
        let me = serde_json::to_vec(&Process::current()).map_err(io::Error::from)?;
        file.write_all(&me)?;
        // The next program keeps the file open, and so do its children.
        fcntl(&file, FcntlArg::F_SETFD(FdFlag::empty()))?;
        let _ = file.into_raw_fd();
        Ok(())
    }
}
