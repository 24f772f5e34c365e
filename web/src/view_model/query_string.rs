//! Parses untrusted query strings and writes compact ones.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The characters with a meaning in a query string; all others stay readable.
const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b':')
    .remove(b'/');

/// Reads the pairs of a query string, with or without its `?`.
///
/// It accepts everything: a pair without `=` has an empty value, a broken escape is kept, and
/// invalid UTF-8 becomes `�`.
pub fn parse(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
        .into_owned()
        .collect()
}

/// Writes pairs as a query string without `?`; empty if there are none.
pub fn write<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let escape = |text| utf8_percent_encode(text, SPECIAL);
    let pairs = pairs.into_iter();
    pairs
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
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
