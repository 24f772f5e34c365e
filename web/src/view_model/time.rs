//! Parses and formats times of PostgREST, in milliseconds since 1970.
//!
//! Hand-written, because a calendar library is larger than this page; native tests compare it with
//! `jiff`.

use super::manner;

/// Milliseconds per day.
pub const MS_PER_DAY: i64 = 86_400_000;

/// Reads a time with an offset, such as `2026-11-24T02:11:12.345678+00:00`. None if invalid.
pub fn parse_ms(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.get(range)?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| digits.parse::<i64>().ok())?
    };
    let mark = |at: usize, marks: &str| text.get(at..=at).is_some_and(|one| marks.contains(one));
    if !(mark(4, "-") && mark(7, "-") && mark(10, "Tt ") && mark(13, ":") && mark(16, ":")) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    if !((1..=12).contains(&month)
        && (1..=31).contains(&day)
        && hour < 24
        && minute < 60
        && second < 61)
    {
        return None;
    }
    let rest = text.get(19..)?;
    let offset_at = rest.find(['Z', 'z', '+', '-'])?;
    let (fraction, offset) = rest.split_at(offset_at);
    let ms = days_from_civil(year, month, day) * MS_PER_DAY
        + hour * 3_600_000
        + minute * 60_000
        + second * 1_000
        + fraction_ms(fraction)?;
    Some(ms - offset_ms(offset)?)
}

/// A time to the minute, in the user's format: `2026-11-24 02:51 UTC` or `2026-11-24 03:51 +01:00`.
pub fn stamp(ms: i64) -> String {
    let Some(ahead) = manner::minutes_ahead(ms) else {
        return format!("{} UTC", minute(ms));
    };
    let sign = if ahead < 0 { '−' } else { '+' };
    let size = ahead.abs();
    format!(
        "{} {sign}{:02}:{:02}",
        minute(ms + ahead * 60_000),
        size / 60,
        size % 60
    )
}

/// The day of a time, in the user's format: `2026-11-24`.
pub fn day(ms: i64) -> String {
    utc_day(ms + manner::minutes_ahead(ms).unwrap_or(0) * 60_000)
}

/// The UTC day of a time, as in the database: `2026-11-24`.
pub fn utc_day(ms: i64) -> String {
    let (year, month, day) = civil_from_days(ms.div_euclid(MS_PER_DAY));
    format!("{year:04}-{month:02}-{day:02}")
}

fn minute(ms: i64) -> String {
    let (year, month, day) = civil_from_days(ms.div_euclid(MS_PER_DAY));
    let minutes = ms.rem_euclid(MS_PER_DAY) / 60_000;
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02}",
        minutes / 60,
        minutes % 60
    )
}

/// A day such as `2026-11-24` as its start in UTC. None if invalid.
pub fn day_ms(day: &str) -> Option<i64> {
    let ms = parse_ms(&format!("{day}T00:00:00Z"))?;
    (utc_day(ms) == day).then_some(ms)
}

/// A time for PostgreSQL, to the second: `2026-11-24T02:51:00Z`.
pub fn timestamp(ms: i64) -> String {
    let minute = minute(ms).replace(' ', "T");
    format!("{minute}:{:02}Z", ms.div_euclid(1_000).rem_euclid(60))
}

/// `.345678` as 345.
fn fraction_ms(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.strip_prefix('.').filter(|digits| !digits.is_empty())?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits
        .bytes()
        .chain(*b"00")
        .take(3)
        .try_fold(0, |ms, digit| Some(ms * 10 + i64::from(digit - b'0')))
}

/// `Z`, `+00`, `+0530` or `-08:00`.
fn offset_ms(text: &str) -> Option<i64> {
    let (sign, rest) = match text.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let digits: String = rest.chars().filter(|one| *one != ':').collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = match digits.len() {
        2 => 0,
        4 => digits.get(2..)?.parse().ok()?,
        _ => return None,
    };
    Some(sign * (hours * 60 + minutes) * 60_000)
}

// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::{day_ms, parse_ms, stamp, timestamp};

    #[test]
    fn a_time_is_told_in_utc_to_the_minute() {
        assert_eq!(stamp(1_764_000_000_000), "2025-11-24 16:00 UTC");
        assert_eq!(stamp(-1), "1969-12-31 23:59 UTC");
        assert_eq!(timestamp(1_764_000_007_123), "2025-11-24T16:00:07Z");
    }

    #[test]
    fn a_day_begins_at_midnight_and_must_be_in_its_month() {
        assert_eq!(
            day_ms("2025-11-24").map(stamp),
            Some("2025-11-24 00:00 UTC".to_owned())
        );
        assert_eq!(day_ms("2026-02-29"), None);
        assert_eq!(day_ms("2026-2-9"), None);
    }

    #[test]
    fn a_time_is_read_with_any_offset_that_postgres_writes() {
        for (text, ms) in [
            ("1970-01-01T00:00:00+00:00", Some(0)),
            ("1970-01-01T05:30:00.5+05:30", Some(500)),
            ("1969-12-31T16:00:00-08", Some(0)),
            ("2026-02-29T25:00:00Z", None),
            ("2026-11-24", None),
            ("2026-11-24T02:11:12", None),
            ("", None),
            ("２026-11-24T02:11:12Z", None),
        ] {
            assert_eq!(parse_ms(text), ms, "{text}");
        }
    }

    proptest! {
        #[test]
        fn jiff_agrees(ms in -62_135_596_800_000i64..253_402_207_200_000) {
            let time = Timestamp::from_millisecond(ms).expect("in range");
            prop_assert_eq!(parse_ms(&time.to_string()), Some(ms));
            prop_assert_eq!(stamp(ms), time.strftime("%Y-%m-%d %H:%M UTC").to_string());
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,40}") {
            parse_ms(&text);
        }
    }
}
