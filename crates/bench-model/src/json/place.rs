//! A place in a text, as a person points at it.

/// A place in a text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The character within the line.
    pub column: usize,
}

impl Place {
    /// The byte `at` of `text`, which begins on line `first_line` of its file.
    pub(super) fn of(text: &str, at: usize, first_line: usize) -> Self {
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |index| index + 1);
        Self {
            line: first_line + before.bytes().filter(|byte| *byte == b'\n').count(),
            column: before[line_start..].chars().count() + 1,
        }
    }
}
