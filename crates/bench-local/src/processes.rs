use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};

/// Whether a process with this id is alive and its command line contains all of `words`.
///
/// This detects a reused process id.
pub(crate) fn is_running(pid: i32, words: &[&str]) -> bool {
    command_of(pid).is_some_and(|command| words.iter().all(|word| command.contains(word)))
}

/// Sends a signal; a process that has already ended is not an error.
pub(crate) fn send(pid: i32, signal: Signal) {
    let _ = signal::kill(Pid::from_raw(pid), signal);
}

#[cfg(target_os = "linux")]
fn command_of(pid: i32) -> Option<String> {
    let bytes = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    Some(String::from_utf8_lossy(&bytes).replace('\0', " "))
}

#[cfg(not(target_os = "linux"))]
fn command_of(pid: i32) -> Option<String> {
    let output = std::process::Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &pid.to_string()])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_id_and_its_command() {
        let pid = std::process::id().try_into().expect("a small number");

        assert!(is_running(pid, &["bench"]));
        assert!(!is_running(pid, &["postgres", "-D"]));
    }
}
