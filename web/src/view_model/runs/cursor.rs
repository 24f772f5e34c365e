//! A position in the log, as in the URL.

use bench_model::rest::rows::RunRow;
use bench_model::run_id::RunId;

use crate::view_model::time;

/// A run's position in the log: by `created_at`, then by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// To the microsecond, in UTC: `2026-11-24T02:11:12.345678Z`.
    pub created_at: String,
    /// The run's id.
    pub id: String,
}

impl Cursor {
    /// The position of the run with these columns.
    pub fn new(created_at: &str, id: &str) -> Self {
        let created_at = created_at
            .strip_suffix("+00:00")
            .map_or_else(|| created_at.to_owned(), |moment| format!("{moment}Z"));
        Self {
            created_at,
            id: id.to_owned(),
        }
    }

    /// The place of a run.
    pub fn of(run: &RunRow) -> Self {
        Self::new(&run.created_at, &run.id)
    }

    /// Parses the output of [`Cursor::text`]; None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once('~')?;
        let ms = time::parse_ms(created_at)?;
        // An invalid day would be parsed as one of the next month, and the database would refuse
        // it.
        let is_moment = ms >= 0
            && created_at.len() <= 27
            && created_at.ends_with('Z')
            && created_at.get(..10) == Some(time::utc_day(ms).as_str());
        let id: RunId = id.parse().ok()?;
        is_moment.then(|| Self {
            created_at: created_at.to_owned(),
            id: id.to_string(),
        })
    }

    /// Its form in the URL.
    pub fn text(&self) -> String {
        format!("{}~{}", self.created_at, self.id)
    }

    /// Whether this position is nearer to the newest end of the log.
    pub fn is_newer_than(&self, other: &Self) -> bool {
        // In the same format, in UTC and without trailing zeros, text order is time order.
        let place = |one: &Self| one.created_at.trim_end_matches('Z').to_owned();
        (place(self), &self.id) > (place(other), &other.id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Cursor;

    const ID: &str = "0191f3aa-0000-4000-8000-00000000000a";

    #[test]
    fn a_place_is_written_and_read_back() {
        let cursor = Cursor::new("2026-11-24T02:11:12.345678+00:00", ID);

        assert_eq!(cursor.text(), format!("2026-11-24T02:11:12.345678Z~{ID}"));
        assert_eq!(Cursor::parse(&cursor.text()), Some(cursor));
    }

    #[test]
    fn what_the_database_would_refuse_is_no_place() {
        for text in [
            "2026-02-31T00:00:00Z~0191f3aa-0000-4000-8000-00000000000a",
            "0000-01-01T00:00:00Z~0191f3aa-0000-4000-8000-00000000000a",
            "2026-02-03T00:00:00+01:00~0191f3aa-0000-4000-8000-00000000000a",
            "2026-02-03T00:00:00Z~0191f3aa",
            "2026-02-03T00:00:00Z",
            "~",
            "",
        ] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }

    #[test]
    fn of_two_runs_of_one_moment_the_id_decides() {
        let at = |time: &str, id: &str| Cursor::new(time, id);
        let first = at("2026-11-24T02:11:12.000001+00:00", "a");

        assert!(at("2026-11-24T02:11:12.000002+00:00", "a").is_newer_than(&first));
        assert!(at("2026-11-24T02:11:12.0000011+00:00", "a").is_newer_than(&first));
        assert!(at("2026-11-24T02:11:12.000001+00:00", "b").is_newer_than(&first));
        assert!(!first.is_newer_than(&first));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}") {
            Cursor::parse(&text);
        }
    }
}
