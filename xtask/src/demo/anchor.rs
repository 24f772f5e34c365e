//! The last day of the demo's history, stored beside the data.
//!
//! Runs are dated backwards from that moment. On a later day the history would end in the past, and
//! pushing it again with new dates would store it twice. So old demo data is deleted first, and
//! only data that a demo wrote.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::layout::Session;
use crate::binaries::Binaries;
use crate::failure::Failure;
use crate::process::{command, output, say};
use crate::{project, stack};

/// The inputs of the dated history besides the measured runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The time assigned to the newest session.
    pub(super) last_session: Timestamp,
    /// The commit assigned to the runs: the checkout's.
    pub(super) commit: String,
    /// Identifies the measured runs.
    reports: u64,
}

const FILE: &str = "demo-anchor.txt";

/// The anchor of existing data if it is still current; otherwise a new one, after deleting old demo
/// data.
pub(super) fn settle(
    binaries: &Binaries,
    data_dir: &Path,
    sessions: &[Session],
) -> Result<Anchor, Failure> {
    let now = Timestamp::now();
    let reports = super::layout::fingerprint(sessions);
    let file = data_dir.join(FILE);
    match fs::read_to_string(&file)
        .ok()
        .and_then(|text| Anchor::parse(&text))
    {
        Some(kept) if kept.day() == day(now) && kept.reports == reports => return Ok(kept),
        Some(kept) => {
            let why = if kept.reports == reports {
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
    Ok(Anchor {
        last_session: on_the_minute(now),
        commit: commit(),
        reports,
    })
}

impl Anchor {
    /// Stores this anchor beside its data, unless `runs` finds runs without a demo's anchor: those
    /// belong to someone else.
    pub(super) fn keep_with_demo_data(
        &self,
        data_dir: &Path,
        runs: impl FnOnce() -> Result<usize, Failure>,
    ) -> Result<(), Failure> {
        if !data_dir.join(FILE).is_file() && runs()? > 0 {
            return Err(Failure::new(format!(
                "`{}` holds runs that no demo stored",
                data_dir.display()
            ))
            .hint("name another folder with --data-dir: the demo throws its data away when they are old"));
        }
        self.keep(data_dir)
    }

    fn keep(&self, data_dir: &Path) -> Result<(), Failure> {
        let Self {
            last_session,
            commit,
            reports,
        } = self;
        project::write(
            &data_dir.join(FILE),
            &format!("{last_session} {commit} {reports:016x}\n"),
        )
    }

    /// Reads what [`keep`](Self::keep) wrote.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        Some(Self {
            last_session: words.next()?.parse().ok()?,
            commit: words.next()?.to_owned(),
            reports: u64::from_str_radix(words.next()?, 16).ok()?,
        })
    }

    fn day(&self) -> jiff::civil::Date {
        day(self.last_session)
    }
}

fn day(moment: Timestamp) -> jiff::civil::Date {
    TimeZone::UTC.to_datetime(moment).date()
}

fn on_the_minute(moment: Timestamp) -> Timestamp {
    Timestamp::from_second(moment.as_second() / 60 * 60).unwrap_or(moment)
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

        assert!(anchor.keep_with_demo_data(&folder, || Ok(1)).is_err());
        assert!(!folder.exists());

        anchor.keep_with_demo_data(&folder, || Ok(0))?;
        anchor.keep_with_demo_data(&folder, || Ok(277))?;
        fs::remove_dir_all(&folder).explain(String::new)
    }

    #[test]
    fn an_anchor_is_read_as_it_was_kept() -> Result<(), Failure> {
        let folder = std::env::temp_dir().join(format!("xtask-anchor-{}", std::process::id()));
        let anchor = Anchor {
            last_session: "2026-11-24T03:00:00Z".parse().explain(String::new)?,
            commit: "58b8199".into(),
            reports: 7,
        };

        anchor.keep(&folder)?;

        let kept = project::read(&folder.join(FILE))?;
        fs::remove_dir_all(&folder).explain(String::new)?;
        assert_eq!(Anchor::parse(&kept), Some(anchor));
        Ok(())
    }
}
