use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use serde::{Deserialize, Serialize};

/// One process, told from every later one that gets the same id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Process {
    pub(crate) pid: u32,
    /// When it started, in the words of this system.
    #[serde(default)]
    pub(crate) started: String,
}

impl Process {
    pub(crate) fn current() -> Self {
        let pid = std::process::id();
        Self {
            pid,
            started: start_of(pid).unwrap_or_default(),
        }
    }

    /// Whether it still runs; another process with its id does not count.
    pub(crate) fn is_running(&self) -> bool {
        start_of(self.pid).is_some_and(|started| started == self.started)
    }

    /// Sends a signal if it still runs.
    pub(crate) fn send(&self, signal: Signal) {
        if let (true, Ok(pid)) = (self.is_running(), self.pid.try_into()) {
            send(pid, signal);
        }
    }
}

/// Sends a signal; a process that has already ended is not an error.
pub(crate) fn send(pid: i32, signal: Signal) {
    let _ = signal::kill(Pid::from_raw(pid), signal);
}

/// The boot and the clock tick at which a process started.
#[cfg(target_os = "linux")]
fn start_of(pid: u32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // `4711 (post gres) S 1 …`: the name may contain anything, and field 22 is the start.
    let (_, after_name) = stat.rsplit_once(')')?;
    let ticks = after_name.split_whitespace().nth(19)?;
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    Some(format!("{} {ticks}", boot.trim()))
}

#[cfg(not(target_os = "linux"))]
fn start_of(pid: u32) -> Option<String> {
    let output = std::process::Command::new("ps")
        .args(["-o", "lstart=", "-p", &pid.to_string()])
        .env("LC_ALL", "C")
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_not_taken_for_an_earlier_one_with_its_id() {
        let me = Process::current();
        assert!(me.is_running());

        let earlier = Process {
            started: "long ago".to_owned(),
            ..me
        };
        assert!(!earlier.is_running());
    }

    #[test]
    fn a_process_that_has_ended_does_not_run() {
        let mut child = std::process::Command::new("true").spawn().expect("a child");
        let pid = child.id();
        child.wait().expect("an end");

        let ended = Process {
            pid,
            started: String::new(),
        };
        assert!(!ended.is_running());
    }
}
