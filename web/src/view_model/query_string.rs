//! The part of an address behind the `?`, read without trusting it and written back short.

use std::fmt::Write as _;

/// Reads the pairs of a query string, with or without its `?`.
///
/// Nothing is refused: a pair without `=` has an empty value, a broken escape stays as it is, and
/// bytes that are no UTF-8 become `�`.
///
/// ```
/// use bench_web::view_model::query_string::parse;
///
/// assert_eq!(parse("?model=a%20b&sort"), [("model".into(), "a b".into()), ("sort".into(), String::new())]);
/// ```
pub fn parse(query: &str) -> Vec<(String, String)> {
    query
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Writes pairs as a query string without `?`; empty when there are none.
pub fn write<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        encode(name, &mut query);
        query.push('=');
        encode(value, &mut query);
    }
    query
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let (byte, length) = match bytes[at] {
            b'+' => (b' ', 1),
            b'%' => match (hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
                (Some(high), Some(low)) => (high * 16 + low, 3),
                _ => (b'%', 1),
            },
            byte => (byte, 1),
        };
        decoded.push(byte);
        at += length;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn hex(byte: Option<&u8>) -> Option<u8> {
    let digit = char::from(*byte?).to_digit(16)?;
    u8::try_from(digit).ok()
}

fn encode(text: &str, query: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b'/' => {
                query.push(char::from(byte));
            }
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(query, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{parse, write};

    #[test]
    fn a_broken_escape_is_text_and_not_an_error() {
        assert_eq!(
            parse("a=%&b=%zz&c=%E2%28&=&&d"),
            [
                ("a".into(), "%".into()),
                ("b".into(), "%zz".into()),
                ("c".into(), "\u{fffd}(".into()),
                (String::new(), String::new()),
                ("d".into(), String::new()),
            ]
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(pairs in prop::collection::vec((".+", ".*"), 0..8)) {
            let query = write(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            prop_assert_eq!(parse(&query), pairs);
        }

        #[test]
        fn any_text_is_read_without_a_panic(query in ".*") {
            parse(&query);
        }
    }
}
