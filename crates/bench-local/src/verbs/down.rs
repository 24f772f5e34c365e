use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use crate::{
    cli::FolderArgs,
    data_folder::{DataFolder, Stack},
    failure::Failure,
    postgres, postgrest, processes,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Stops the stack and returns once it has ended. A stack that isn't running is not an error.
pub(crate) fn run(args: &FolderArgs) -> Result<ExitCode, Failure> {
    let was_running = match DataFolder::open(&args.data_dir) {
        Ok(folder) => stop(&folder)?,
        Err(Failure::NoStack { .. }) => false,
        Err(failure) => return Err(failure),
    };
    if was_running {
        eprintln!("stopped");
    } else {
        eprintln!("nothing runs in `{}`", args.data_dir.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a stack was running.
pub(super) fn stop(folder: &DataFolder) -> Result<bool, Failure> {
    let begin = Instant::now();
    let mut was_running = false;
    let mut told: Option<i32> = None;
    // Only the end of the process that holds the lock releases it.
    loop {
        if let Some(lock) = folder.lock()? {
            postgrest::end_leftover(folder);
            postgres::end_leftover(folder)?;
            drop(lock);
            return Ok(was_running);
        }
        was_running = true;
        if let Some(Stack { pid, .. }) = folder.read_stack() {
            if begin.elapsed() > PATIENCE {
                return Err(Failure::DidNotStop {
                    pid,
                    seconds: PATIENCE.as_secs(),
                });
            }
            // A stack that is still starting has not written its process id yet.
            let target = pid
                .try_into()
                .ok()
                .filter(|pid| processes::is_running(*pid, &["bench-local"]));
            if let (None, Some(pid)) = (told, target) {
                processes::send(pid, Signal::SIGTERM);
                told = target;
            }
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
