//! Numbers in sentences: short, and distinguishable if they differ.

/// Smaller probabilities are shown as below this.
const LEAST_PROBABILITY: f64 = 1e-12;

/// Four significant digits, without trailing zeros: `0.8951`, `1.235e12`.
pub fn number(value: f64) -> String {
    rounded(value, 4)
}

/// The values before and after a change, with enough digits to tell them apart.
///
/// # Example: a change in the sixth digit
///
/// ```
/// use bench_model::words::ends;
///
/// assert_eq!(ends(0.9, 0.84), ["0.9", "0.84"]);
/// assert_eq!(ends(0.9, 0.90001), ["0.9", "0.90001"]);
/// ```
pub fn ends(before: f64, after: f64) -> [String; 2] {
    // Seventeen digits tell any two numbers apart.
    let mut shown = [number(before), number(after)];
    for digits in 5..=17 {
        if shown[0] != shown[1] || before.total_cmp(&after).is_eq() {
            break;
        }
        shown = [rounded(before, digits), rounded(after, digits)];
    }
    shown
}

/// As [`number`], with its sign.
pub fn signed(value: f64) -> String {
    with_sign(value, number(value))
}

/// A ratio in percent, with its sign: `+9.1 %`; two digits below a tenth.
pub fn percent(ratio: f64) -> String {
    let percent = ratio * 100.0;
    let is_plain = (0.1..1e6).contains(&percent.abs());
    let text = if is_plain {
        format!("{percent:.1}")
    } else {
        rounded(percent, 2)
    };
    format!("{} %", with_sign(percent, text))
}

/// `0.032`, `1.4e-5`, `< 1e-12`: what follows `p` or `q`.
pub fn probability(p: f64) -> String {
    if p < LEAST_PROBABILITY {
        format!("< {LEAST_PROBABILITY:e}")
    } else if p < 0.001 {
        format!("{p:.1e}")
    } else {
        rounded(p, 2)
    }
}

/// The suffix for this unit: ` ms`, ` tokens`; empty for a ratio or a score.
pub fn unit(unit: Option<&str>) -> String {
    match unit {
        None | Some("ratio" | "score") => String::new(),
        Some(unit) => format!(" {}", unit.replace('_', " ")),
    }
}

/// The message for a metric without a direction.
pub(crate) fn no_direction(metric: &str) -> String {
    format!("nobody has said whether a higher or a lower {metric} is better")
}

fn with_sign(value: f64, text: String) -> String {
    if value > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

/// The number with `digits` significant digits, at least one, without trailing zeros.
fn rounded(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return value.to_string();
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the logarithm of a finite number"
    )]
    let magnitude = libm::floor(libm::log10(value.abs())) as i32;
    let decimals = |wanted: i32| usize::try_from(wanted).unwrap_or(0);
    if !(-5..9).contains(&magnitude) {
        let text = format!("{value:.0$e}", decimals(digits - 1));
        let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", trimmed(number));
    }
    trimmed(&format!("{value:.0$}", decimals(digits - 1 - magnitude))).to_owned()
}

/// Strips trailing zeros after the decimal point.
fn trimmed(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_short_and_keep_four_digits() {
        let shown = [0.895_12, 412.0, 1234.56, 0.0, -0.000_031, 1.5e12, 3e-9].map(number);
        assert_eq!(
            shown,
            ["0.8951", "412", "1235", "0", "-0.000031", "1.5e12", "3e-9"]
        );
    }

    #[test]
    fn small_shares_and_small_probabilities_are_not_shown_as_nothing() {
        let shares = [-0.123_4, 0.000_003, 0.0, f64::MIN_POSITIVE].map(percent);
        assert_eq!(shares, ["-12.3 %", "+0.0003 %", "0 %", "+2.2e-306 %"]);
        let chances = [0.0, 1e-300, 1.44e-5, 0.0321, 1.0].map(probability);
        assert_eq!(chances, ["< 1e-12", "< 1e-12", "1.4e-5", "0.032", "1"]);
    }

    proptest! {
        #[test]
        fn two_numbers_that_differ_never_look_alike(before in proptest::num::f64::NORMAL, by in -3_i64..=3) {
            let bits = before.to_bits().cast_signed() + by;
            let after = f64::from_bits(bits.cast_unsigned());
            let [one, other] = ends(before, after);
            prop_assert_eq!(one == other, by == 0, "{} {}", one, other);
        }
    }
}
