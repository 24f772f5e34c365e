//! Which stretch of time is shown.

/// A stretch of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// The last days up to now.
    Days(u16),
    /// All runs there are.
    All,
    /// From the first of two days to the end of the second; in UTC, milliseconds since 1970. None: open.
    Between(Option<i64>, Option<i64>),
    /// Whatever the page finds sensible: 30 days, or all when the newest run is older.
    #[default]
    Auto,
}

const MS_PER_DAY: i64 = 86_400_000;

impl Range {
    /// What can be chosen by name, with its words.
    pub const NAMED: [(&'static str, &'static str, Self); 5] = [
        ("7d", "7 days", Self::Days(7)),
        ("30d", "30 days", Self::Days(30)),
        ("90d", "90 days", Self::Days(90)),
        ("1y", "a year", Self::Days(365)),
        ("all", "all", Self::All),
    ];

    /// A range by its name in addresses.
    pub fn named(name: &str) -> Option<Self> {
        let known = Self::NAMED.iter().find(|(known, _, _)| *known == name);
        known.map(|(_, _, range)| *range)
    }

    /// Its name in addresses, if it has one.
    pub fn name(self) -> Option<&'static str> {
        let known = Self::NAMED.iter().find(|(_, _, range)| *range == self);
        known.map(|(name, _, _)| *name)
    }

    /// [`Self::Auto`] decided: the newest run at `newest_ms`, today being the day of `now_ms`.
    #[must_use]
    pub fn decided(self, newest_ms: Option<i64>, now_ms: i64) -> Self {
        match self {
            Self::Auto if newest_ms.is_some_and(|newest| now_ms - newest > 30 * MS_PER_DAY) => {
                Self::All
            }
            Self::Auto => Self::Days(30),
            other => other,
        }
    }

    /// From (inclusive) and to (exclusive), in milliseconds since 1970. Ranges of days begin at midnight UTC.
    pub fn bounds(self, now_ms: i64) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Auto | Self::All => (None, None),
            Self::Days(days) => {
                let today = now_ms.div_euclid(MS_PER_DAY) * MS_PER_DAY;
                (Some(today - i64::from(days) * MS_PER_DAY), None)
            }
            Self::Between(from, to) => (from, to.map(|to| to.saturating_add(MS_PER_DAY))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view_model::time::{day_ms, utc_day};

    #[test]
    fn thirty_days_unless_they_are_empty() {
        let now = 100 * MS_PER_DAY + 5;

        assert_eq!(
            Range::Auto.decided(Some(now - MS_PER_DAY), now),
            Range::Days(30)
        );
        assert_eq!(
            Range::Auto.decided(Some(now - 31 * MS_PER_DAY), now),
            Range::All
        );
        assert_eq!(Range::Days(7).decided(None, now), Range::Days(7));
        assert_eq!(Range::Days(7).bounds(now), (Some(93 * MS_PER_DAY), None));
    }

    #[test]
    fn the_second_day_is_whole() {
        let day = day_ms("2026-11-24").expect("a day");

        assert_eq!(
            Range::Between(Some(day), Some(day)).bounds(0),
            (Some(day), Some(day + MS_PER_DAY))
        );
        assert_eq!(utc_day(day), "2026-11-24");
        assert_eq!(day_ms("2026-1-4"), None);
    }
}
