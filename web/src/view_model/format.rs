//! Formats numbers, durations, money and ages.
//!
//! A missing value is [`MISSING`], never 0. What the command line writes too is written by
//! `bench_model::words`; here it gets the marks that the user chose.

use bench_model::words;

use super::manner;

/// The label of a missing value.
pub const MISSING: &str = "–";

/// Formats a value with `label`, or as missing.
pub fn or_missing(value: Option<f64>, label: impl Fn(f64) -> String) -> String {
    value.map_or_else(|| MISSING.to_owned(), label)
}

/// A ratio such as F1, with three decimals: `0.895`.
pub fn ratio(value: f64) -> String {
    decimals(value, 3)
}

/// A duration given in milliseconds, in a suitable unit: `420 µs`, `81.2 ms`, `1.24 s`,
/// `2 min 5 s`.
pub fn duration_ms(ms: f64) -> String {
    if ms == 0.0 {
        "0 ms".to_owned()
    } else if ms < 0.9995 {
        format!("{} µs", significant(ms * 1e3, 3))
    } else if ms < 999.5 {
        format!("{} ms", significant(ms, 3))
    } else if ms < 59_950.0 {
        format!("{} s", significant(ms / 1e3, 3))
    } else {
        let seconds = (ms / 1e3).round();
        if seconds < 3_600.0 {
            format!(
                "{} min {} s",
                grouped((seconds / 60.0).floor()),
                seconds % 60.0
            )
        } else {
            let minutes = (seconds / 60.0).round();
            format!(
                "{} h {} min",
                grouped((minutes / 60.0).floor()),
                minutes % 60.0
            )
        }
    }
}

/// An amount of US dollars: `$1,240`, `$1.24`, `$0.0124`, `12.4 µ$`.
pub fn usd(amount: f64) -> String {
    let size = amount.abs();
    let label = if size == 0.0 {
        "$0".to_owned()
    } else if size < 0.000_099_95 {
        format!("{} µ$", significant(size * 1e6, 3))
    } else if size < 0.995 {
        format!("${}", significant(size, 3))
    } else if size < 999.995 {
        format!("${}", decimals(size, 2))
    } else {
        format!("${}", grouped(size.round()))
    };
    if amount < 0.0 {
        words::sign(amount, &label)
    } else {
        label
    }
}

/// Three significant digits with k, M or G: `53.2`, `1.24 k`.
pub fn compact(value: f64) -> String {
    let size = value.abs();
    let (divisor, unit) = if size < 999.5 {
        (1.0, "")
    } else if size < 999_500.0 {
        (1e3, " k")
    } else if size < 999_500_000.0 {
        (1e6, " M")
    } else {
        (1e9, " G")
    };
    format!("{}{unit}", significant(value / divisor, 3))
}

/// An integer with grouped thousands: `12,480`.
pub fn count(value: usize) -> String {
    manner::written(words::grouped(&value.to_string()))
}

/// A count with its noun: `1 run`, `12,480 runs`.
pub fn counted(value: usize, noun: &str) -> String {
    manner::written(words::counted(value, noun))
}

/// A measured share: `4.2 %`.
pub fn percent(share: f64) -> String {
    manner::written(words::percent(share))
}

/// A share that somebody set: `5 %`.
pub fn setting(share: f64) -> String {
    manner::written(words::setting(share))
}

/// A change as a share, with its sign: `+4.2 %`.
pub fn signed_percent(share: f64) -> String {
    manner::written(words::signed_percent(share))
}

/// An age: `just now`, `12 s ago`, `3 h ago`, `2 days ago`.
///
/// With a slow clock the past looks like the future; that is `just now` too.
pub fn age(seconds: i64) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    match seconds {
        ..2 => "just now".to_owned(),
        2..MINUTE => format!("{seconds} s ago"),
        MINUTE..HOUR => format!("{} min ago", seconds / MINUTE),
        HOUR..DAY => format!("{} h ago", seconds / HOUR),
        DAY.. => match seconds / DAY {
            1 => "1 day ago".to_owned(),
            days @ 2..60 => format!("{days} days ago"),
            days @ 60..730 => format!("{} months ago", days / 30),
            days => format!("{} years ago", days / 365),
        },
    }
}

/// A name of at most 56 characters; a longer one is shortened in the middle, because the end often
/// distinguishes it.
pub fn short_name(name: &str) -> String {
    words::shorten_middle(name, 56)
}

/// `digits` significant digits, without an exponent.
fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    // Rounding can add a digit (9.996 → 10.0), so the magnitude is computed afterwards.
    let magnitude = value.abs().log10().floor();
    let unit = 10f64.powf(magnitude - f64::from(digits - 1));
    let rounded = (value / unit).round() * unit;
    let magnitude = (rounded.abs() * (1.0 + f64::EPSILON)).log10().floor();
    let places = (f64::from(digits - 1) - magnitude).clamp(0.0, 12.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 12"
    )]
    decimals(rounded, places as usize)
}

/// A fixed number of decimals: `1,5`; no minus sign on a zero.
pub fn decimals(value: f64, places: usize) -> String {
    manner::written(words::decimals(value, places))
}

fn grouped(whole: f64) -> String {
    manner::written(words::grouped(&format!("{whole:.0}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_is_a_dash_and_never_zero() {
        assert_eq!(or_missing(None, ratio), "–");
        assert_eq!(or_missing(Some(0.0), ratio), "0.000");
    }

    #[test]
    fn a_duration_comes_in_the_unit_that_suits_it() {
        let label = |ms: f64| duration_ms(ms);
        assert_eq!(label(0.0), "0 ms");
        assert_eq!(label(0.42), "420 µs");
        assert_eq!(label(8.123), "8.12 ms");
        assert_eq!(label(81.23), "81.2 ms");
        assert_eq!(label(812.3), "812 ms");
        assert_eq!(label(999.7), "1.00 s");
        assert_eq!(label(1_240.0), "1.24 s");
        assert_eq!(label(59_960.0), "1 min 0 s");
        assert_eq!(label(125_000.0), "2 min 5 s");
        assert_eq!(label(4_320_000.0), "1 h 12 min");
    }

    #[test]
    fn money_keeps_its_digits_however_small() {
        assert_eq!(usd(0.0), "$0");
        assert_eq!(usd(0.000_001_24), "1.24 µ$");
        assert_eq!(usd(0.000_42), "$0.000420");
        assert_eq!(usd(0.0124), "$0.0124");
        assert_eq!(usd(0.996), "$1.00");
        assert_eq!(usd(1.239), "$1.24");
        assert_eq!(usd(1_239.6), "$1,240");
        assert_eq!(usd(-2.5), "−$2.50");
    }

    #[test]
    fn large_values_get_a_unit_and_three_digits() {
        assert_eq!(compact(53.24), "53.2");
        assert_eq!(compact(999.6), "1.00 k");
        assert_eq!(compact(1_240_000.0), "1.24 M");
        assert_eq!(compact(9.996), "10.0");
    }

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        assert_eq!(age(-30), "just now");
        assert_eq!(age(5), "5 s ago");
        assert_eq!(age(119), "1 min ago");
        assert_eq!(age(7_200), "2 h ago");
        assert_eq!(age(86_400), "1 day ago");
        assert_eq!(age(86_400 * 45), "45 days ago");
        assert_eq!(age(86_400 * 90), "3 months ago");
        assert_eq!(age(86_400 * 800), "2 years ago");
    }

    #[test]
    fn counts_keep_their_thousands_apart() {
        assert_eq!(count(7), "7");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(counted(1, "run"), "1 run");
        assert_eq!(counted(1_234_567, "run"), "1,234,567 runs");
    }

    #[test]
    fn marks_are_those_that_the_user_chose() {
        let shown = |numbers| manner::Numbers::written(numbers, "12,480 runs −4.2 %".to_owned());
        assert_eq!(shown(manner::Numbers::Point), "12,480 runs −4.2 %");
        assert_eq!(shown(manner::Numbers::Comma), "12.480 runs −4,2 %");
        assert_eq!(shown(manner::Numbers::Space), "12\u{202f}480 runs −4,2 %");
    }

    #[test]
    fn no_style_of_numbers_can_be_misread() {
        for style in manner::Numbers::ALL {
            let (between, fraction) = style.marks();
            assert_ne!(between, fraction);
            assert!(style.example().contains(fraction));
        }
    }

    #[test]
    fn rounding_leaves_no_lonely_minus() {
        assert_eq!(ratio(-0.000_01), "0.000");
        assert_eq!(ratio(-0.25), "−0.250");
    }
}
