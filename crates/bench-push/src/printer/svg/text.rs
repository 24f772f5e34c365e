//! Text in a picture: escaped, shortened, and about as wide as it will be drawn.

/// The longest text, in characters.
const MOST: usize = 60;

/// Text as XML: shortened, without control characters and without markup.
pub(super) fn escape(text: &str) -> String {
    let shown = text.chars().filter(|c| !c.is_control());
    let mut escaped = String::new();
    for (place, character) in shown.enumerate() {
        if place == MOST {
            escaped.push('…');
            break;
        }
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // Not allowed in XML.
            '\u{fffe}' | '\u{ffff}' => {}
            character => escaped.push(character),
        }
    }
    escaped
}

/// About how wide a text is in a sans-serif font of 11 pixels, in pixels.
pub(super) fn width(text: &str) -> f64 {
    let of = |character: char| match character {
        'i' | 'l' | 'j' | '.' | ',' | ':' | '\'' | '|' | '!' | ' ' => 3.6,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 9.6,
        'A'..='Z' => 7.6,
        character if character.is_ascii() => 6.5,
        _ => 11.0,
    };
    text.chars().take(MOST + 1).map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_name_is_markup(name in "(?s).*") {
            let escaped = escape(&name);
            let markup = ['<', '>', '"', '\'', '\n', '\u{0}', '\u{1b}'];
            proptest::prop_assert!(!escaped.contains(markup));
            proptest::prop_assert!(escaped.chars().count() <= MOST * 6 + 1);
        }
    }
}
