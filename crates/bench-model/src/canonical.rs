//! Canonical JSON: one form per value, so that equal values have equal hashes.
//!
//! The form is that of RFC 8785: no white space, keys in the order of their UTF-16 code units,
//! numbers as JavaScript prints them. Integers that don't fit an `f64` exactly, which the RFC
//! excludes, keep all their digits.

use std::fmt::Write;

use serde_json::{Map, Number, Value};

/// Writes `value` in canonical form.
///
/// # Example
///
/// ```
/// use bench_model::canonical;
///
/// let value = serde_json::json!({"latency_ms": 412.0, "f1": 8.95e-1, "zero": -0.0});
/// assert_eq!(canonical::to_string(&value), r#"{"f1":0.895,"latency_ms":412,"zero":0}"#);
/// ```
pub fn to_string(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => write_number(text, number),
        Value::String(string) => write_string(text, string),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_value(text, item);
            }
            text.push(']');
        }
        Value::Object(object) => write_object(text, object),
    }
}

fn write_object(text: &mut String, object: &Map<String, Value>) {
    let mut entries: Vec<(&String, &Value)> = object.iter().collect();
    entries.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    text.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_string(text, key);
        text.push(':');
        write_value(text, value);
    }
    text.push('}');
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{C}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1F}' => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            other => text.push(other),
        }
    }
    text.push('"');
}

fn write_number(text: &mut String, number: &Number) {
    const EXACT: u64 = 1 << 53;
    let is_beyond = number
        .as_i64()
        .map_or(number.is_u64(), |whole| whole.unsigned_abs() > EXACT);
    match number.as_f64() {
        Some(value) if !is_beyond => text.push_str(&number_text(value)),
        _ => text.push_str(&number.to_string()),
    }
}

/// The shortest decimal that reads back as `value`, in JavaScript's notation. `value` is finite.
fn number_text(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    // `{:e}` gives the shortest digits, as `1.2345e-7`.
    let scientific = format!("{:e}", value.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = mantissa.replace('.', "");
    let exponent: i32 = exponent.parse().unwrap_or_default();
    // The position of the decimal point.
    let point = exponent + 1;
    let count = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or_default());
    let sign = if value < 0.0 { "-" } else { "" };
    if (count..=21).contains(&point) {
        return format!("{sign}{digits}{}", zeros(point - count));
    }
    if (1..=21).contains(&point) {
        let (whole, fraction) = digits.split_at(usize::try_from(point).unwrap_or_default());
        return format!("{sign}{whole}.{fraction}");
    }
    if (-5..=0).contains(&point) {
        return format!("{sign}0.{}{digits}", zeros(-point));
    }
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{exponent_sign}{}", exponent.abs())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        // RFC 8785, appendix B, and ECMAScript's Number::toString.
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (5e-324, "5e-324"),
            (-5e-324, "-5e-324"),
            (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (295_147_905_179_352_830_000.0, "295147905179352830000"),
            (1e21, "1e+21"),
            (9.999_999_999_999_997e22, "9.999999999999997e+22"),
            (1e23, "1e+23"),
            (1e-6, "0.000001"),
            (1e-7, "1e-7"),
            (0.895, "0.895"),
            (412.0, "412"),
            (-1.5, "-1.5"),
            (333_333_333.333_333_3, "333333333.3333333"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn keys_are_in_the_order_of_utf16_and_strings_escape_only_what_they_must() {
        // RFC 8785, section 3.2.3: its example of sorting.
        let value = json!({"\u{20ac}": 1, "\r": 2, "\u{fb33}": 3, "1": 4, "\u{1f600}": 5, "\u{80}": 6, "ö": 7});
        assert_eq!(
            to_string(&value),
            "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"ö\":7,\"€\":1,\"\u{1f600}\":5,\"\u{fb33}\":3}"
        );
        assert_eq!(
            to_string(&json!("a/\"\\\u{8}\u{b}\u{7f}")),
            "\"a/\\\"\\\\\\b\\u000b\u{7f}\""
        );
    }

    #[test]
    fn whole_numbers_keep_their_digits_beyond_what_a_float_holds() {
        assert_eq!(
            to_string(&json!([u64::MAX, i64::MIN])),
            "[18446744073709551615,-9223372036854775808]"
        );
        assert_eq!(to_string(&json!([1, 1.0, 1e0])), "[1,1,1]");
    }
}
