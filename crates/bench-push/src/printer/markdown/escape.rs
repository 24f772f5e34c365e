/// Escapes text from a report: no markup, no HTML, no mentions, one line.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '@' => escaped.push_str("&#64;"),
            ':' => escaped.push_str("&#58;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|'
            | '~' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_name_breaks_out_of_its_cell(name in "(?s).*") {
            let escaped = escape(&name);
            proptest::prop_assert!(!escaped.contains(['<', '>', '@', '\n', '\r']));
            proptest::prop_assert!(!escaped.replace("\\\\", "").replace("\\|", "").contains('|'));
        }
    }
}
