//! Shares in percent.

use crate::words::number::{decimals, rounded, sign, trimmed};

/// Measured shares have one decimal from here to 100 %, …
const ONE_DECIMAL: f64 = 1.0;
/// … and are told as powers of ten beyond this.
const MOST: f64 = 1e6;

/// A measured ratio in percent: `9.2 %`, `−4.0 %`, `250 %`; two digits of what is below one.
pub fn percent(ratio: f64) -> String {
    let size = size(ratio);
    if ratio < 0.0 {
        sign(ratio, &size)
    } else {
        size
    }
}

/// As [`percent`], with its sign: `+9.2 %`.
pub fn signed_percent(ratio: f64) -> String {
    sign(ratio, &size(ratio))
}

/// A ratio that somebody set, such as a margin or a confidence: `5 %`, `99.5 %`.
pub fn setting(ratio: f64) -> String {
    format!("{} %", trimmed(&decimals(ratio * 100.0, 4)))
}

fn size(ratio: f64) -> String {
    let size = (ratio * 100.0).abs();
    let number = if (ONE_DECIMAL..MOST).contains(&size) {
        decimals(size, usize::from(size < 99.95))
    } else {
        rounded(size, 2)
    };
    format!("{number} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_has_one_decimal_and_a_small_one_is_not_shown_as_nothing() {
        let shares = [
            -0.123_4,
            0.002_49,
            0.04,
            2.5,
            0.999_6,
            0.000_3,
            0.000_003,
            0.0,
            f64::MIN_POSITIVE,
        ];
        let wanted = [
            "−12.3 %",
            "+0.25 %",
            "+4.0 %",
            "+250 %",
            "+100 %",
            "+0.03 %",
            "+0.0003 %",
            "0 %",
            "+2.2e−306 %",
        ];
        assert_eq!(shares.map(signed_percent), wanted);
        assert_eq!([0.092, -0.04].map(percent), ["9.2 %", "−4.0 %"]);
    }

    #[test]
    fn a_setting_is_shown_as_it_was_set() {
        assert_eq!(
            [0.05, 0.95, 0.995, 0.0].map(setting),
            ["5 %", "95 %", "99.5 %", "0 %"]
        );
    }
}
