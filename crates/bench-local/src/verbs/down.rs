use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use crate::{
    cli::FolderArgs, data_folder::DataFolder, failure::Failure, postgres, postgrest, processes,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// Stops the stack and returns when it is gone. One that does not run is no error.
pub(crate) fn run(args: &FolderArgs) -> Result<ExitCode, Failure> {
    let folder = DataFolder::open(&args.data_dir)?;
    if stop(&folder)? {
        eprintln!("stopped");
    } else {
        eprintln!("nothing runs in `{}`", args.data_dir.display());
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether there was something to stop.
pub(super) fn stop(folder: &DataFolder) -> Result<bool, Failure> {
    let begin = Instant::now();
    let mut was_running = false;
    // The lock is freed by the end of the process that holds it, and by nothing else.
    loop {
        if let Some(lock) = folder.lock()? {
            postgrest::end_leftover(folder);
            postgres::end_leftover(folder)?;
            drop(lock);
            return Ok(was_running);
        }
        if let Some(stack) = folder.read_stack() {
            if begin.elapsed() > PATIENCE {
                return Err(Failure::DidNotStop {
                    pid: stack.pid,
                    seconds: PATIENCE.as_secs(),
                });
            }
            if !was_running && let Ok(pid) = stack.pid.try_into() {
                processes::send(pid, Signal::SIGTERM);
            }
        }
        was_running = true;
        std::thread::sleep(Duration::from_millis(20));
    }
}
