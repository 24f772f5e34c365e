//! The time range: the URL parameters `range`, `from` and `to`.

use super::time::{MS_PER_DAY, day_ms, utc_day};

/// A time range in UTC days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// The page's default.
    #[default]
    Usual,
    /// The last N days, including today.
    Days(u16),
    /// All time.
    All,
    /// From the first of two days to the end of the second, each given by its midnight in
    /// milliseconds since 1970. None is open-ended.
    Between(Option<i64>, Option<i64>),
}

/// A hundred years: the first day of a longer range could be outside four-digit years.
const MOST: u16 = 36_500;

impl Range {
    /// The presets with their labels.
    pub const NAMED: [(Self, &'static str); 5] = [
        (Self::Days(7), "7 days"),
        (Self::Days(30), "30 days"),
        (Self::Days(90), "90 days"),
        (Self::Days(365), "1 year"),
        (Self::All, "all time"),
    ];

    /// From URL parameters; two days win over a range, and swapped days are reordered.
    pub fn read(range: Option<&str>, from: Option<&str>, to: Option<&str>) -> Self {
        // The database has no year 0.
        let day = |text: &str| day_ms(text).filter(|_| !text.starts_with("0000"));
        match (from.and_then(day), to.and_then(day)) {
            (None, None) => range.map_or(Self::Usual, Self::named),
            (Some(from), Some(to)) if from > to => Self::Between(Some(to), Some(from)),
            (from, to) => Self::Between(from, to),
        }
    }

    /// A range by its name in URLs: `30d`, `all`; any other text is the default.
    pub fn named(name: &str) -> Self {
        let name = match name {
            "all" => return Self::All,
            // The format of older URLs.
            "1y" => "365d",
            other => other,
        };
        let days = name.strip_suffix('d').and_then(|days| days.parse().ok());
        days.filter(|days| (1..=MOST).contains(days))
            .map_or(Self::Usual, Self::Days)
    }

    /// Its name in URLs; empty if it has none.
    pub fn name(self) -> String {
        match self {
            Self::Days(days) => format!("{days}d"),
            Self::All => "all".to_owned(),
            Self::Usual | Self::Between(..) => String::new(),
        }
    }

    /// As URL parameters; none for the default.
    pub fn pairs(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Usual => Vec::new(),
            Self::Days(_) | Self::All => vec![("range", self.name())],
            Self::Between(from, to) => [("from", from), ("to", to)]
                .into_iter()
                .filter_map(|(name, day)| Some((name, utc_day(day?))))
                .collect(),
        }
    }

    /// Replaces [`Self::Usual`] by the page's default.
    #[must_use]
    pub fn or(self, usual: Self) -> Self {
        if self == Self::Usual { usual } else { self }
    }

    /// From (inclusive) and to (exclusive), in milliseconds since 1970, when the time is `now_ms`;
    /// none if open-ended.
    pub fn bounds(self, now_ms: i64) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Usual | Self::All => (None, None),
            Self::Days(days) => {
                let today = now_ms.div_euclid(MS_PER_DAY) * MS_PER_DAY;
                (Some(today - (i64::from(days) - 1) * MS_PER_DAY), None)
            }
            Self::Between(from, to) => (from, to.map(|to| to.saturating_add(MS_PER_DAY))),
        }
    }

    /// First and last day, both included, when the time is `now_ms`; none if open-ended.
    pub fn days(self, now_ms: i64) -> (Option<String>, Option<String>) {
        let (from, to) = self.bounds(now_ms);
        (from.map(utc_day), to.map(|to| utc_day(to - MS_PER_DAY)))
    }

    /// As text: `the last 90 days`.
    pub fn words(self) -> String {
        match self {
            Self::Days(1) => "today".to_owned(),
            Self::Days(days) => format!("the last {days} days"),
            Self::Between(Some(from), Some(to)) => format!("{} to {}", utc_day(from), utc_day(to)),
            Self::Between(Some(from), None) => format!("since {}", utc_day(from)),
            Self::Between(None, Some(to)) => format!("until {}", utc_day(to)),
            Self::Usual | Self::All | Self::Between(None, None) => "all days".to_owned(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    // 2026-11-24 19:30 UTC
    const NOW: i64 = 1_795_548_600_000;

    /// Any range that a URL can contain.
    pub(crate) fn ranges() -> impl Strategy<Value = Range> {
        let day = (0i64..30_000).prop_map(|day| day * MS_PER_DAY);
        prop_oneof![
            Just(Range::Usual),
            Just(Range::All),
            (1..=MOST).prop_map(Range::Days),
            (day.clone(), day.clone())
                .prop_map(|(a, b)| Range::Between(Some(a.min(b)), Some(a.max(b)))),
            day.clone()
                .prop_map(|from| Range::Between(Some(from), None)),
            day.prop_map(|to| Range::Between(None, Some(to))),
        ]
    }

    #[test]
    fn the_last_days_include_today() {
        let first = |days| Range::Days(days).days(NOW).0;

        assert_eq!(first(1).as_deref(), Some("2026-11-24"));
        assert_eq!(first(90).as_deref(), Some("2026-08-27"));
    }

    #[test]
    fn the_second_day_is_whole() {
        let range = Range::read(None, Some("2026-02-28"), Some("2026-02-28"));

        let (from, to) = range.bounds(NOW);
        assert_eq!(to.zip(from).map(|(to, from)| to - from), Some(MS_PER_DAY));
        assert_eq!(range.words(), "2026-02-28 to 2026-02-28");
        let day = Some("2026-02-28".to_owned());
        assert_eq!(range.days(NOW), (day.clone(), day));
    }

    #[test]
    fn a_year_has_one_name_and_the_old_one_is_understood() {
        assert_eq!(Range::named("1y"), Range::named("365d"));
        assert_eq!(Range::named("1y").pairs(), [("range", "365d".to_owned())]);
    }

    #[test]
    fn what_is_in_no_calendar_is_left_out() {
        for (range, from) in [
            ("-3d", ""),
            ("0d", ""),
            ("99999d", ""),
            ("7", ""),
            ("", "0000-01-01"),
            ("", "2026-02-30"),
            ("%00", "2026-1-4"),
        ] {
            assert_eq!(Range::read(Some(range), Some(from), None), Range::Usual);
        }
    }

    proptest! {
        #[test]
        fn a_range_survives_its_address(range in ranges()) {
            let pairs = range.pairs();
            let of = |name: &str| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
            prop_assert_eq!(Range::read(of("range"), of("from"), of("to")), range);
        }
    }
}
