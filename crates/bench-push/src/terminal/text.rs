use std::io::{self, Write as _};

/// Writes to standard error, without control characters; a closed pipe is not an error.
pub(crate) fn talk(text: &str) {
    let lines: Vec<String> = text.split('\n').map(plain).collect();
    let _ = io::stderr().write_all(lines.join("\n").as_bytes());
}

/// Untrusted text on one line, without control characters or changes of text direction.
pub(crate) fn plain(text: &str) -> String {
    text.chars()
        .map(|character| {
            let is_direction = matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            if character.is_control() || is_direction { '\u{fffd}' } else { character }
        })
        .collect()
}
