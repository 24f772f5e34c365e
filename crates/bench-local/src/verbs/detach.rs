//! `up --detach`: two processes; the first waits until the second is ready.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    process::{Command, ExitCode, Stdio},
};

use crate::{
    cli::{FolderArgs, UpArgs},
    data_folder::DataFolder,
    failure::Failure,
};

/// Starts a second `up` without a terminal, and waits until it responds or fails.
///
/// The second process shares our stderr until it is ready, so its messages reach the user directly.
/// It closes its stdout, which we read, once the outcome is known.
pub(super) fn start(args: &UpArgs) -> Result<ExitCode, Failure> {
    let UpArgs {
        folder: FolderArgs { data_dir },
        port,
        host,
        allowed_hosts,
        dashboard,
        detach: _,
        detached: _,
    } = args;
    let program = std::env::current_exe().map_err(Failure::io("cannot find", "bench-local"))?;
    let mut command = Command::new(&program);
    command
        .args([
            "up",
            "--detached",
            "--port",
            &port.to_string(),
            "--host",
            &host.to_string(),
        ])
        .arg("--data-dir")
        .arg(data_dir);
    for name in allowed_hosts {
        command.arg("--allow-host").arg(name);
    }
    if let Some(dashboard) = dashboard {
        command.arg("--dashboard").arg(dashboard);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(Failure::io("cannot run", &program))?;

    let mut address = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout
            .read_to_string(&mut address)
            .map_err(Failure::io("cannot read from", &program))?;
    }
    if address.is_empty() {
        let status = child
            .wait()
            .map_err(Failure::io("cannot wait for", &program))?;
        return Ok(ExitCode::from(
            status
                .code()
                .and_then(|code| u8::try_from(code).ok())
                .unwrap_or(3),
        ));
    }
    print!("{address}");
    Ok(ExitCode::SUCCESS)
}

/// In the second process: sends the address to the first one, and writes to the log from now on.
pub(super) fn hand_over(folder: &DataFolder, url: &str) -> Result<(), Failure> {
    let path = folder.log("bench-local");
    let log = File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&path)
        .map_err(Failure::io("cannot write", &path))?;
    println!("{url}");
    let _ = std::io::stdout().flush();
    nix::unistd::dup2_stderr(&log)
        .and_then(|()| nix::unistd::dup2_stdout(&log))
        .map_err(|error| Failure::io("cannot write", path)(error.into()))
}
