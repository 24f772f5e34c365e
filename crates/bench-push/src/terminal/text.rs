use std::io::{self, Write as _};

/// Writes to standard error, without what would steer a terminal; a reader that is gone is no error.
pub(crate) fn talk(text: &str) {
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    let _ = io::stderr().write_all(lines.join("\n").as_bytes());
}

/// Text from elsewhere on one line, without what would steer a terminal or turn its writing round.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| {
            let is_direction = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || is_direction { '\u{fffd}' } else { character }
        })
        .collect()
}
