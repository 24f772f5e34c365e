//! The words and numbers of a text, as far as JSON's grammar does not matter.

/// The value of `\uXXXX` at the beginning of `text`.
pub(super) fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

pub(super) fn word_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '$');
    &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())]
}

/// A number with whatever is glued to it: `89.5%`, `1_000`.
pub(super) fn number_at(text: &str, at: usize) -> &str {
    let word = word_at(text, at);
    if text[at + word.len()..].starts_with('%') {
        &text[at..=at + word.len()]
    } else {
        word
    }
}

pub(super) fn not_finite(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(['-', '+']).to_ascii_lowercase();
    matches!(name.as_str(), "nan" | "inf" | "infinity").then_some(word)
}

pub(super) fn is_json_number(token: &str) -> bool {
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent
            .is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

/// Whether `token` is a whole number that `value` does not hold to its last digit.
pub(super) fn loses_digits(token: &str, value: f64) -> bool {
    let is_whole = !token.contains(['.', 'e', 'E']);
    // `{}` writes an `f64` of this size out in full, as the exact whole number it is.
    is_whole
        && token.len() > 18
        && format!("{value}") != token
        && token.parse::<u64>().is_err()
        && token.parse::<i64>().is_err()
}

/// The most characters of a token that an error quotes.
pub(super) const QUOTED: usize = 30;
