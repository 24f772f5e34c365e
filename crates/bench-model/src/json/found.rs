//! Describes the place where a text stops being JSON.

use super::{
    problem::JsonProblem,
    token::{QUOTED, not_finite, word_at},
};
use crate::words::shorten;

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Expect {
    Value,
    ItemOrEnd,
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    Nothing,
}

/// Where a text stops being JSON, and why.
pub(super) struct Stop {
    pub(super) at: usize,
    pub(super) problem: JsonProblem,
}

/// A place in a text that is JSON up to there. Something stands at it.
pub(super) struct Here<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// Where the last comma stands.
    pub(super) comma: usize,
    /// What closes the innermost object or array.
    pub(super) closer: char,
}

impl Here<'_> {
    /// Describes the text found where `expect` should be.
    pub(super) fn wrong(&self, expect: Expect) -> Stop {
        let rest = self.rest();
        if let Some(problem) = self.foreign(expect) {
            return self.stop(problem);
        }
        if matches!(rest.as_bytes()[0], b'}' | b']')
            && matches!(expect, Expect::Key | Expect::Value)
            && self.text[..self.at].trim_end().ends_with(',')
            && char::from(rest.as_bytes()[0]) == self.closer
        {
            return Stop {
                at: self.comma,
                problem: JsonProblem::TrailingComma(self.closer),
            };
        }
        let found = describe(self.text, self.at);
        let is_start_of_item = rest.starts_with(['"', '{', '[', '-'])
            || rest.starts_with(|c: char| c.is_alphanumeric());
        self.stop(match expect {
            Expect::Nothing => self.after_end(found),
            Expect::CommaOrEnd if is_start_of_item => JsonProblem::MissingComma {
                found,
                closer: self.closer,
            },
            Expect::CommaOrEnd if self.closer == '}' => JsonProblem::Unexpected {
                found,
                wanted: "a comma or `}`",
            },
            Expect::CommaOrEnd => JsonProblem::Unexpected {
                found,
                wanted: "a comma or `]`",
            },
            Expect::Colon => JsonProblem::Unexpected {
                found,
                wanted: "a colon",
            },
            Expect::Key | Expect::KeyOrEnd => JsonProblem::Unexpected {
                found,
                wanted: "a key in double quotes",
            },
            Expect::Value | Expect::ItemOrEnd => JsonProblem::Unexpected {
                found,
                wanted: "a value",
            },
        })
    }

    fn after_end(&self, found: String) -> JsonProblem {
        let is_cell =
            self.rest().starts_with([',', ';']) && !self.text.trim_start().starts_with(['{', '[']);
        if is_cell {
            JsonProblem::LooksLike("CSV")
        } else {
            JsonProblem::TextAfterEnd(found)
        }
    }

    /// Syntax of other languages and tools.
    fn foreign(&self, expect: Expect) -> Option<JsonProblem> {
        let rest = self.rest();
        let first = rest.chars().next()?;
        let wants_key = matches!(expect, Expect::Key | Expect::KeyOrEnd);
        if let Some(marker) = merge_marker(self.text, self.at) {
            return Some(JsonProblem::MergeConflict(marker));
        }
        if let Some(comment) = ["//", "/*", "#"]
            .into_iter()
            .find(|mark| rest.starts_with(mark))
        {
            return Some(JsonProblem::Comment(comment));
        }
        match first {
            '\0' => return Some(JsonProblem::NulByte),
            '\'' => return Some(JsonProblem::WrongQuotes("single quotes")),
            '`' => return Some(JsonProblem::WrongQuotes("backticks")),
            '“' | '”' | '„' | '‘' | '’' => {
                return Some(JsonProblem::WrongQuotes("typographic quotes"));
            }
            _ if is_invisible(first) => return Some(JsonProblem::Invisible(u32::from(first))),
            _ => {}
        }
        let word = word_at(self.text, self.at);
        if word.is_empty() {
            return None;
        }
        let behind = rest[word.len()..].trim_start();
        if wants_key && first.is_alphabetic() && behind.starts_with([':', '=']) {
            return Some(JsonProblem::UnquotedKey(shorten(word, QUOTED)));
        }
        if !matches!(expect, Expect::Value | Expect::ItemOrEnd) {
            return None;
        }
        if let Some(word) = not_finite(word) {
            return Some(JsonProblem::NotFinite(word.to_owned()));
        }
        let wanted = match word {
            "True" | "TRUE" => "true",
            "False" | "FALSE" => "false",
            "None" | "NULL" | "Null" | "nil" | "undefined" | "NA" => "null",
            _ if first == '+' || first == '.' => {
                return Some(JsonProblem::BadNumber(shorten(word, QUOTED)));
            }
            _ => {
                let is_cut_off = behind.is_empty()
                    && ["true", "false", "null"]
                        .iter()
                        .any(|whole| whole.starts_with(word));
                return is_cut_off.then(|| JsonProblem::Truncated(format!("`{word}`")));
            }
        };
        Some(JsonProblem::ForeignLiteral {
            found: word.to_owned(),
            wanted,
        })
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn stop(&self, problem: JsonProblem) -> Stop {
        Stop {
            at: self.at,
            problem,
        }
    }
}

/// A merge conflict marker: `<<<<<<< HEAD`, `=======`, `>>>>>>> branch`.
fn merge_marker(text: &str, at: usize) -> Option<String> {
    let is_line_start = at == 0 || text.as_bytes()[at - 1] == b'\n';
    let line = text[at..].lines().next()?;
    let is_marker = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .any(|mark| line.starts_with(mark));
    (is_line_start && is_marker).then(|| shorten(line, QUOTED))
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{2064}' | '\u{3000}' | '\u{FEFF}'
    ) || (character.is_control() && character != '\0')
}

/// The text at `at`, for a message: `` `f1` ``, `the string "f1"`.
pub(super) fn describe(text: &str, at: usize) -> String {
    let rest = &text[at..];
    let Some(first) = rest.chars().next() else {
        return "the end of the file".to_owned();
    };
    if first == '"' {
        let string: String = rest[1..]
            .chars()
            .take_while(|c| *c != '"' && !c.is_control())
            .collect();
        return format!("the string \"{}\"", shorten(&string, QUOTED));
    }
    let word = word_at(text, at);
    if word.is_empty() {
        format!("`{first}`")
    } else {
        format!("`{}`", shorten(word, QUOTED))
    }
}
