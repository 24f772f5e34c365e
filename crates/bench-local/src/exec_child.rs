//! The last step before a server runs: become another user, tie the process to its parent, and
//! turn into the server.
//!
//! `bench-local up` starts its servers through this verb, because the three things must happen in
//! the new process, in this order, before the server's first instruction: a signal for the
//! parent's death that is set earlier is lost with the change of user. So no server outlives
//! `bench-local`, not even after `kill -9`.
//!
//! A server that is started through `pg_ctl`, as the crate `postgresql_embedded` does it, is nobody's
//! child: it would outlive us. That crate cannot change the user either.

use std::{
    os::unix::process::CommandExt as _,
    process::{Command, ExitCode},
};

use nix::unistd::{Gid, Uid, setgid, setuid};

use crate::{cli::ExecChildArgs, failure::Failure};

/// Never returns where it succeeds: the process is PROGRAM then.
pub(crate) fn run(args: &ExecChildArgs) -> Result<ExitCode, Failure> {
    let ExecChildArgs {
        parent,
        signal,
        uid,
        gid,
        command,
    } = args;
    let (program, arguments) = command.split_first().expect("clap asks for one");

    if let (Some(uid), Some(gid)) = (uid, gid) {
        become_user(Uid::from_raw(*uid), Gid::from_raw(*gid))
            .map_err(|error| Failure::io("cannot change the user for", program)(error.into()))?;
    }
    end_with_parent(*parent, (*signal).into())
        .map_err(|error| Failure::io("cannot tie to its parent", program)(error.into()))?;

    // Returns only where it fails.
    let error = Command::new(program).args(arguments).exec();
    Err(Failure::io("cannot run", program)(error))
}

fn become_user(uid: Uid, gid: Gid) -> nix::Result<()> {
    // The supplementary groups of root must go first, while we may still drop them.
    #[cfg(not(target_vendor = "apple"))]
    nix::unistd::setgroups(&[gid])?;
    setgid(gid)?;
    setuid(uid)
}

#[cfg(target_os = "linux")]
fn end_with_parent(parent: i32, signal: nix::sys::signal::Signal) -> nix::Result<()> {
    nix::sys::prctl::set_pdeathsig(signal)?;
    if nix::unistd::getppid().as_raw() != parent {
        // It died before we asked to be told.
        std::process::exit(0);
    }
    Ok(())
}

/// Only Linux can tell a process of its parent's death; elsewhere the next start ends what is left.
#[cfg(not(target_os = "linux"))]
fn end_with_parent(_parent: i32, _signal: nix::sys::signal::Signal) -> nix::Result<()> {
    Ok(())
}
