use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use nix::sys::signal::Signal;

use crate::{
    cli::FolderArgs,
    data_folder::{DataFolder, Stack},
    failure::Failure,
    processes::Process,
    verbs::end_leftovers,
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
    let mut told = None;
    // Only the end of the process that holds the lock releases it.
    loop {
        if let Some(lock) = folder.lock()? {
            end_leftovers(folder)?;
            drop(lock);
            return Ok(was_running);
        }
        was_running = true;
        // A stack that is still starting has not written who it is yet.
        let process = folder.read_stack().map(|Stack { process, .. }| process);
        if begin.elapsed() > PATIENCE {
            return Err(match told {
                Some(Process { pid, .. }) => Failure::DidNotStop {
                    pid,
                    seconds: PATIENCE.as_secs(),
                },
                None => Failure::FolderBusy {
                    folder: folder.path().to_owned(),
                },
            });
        }
        let is_news = |process: &Process| process.is_running() && told.as_ref() != Some(process);
        if let Some(process) = process.filter(is_news) {
            process.send(Signal::SIGTERM);
            told = Some(process);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
