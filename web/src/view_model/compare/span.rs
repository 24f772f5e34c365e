//! Which days are looked at.

use crate::view_model::time;

/// Days that are looked at, in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span {
    /// The last so many days, today included.
    Last(i64),
    /// Every day there is.
    All,
    /// From one day to another, both included, such as `2026-11-24`; either may be open.
    Between(Option<String>, Option<String>),
}

/// What [`Span::Last`] is chosen from.
pub const LAST: [(i64, &str); 4] = [
    (7, "7 days"),
    (30, "30 days"),
    (90, "90 days"),
    (365, "a year"),
];

/// What is shown when the address says nothing.
const USUAL: i64 = 90;
const DAY_MS: i64 = 86_400_000;
/// Longer spans have no first day that a calendar of four-digit years could name.
const MOST: i64 = 36_500;

impl Default for Span {
    fn default() -> Self {
        Self::Last(USUAL)
    }
}

impl Span {
    /// From the parameters `range`, `from` and `to`; two days say more than a range.
    pub fn read(range: Option<&str>, from: Option<&str>, to: Option<&str>) -> Self {
        let (from, to) = (from.and_then(day), to.and_then(day));
        if from.is_some() || to.is_some() {
            return Self::Between(from, to);
        }
        match range {
            Some("all") => Self::All,
            Some(days) => days
                .trim_end_matches('d')
                .parse()
                .ok()
                .filter(|days| (1..=MOST).contains(days))
                .map_or_else(Self::default, Self::Last),
            None => Self::default(),
        }
    }

    /// As parameters of an address; none for what is usual.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Last(USUAL) => Vec::new(),
            Self::Last(days) => vec![("range", format!("{days}d"))],
            Self::All => vec![("range", "all".to_owned())],
            Self::Between(from, to) => [("from", from), ("to", to)]
                .into_iter()
                .filter_map(|(name, day)| Some((name, day.clone()?)))
                .collect(),
        }
    }

    /// First and last day, when the time is `now_ms`; none where it is open.
    pub fn days(&self, now_ms: i64) -> (Option<String>, Option<String>) {
        match self {
            Self::Last(days) => (Some(time::utc_day(now_ms - (days - 1) * DAY_MS)), None),
            Self::All => (None, None),
            Self::Between(from, to) => (from.clone(), to.clone()),
        }
    }

    /// In words: `the last 90 days`.
    pub fn words(&self) -> String {
        match self {
            Self::Last(1) => "today".to_owned(),
            Self::Last(days) => format!("the last {days} days"),
            Self::Between(Some(from), Some(to)) => format!("{from} to {to}"),
            Self::Between(Some(from), None) => format!("since {from}"),
            Self::Between(None, Some(to)) => format!("until {to}"),
            Self::All | Self::Between(None, None) => "all days".to_owned(),
        }
    }
}

/// The day after `day`, for a range that ends before it.
pub fn day_after(day: &str) -> Option<String> {
    Some(time::utc_day(time::parse_ms(&midnight(day))? + DAY_MS))
}

fn midnight(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

/// A day that is in the calendar: not 30 February.
fn day(text: &str) -> Option<String> {
    let ms = time::parse_ms(&midnight(text))?;
    (text.len() == 10 && time::utc_day(ms) == text && !text.starts_with("0000"))
        .then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    // 2026-11-24 19:30 UTC
    const NOW: i64 = 1_795_548_600_000;

    #[test]
    fn the_last_days_include_today() {
        let first = |days| Span::Last(days).days(NOW).0;

        assert_eq!(first(1).as_deref(), Some("2026-11-24"));
        assert_eq!(first(90).as_deref(), Some("2026-08-27"));
        assert_eq!(day_after("2026-02-28").as_deref(), Some("2026-03-01"));
    }

    #[test]
    fn a_day_that_is_in_no_calendar_is_left_out() {
        assert_eq!(Span::read(None, Some("2026-02-30"), None), Span::default());
        assert_eq!(
            Span::read(Some("7d"), Some("2026-02-28"), Some("tomorrow")),
            Span::Between(Some("2026-02-28".to_owned()), None)
        );
        assert_eq!(Span::read(Some("-3d"), None, None), Span::default());
    }
}
