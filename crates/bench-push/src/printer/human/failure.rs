use std::fmt::Write as _;

use crate::{failure::Failure, printer::outcome::Told};

/// `error: …` and `hint: …`.
pub(crate) fn failure(failure: &Failure) -> Told {
    let mut talk = format!("error: {failure}\n");
    push_hints(&mut talk, failure.hint().as_slice());
    Told::talk(talk)
}

/// Hints after an empty line, with continuation lines indented.
pub(super) fn push_hints(text: &mut String, hints: &[String]) {
    if !hints.is_empty() {
        text.push('\n');
    }
    for hint in hints {
        let _ = writeln!(text, "hint: {}", hint.replace('\n', "\n      "));
    }
}
