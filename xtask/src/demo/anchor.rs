//! The last day of the demo's history, stored beside the data.
//!
//! Runs are dated backwards from that moment. On a later day the history would end in the past, and
//! pushing it again with new dates would store it twice. So old demo data is deleted first, and
//! only data that a demo wrote.

use std::fs;
use std::path::Path;

use bench_samples::{ANCHOR_FILE, Anchor, Session};
use jiff::Timestamp;

use crate::binaries::Binaries;
use crate::failure::Failure;
use crate::process::{command, output, say};
use crate::{project, stack};

/// The anchor of existing data if it is still current; otherwise a new one, after deleting old demo
/// data.
pub(super) fn settle(
    binaries: &Binaries,
    data_dir: &Path,
    sessions: &[Session],
) -> Result<Anchor, Failure> {
    let now = Timestamp::now();
    let file = data_dir.join(ANCHOR_FILE);
    let kept = fs::read_to_string(&file).ok();
    match kept.and_then(|text| Anchor::parse(&text)) {
        Some(kept) if kept.is_of_today(now) && kept.is_of(sessions) => return Ok(kept),
        Some(kept) => {
            let why = if kept.is_of(sessions) {
                "end on another day"
            } else {
                "are other runs"
            };
            say!(
                "the demo data of {} {why}: laying them out anew",
                kept.day()
            );
            stack::reset(binaries, data_dir)?;
        }
        None => {}
    }
    Ok(Anchor::new(now, commit(), sessions))
}

/// Stores the anchor beside its data, unless `runs` finds runs without a demo's anchor: those
/// belong to someone else.
pub(super) fn keep_with_demo_data(
    anchor: &Anchor,
    data_dir: &Path,
    runs: impl FnOnce() -> Result<usize, Failure>,
) -> Result<(), Failure> {
    let file = data_dir.join(ANCHOR_FILE);
    if !file.is_file() && runs()? > 0 {
        return Err(Failure::new(format!(
            "`{}` holds runs that no demo stored",
            data_dir.display()
        ))
        .hint(
            "name another folder with --data-dir: the demo throws its data away when they are old",
        ));
    }
    project::write(&file, &format!("{anchor}\n"))
}

/// The checkout's commit; a copy without git has none.
fn commit() -> String {
    let said = output(command("git").args(["rev-parse", "HEAD"]));
    said.map_or_else(|_| "0".repeat(40), |said| said.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Explain as _;

    #[test]
    fn runs_without_an_anchor_are_left_alone() -> Result<(), Failure> {
        let folder = std::env::temp_dir().join(format!("xtask-no-anchor-{}", std::process::id()));
        let anchor = Anchor::parse("2026-11-24T03:00:00Z 58b8199 7")
            .ok_or_else(|| Failure::new("the anchor is one"))?;

        assert!(keep_with_demo_data(&anchor, &folder, || Ok(1)).is_err());
        assert!(!folder.exists());

        keep_with_demo_data(&anchor, &folder, || Ok(0))?;
        keep_with_demo_data(&anchor, &folder, || Ok(277))?;
        let kept = project::read(&folder.join(ANCHOR_FILE))?;
        assert_eq!(Anchor::parse(&kept), Some(anchor));
        fs::remove_dir_all(&folder).explain(String::new)
    }
}
