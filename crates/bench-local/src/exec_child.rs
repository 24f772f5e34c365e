//! The last step before a server runs: change the user, tie the process to its parent, lock the
//! server's file ([`Hold`]), and exec the server.
//!
//! `bench-local up` starts its servers through this verb, because all of it must happen in the new
//! process, in this order, before the server's first instruction: changing the user clears a
//! parent-death signal that was set earlier. No server outlives `bench-local`, not even after
//! `kill -9`.
//!
//! A server started through `pg_ctl`, as in the crate `postgresql_embedded`, detaches from its
//! parent and would outlive us. That crate can't change the user either.

use std::{
    os::unix::process::CommandExt as _,
    process::{Command, ExitCode},
};

use nix::unistd::{Gid, Uid, setgid, setuid};

use crate::{cli::ExecChildArgs, failure::Failure, hold::Hold};

/// Does not return on success: the process is PROGRAM then.
pub(crate) fn run(args: &ExecChildArgs) -> Result<ExitCode, Failure> {
    let ExecChildArgs {
        parent,
        signal,
        uid,
        gid,
        hold,
        command,
    } = args;
    let (program, arguments) = command.split_first().expect("clap asks for one");
    // As the current user, who may write in the data folder.
    let hold = Hold { file: hold.clone() };
    let taking = hold
        .open()
        .map_err(Failure::io("cannot write", &hold.file))?;

    if let (Some(uid), Some(gid)) = (uid, gid) {
        become_user(Uid::from_raw(*uid), Gid::from_raw(*gid))
            .map_err(|error| Failure::io("cannot change the user for", program)(error.into()))?;
    }
    end_with_parent(*parent, (*signal).into())
        .map_err(|error| Failure::io("cannot tie to its parent", program)(error.into()))?;
    // Only after it: whoever waits here must not outlive its parent.
    taking
        .wait()
        .map_err(Failure::io("cannot lock", hold.file))?;

    // Returns only on failure.
    let error = Command::new(program).args(arguments).exec();
    Err(Failure::io("cannot run", program)(error))
}

fn become_user(uid: Uid, gid: Gid) -> nix::Result<()> {
    // Drop root's supplementary groups first, while we still have the right to.
    #[cfg(not(target_vendor = "apple"))]
    nix::unistd::setgroups(&[gid])?;
    setgid(gid)?;
    setuid(uid)
}

#[cfg(target_os = "linux")]
fn end_with_parent(parent: i32, signal: nix::sys::signal::Signal) -> nix::Result<()> {
    nix::sys::prctl::set_pdeathsig(signal)?;
    if nix::unistd::getppid().as_raw() != parent {
        // The parent died before we requested the signal.
        std::process::exit(0);
    }
    Ok(())
}

/// Only Linux can signal a process when its parent dies; elsewhere the next start ends leftover
/// servers.
#[cfg(not(target_os = "linux"))]
fn end_with_parent(_parent: i32, _signal: nix::sys::signal::Signal) -> nix::Result<()> {
    Ok(())
}
