use std::fmt;

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::measured::{Session, fingerprint};

/// The inputs of the dated history besides the measured runs, stored beside a demo's data.
///
/// Runs are dated backwards from one moment. With another moment they would be other runs, and
/// would be stored beside the first ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The time assigned to the newest session.
    pub last_session: Timestamp,
    /// The commit assigned to the runs.
    pub commit: String,
    /// Identifies the measured runs.
    reports: u64,
}

impl Anchor {
    /// For a history of these runs that ends now, on the minute.
    #[must_use]
    pub fn new(now: Timestamp, commit: String, sessions: &[Session]) -> Self {
        Self {
            last_session: Timestamp::from_second(now.as_second() / 60 * 60).unwrap_or(now),
            commit,
            reports: fingerprint(sessions),
        }
    }

    /// Reads what its `Display` wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        Some(Self {
            last_session: words.next()?.parse().ok()?,
            commit: words.next()?.to_owned(),
            reports: u64::from_str_radix(words.next()?, 16).ok()?,
        })
    }

    /// The last day of the history.
    #[must_use]
    pub fn day(&self) -> Date {
        TimeZone::UTC.to_datetime(self.last_session).date()
    }

    /// Whether the history ends on the day of `now`.
    #[must_use]
    pub fn is_of_today(&self, now: Timestamp) -> bool {
        self.day() == TimeZone::UTC.to_datetime(now).date()
    }

    /// Whether the history is of these runs.
    #[must_use]
    pub fn is_of(&self, sessions: &[Session]) -> bool {
        self.reports == fingerprint(sessions)
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            last_session,
            commit,
            reports,
        } = self;
        write!(f, "{last_session} {commit} {reports:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sessions;

    #[test]
    fn an_anchor_is_read_as_it_was_written() {
        let now = "2026-11-24T03:00:59Z".parse().expect("a time");
        let anchor = Anchor::new(now, "58b8199".into(), &sessions());

        assert_eq!(
            anchor.last_session.to_string(),
            "2026-11-24T03:00:00Z",
            "on the minute"
        );
        assert_eq!(Anchor::parse(&format!("{anchor}\n")), Some(anchor));
        assert_eq!(Anchor::parse("yesterday"), None);
    }

    #[test]
    fn an_anchor_knows_its_day_and_its_runs() {
        let at = |text: &str| -> Timestamp { text.parse().expect("a time") };
        let anchor = Anchor::new(at("2026-11-24T23:59:59Z"), "58b8199".into(), &sessions());

        assert!(anchor.is_of_today(at("2026-11-24T00:00:00Z")));
        assert!(!anchor.is_of_today(at("2026-11-25T00:00:00Z")));
        assert!(anchor.is_of(&sessions()));
        assert!(!anchor.is_of(&sessions()[1..]));
    }
}
