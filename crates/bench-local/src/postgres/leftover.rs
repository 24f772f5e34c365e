use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

use nix::sys::signal::Signal;

use crate::{data_folder::DataFolder, failure::Failure};

/// The names of the [`Hold`](crate::hold::Hold)s of the server and of `initdb`.
pub(super) const SERVER: &str = "postgresql";
pub(super) const INITDB: &str = "initdb";

/// Ends what outlived its `bench-local`: a server on systems without a parent-death signal, and for
/// a moment everywhere the processes that `initdb` and the server had started. Then removes the
/// `postmaster.pid` of a server that was killed.
///
/// Call it with the folder's lock held: then no live `bench-local` owns what still runs. A server
/// that `bench-local` did not start is left alone.
pub(crate) fn end_leftover(folder: &DataFolder) -> Result<(), Failure> {
    let seconds = Duration::from_secs;
    folder.hold(INITDB).end(&[(Signal::SIGKILL, seconds(30))])?;
    folder.hold(SERVER).end(&[
        (Signal::SIGINT, seconds(20)),
        (Signal::SIGQUIT, seconds(10)),
    ])?;
    if folder.has_cluster().is_ok_and(|has_one| has_one) {
        remove_pid_file(&folder.cluster())?;
    }
    Ok(())
}

/// PostgreSQL refuses to start while the process that `postmaster.pid` names is alive, whatever
/// program it is, and when the file is empty because the disk was full. Nothing of ours runs any
/// more, so the file is stale unless somebody started a server by hand.
fn remove_pid_file(cluster: &Path) -> Result<(), Failure> {
    let file = cluster.join("postmaster.pid");
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Failure::io("cannot read", file)(error)),
    };
    let pid = text
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok());
    match pid {
        Some(pid) if serves(pid, cluster) => Err(Failure::OtherServer {
            folder: cluster.to_owned(),
            pid,
        }),
        _ => fs::remove_file(&file).map_err(Failure::io("cannot remove", file)),
    }
}

/// Whether a process is a PostgreSQL server of this cluster: it works in the cluster's folder.
#[cfg(target_os = "linux")]
fn serves(pid: i32, cluster: &Path) -> bool {
    let link = |name| fs::read_link(format!("/proc/{pid}/{name}")).ok();
    let is_server = |program: PathBuf| {
        program
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("post"))
    };
    link("cwd").as_deref() == Some(cluster) && link("exe").is_some_and(is_server)
}

#[cfg(not(target_os = "linux"))]
fn serves(pid: i32, cluster: &Path) -> bool {
    let output = std::process::Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
        .output();
    output.is_ok_and(|output| {
        let command = String::from_utf8_lossy(&output.stdout);
        command.contains("post") && command.contains(&*cluster.to_string_lossy())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pid_file_that_names_another_program_or_none_is_removed() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let file = scratch.path().join("postmaster.pid");
        let mine = format!("{}\n", std::process::id());

        for text in [mine.as_str(), "", "4000000\n", "no number"] {
            fs::write(&file, text).expect("a file");
            remove_pid_file(scratch.path()).expect("removed");
            assert!(!file.exists(), "{text}");
        }
        remove_pid_file(scratch.path()).expect("nothing to remove");
    }
}
