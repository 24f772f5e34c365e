//! Values: short, and distinguishable if they differ.

/// Four significant digits, without trailing zeros: `0.8951`, `−12`, `1.235e12`.
pub fn number(value: f64) -> String {
    rounded(value, 4)
}

/// As [`number`], with its sign.
pub fn signed(value: f64) -> String {
    sign(value, &number(value.abs()))
}

/// The label of a magnitude with the sign of `value`; a value that is rounded to zero has none.
pub fn sign(value: f64, size: &str) -> String {
    let is_nothing = !size.bytes().any(|byte| matches!(byte, b'1'..=b'9'));
    if (is_nothing && value.is_finite()) || value == 0.0 {
        size.to_owned()
    } else if value > 0.0 {
        format!("+{size}")
    } else {
        format!("−{size}")
    }
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

/// A fixed number of decimals: `0.250`, `−0.250`; no minus sign on a zero.
pub fn decimals(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    match text.strip_prefix('-') {
        Some(size) if size.bytes().all(|byte| matches!(byte, b'0' | b'.')) => size.to_owned(),
        Some(size) => format!("−{size}"),
        None => text,
    }
}

/// The number with `digits` significant digits, at least one, without trailing zeros.
pub(super) fn rounded(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return value.to_string().replace('-', "−");
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the logarithm of a finite number"
    )]
    let magnitude = libm::floor(libm::log10(value.abs())) as i32;
    let places = |wanted: i32| usize::try_from(wanted).unwrap_or(0);
    if !(-5..9).contains(&magnitude) {
        let text = format!("{value:.0$e}", places(digits - 1)).replace('-', "−");
        let (number, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return format!("{}e{exponent}", trimmed(number));
    }
    trimmed(&decimals(value, places(digits - 1 - magnitude))).to_owned()
}

/// How many decimals show two digits of `number`.
pub(crate) fn decimals_of(number: f64) -> usize {
    let magnitude = number.abs();
    if magnitude == 0.0 || !magnitude.is_finite() {
        return 3;
    }
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the logarithm of a finite number"
    )]
    let exponent = libm::floor(libm::log10(magnitude)) as i32;
    usize::try_from(1 - exponent).unwrap_or(0).min(12)
}

/// Without trailing zeros after the decimal point.
pub(crate) fn trimmed(text: &str) -> &str {
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
        let shown = [0.895_12, 412.0, 1234.56, 0.0, -0.000_031, 1.5e12, -3e-9].map(number);
        assert_eq!(
            shown,
            ["0.8951", "412", "1235", "0", "−0.000031", "1.5e12", "−3e−9"]
        );
    }

    #[test]
    fn a_sign_is_a_plus_or_a_true_minus_and_zero_has_none() {
        assert_eq!([0.03, -0.03, 0.0].map(signed), ["+0.03", "−0.03", "0"]);
        assert_eq!(sign(-0.000_01, "0.000"), "0.000");
        assert_eq!(sign(f64::NEG_INFINITY, "inf"), "−inf");
        assert_eq!(decimals(-0.000_01, 3), "0.000");
        assert_eq!(decimals(-0.25, 3), "−0.250");
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
