//! Text supplied by people and CI, valid by construction.

use std::{fmt, ops::Deref, str::FromStr};

use serde::Serialize;

use crate::words::{QUOTED, shorten};

/// Why a text is invalid. Reads as the end of a sentence with the field or the flag as its subject.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty, or only white space.
    #[error("must not be empty")]
    Empty,
    /// Too many characters.
    #[error("must have at most {limit} characters, found {found}")]
    TooLong {
        /// The maximum.
        limit: usize,
        /// The actual number.
        found: usize,
    },
    /// Nothing in it can be seen: zero-width characters, blanks of another script.
    #[error("must have a character that can be seen")]
    Invisible,
    /// Too many bytes, of characters that take four.
    #[error("must have at most {limit} bytes, found {found}")]
    TooManyBytes {
        /// The maximum.
        limit: usize,
        /// The actual number.
        found: usize,
    },
    /// A control or invisible character, which breaks terminals and logs.
    #[error("must not contain control characters, found {character:?} at character {position}")]
    ControlCharacter {
        /// The first one.
        character: char,
        /// Its position, from 1.
        position: usize,
    },
    /// An environment that is not a slug.
    #[error("must be lower-case letters, digits and dashes, found `{found}`")]
    NotASlug {
        /// What was found.
        found: String,
        /// The suggested slug.
        suggestion: Option<String>,
    },
    /// An invalid commit name.
    #[error("must be 3 to 64 letters, digits, `.`, `_` or `-`, found `{found}`")]
    NotACommit {
        /// What was found.
        found: String,
    },
}

impl TextError {
    /// A hint, unless the message contains it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::NotASlug {
                suggestion: Some(slug),
                ..
            } => Some(format!("write `{slug}`")),
            Self::NotACommit { .. } => {
                Some("pass the hash that `git rev-parse HEAD` prints".to_owned())
            }
            Self::Empty
            | Self::Invisible
            | Self::TooLong { .. }
            | Self::TooManyBytes { .. }
            | Self::ControlCharacter { .. }
            | Self::NotASlug {
                suggestion: None, ..
            } => None,
        }
    }
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $check:path) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = TextError;

            fn from_str(text: &str) -> Result<Self, TextError> {
                let text = text.trim();
                $check(text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type!(
    /// One line of text: a model, a data set, a branch, a tag. Not empty, at most
    /// `Label::LIMIT` characters, no control characters, no white space around it.
    Label,
    check_label
);
text_type!(
    /// Free text of several lines, at most `Notes::LIMIT` characters.
    Notes,
    check_notes
);
text_type!(
    /// The name of a commit: a full or short hash, or another system's revision.
    ///
    /// 3 to 64 letters, digits, `.`, `_` or `-`, case-sensitive.
    CommitSha,
    check_commit
);
text_type!(
    /// Where a benchmark ran: `local`, `staging`, `production`, `github-actions` or the team's own
    /// slug.
    ///
    /// Lower-case letters, digits and dashes, at most `EnvironmentName::LIMIT` characters,
    /// with a letter or digit at both ends.
    EnvironmentName,
    check_environment
);

impl Label {
    /// The maximum length of a label in characters.
    pub(crate) const LIMIT: usize = 255;
}

impl Notes {
    /// The maximum length of notes in characters.
    pub(crate) const LIMIT: usize = 10_000;
}

impl CommitSha {
    /// Whether it can be a Git hash: hexadecimal digits only.
    pub(crate) fn is_hex(&self) -> bool {
        self.0.bytes().all(|byte| byte.is_ascii_hexdigit())
    }
}

impl EnvironmentName {
    /// The maximum length of an environment's name in characters.
    pub(crate) const LIMIT: usize = 63;
}

fn check_label(text: &str) -> Result<(), TextError> {
    check_text(text, Label::LIMIT, |_| false)
}

fn check_notes(text: &str) -> Result<(), TextError> {
    check_text(text, Notes::LIMIT, |character| {
        matches!(character, '\n' | '\r' | '\t')
    })
}

fn check_commit(text: &str) -> Result<(), TextError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if (3..=64).contains(&text.len()) && text.bytes().all(allowed) {
        return Ok(());
    }
    Err(TextError::NotACommit {
        found: shorten(text, QUOTED),
    })
}

fn check_environment(text: &str) -> Result<(), TextError> {
    check_text(text, EnvironmentName::LIMIT, |_| false)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-') {
        return Ok(());
    }
    Err(TextError::NotASlug {
        found: shorten(text, QUOTED),
        suggestion: slug_of(text),
    })
}

/// `Production EU` → `production-eu`.
fn slug_of(text: &str) -> Option<String> {
    let mut slug = String::new();
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug = slug.trim_end_matches('-').to_owned();
    (!slug.is_empty()).then_some(slug)
}

pub(crate) fn check_text(
    text: &str,
    limit: usize,
    is_allowed_control: impl Fn(char) -> bool,
) -> Result<(), TextError> {
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    let control = |(_, character): &(usize, char)| {
        character.is_control() && !is_allowed_control(*character) || turns_direction(*character)
    };
    if let Some((index, character)) = text.chars().enumerate().find(control) {
        return Err(TextError::ControlCharacter {
            character,
            position: index + 1,
        });
    }
    if text.chars().all(is_invisible) {
        return Err(TextError::Invisible);
    }
    // Compare bytes first, to avoid counting characters of a short text.
    if text.len() > limit {
        let found = text.chars().count();
        if found > limit {
            return Err(TextError::TooLong { limit, found });
        }
    }
    // An entry of an index holds four names of this size.
    let (limit, found) = (limit * 3, text.len());
    if found > limit {
        return Err(TextError::TooManyBytes { limit, found });
    }
    Ok(())
}

/// Whether `character` leaves no mark: white space, a control character, or one that Unicode says
/// to ignore. The same characters as in `benchmark_private.text_problem`, which a test compares.
fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{34f}'
                | '\u{61c}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Whether `character` changes the direction of the following text, so that one name can look like
/// another.
fn turns_direction(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T: FromStr<Err = TextError>>(text: &str) -> String {
        match text.parse::<T>() {
            Ok(_) => "accepted".to_owned(),
            Err(error) => format!("{error}; {}", error.hint().unwrap_or_default()),
        }
    }

    #[test]
    fn an_environment_is_a_slug() {
        for slug in [
            "local",
            "github-actions",
            "a",
            "7",
            "eu-west-1",
            &"x".repeat(63),
        ] {
            assert_eq!(refused::<EnvironmentName>(slug), "accepted");
        }
        for (text, slug) in [
            ("Production", "production"),
            ("EU (west)", "eu-west"),
            ("-a-", "a"),
            ("a_b", "a-b"),
        ] {
            assert!(
                refused::<EnvironmentName>(text).ends_with(&format!("write `{slug}`")),
                "{text}"
            );
        }
        for text in ["", " ", "é", &"x".repeat(64)] {
            assert_ne!(refused::<EnvironmentName>(text), "accepted");
        }
    }

    #[test]
    fn a_commit_is_what_version_control_calls_one() {
        for commit in [
            "abc",
            "abc123",
            "296238a1ca818673eb7a04260d239102718c468e",
            "r1234",
            "v1.2-rc_1",
            &"a".repeat(64),
        ] {
            assert_eq!(refused::<CommitSha>(commit), "accepted");
        }
        for text in [
            "",
            "ab",
            "a b c",
            "main~1",
            "feature/x",
            "日本語",
            &"a".repeat(65),
        ] {
            assert_ne!(refused::<CommitSha>(text), "accepted", "{text}");
        }
        assert_eq!(
            "ABC".parse::<CommitSha>().map(|commit| commit.to_string()),
            Ok("ABC".to_owned())
        );
    }

    #[test]
    fn a_label_is_one_trimmed_line_and_notes_are_several() {
        assert_eq!(
            " m-1\n".parse::<Label>().map(|label| label.to_string()),
            Ok("m-1".to_owned())
        );
        assert_eq!(refused::<Label>(&"日".repeat(255)), "accepted");
        assert_ne!(refused::<Label>("a\nb"), "accepted");
        assert_ne!(refused::<Label>("m\u{202e}gnp"), "accepted");
        assert_eq!(refused::<Notes>("one\n\ttwo\r\n"), "accepted");
        assert_ne!(refused::<Notes>("\u{1b}[2J"), "accepted");
    }

    #[test]
    fn a_name_has_something_to_see_and_fits_into_an_index() {
        for text in ["\u{200b}", "\u{feff}\u{200d}", "\u{3164}", "a\u{202e}"] {
            assert_ne!(refused::<Label>(text), "accepted", "{text:?}");
        }
        assert_eq!(refused::<Label>("a\u{200b}b"), "accepted");
        assert_eq!(refused::<Label>(&"測".repeat(255)), "accepted");
        assert_eq!(
            refused::<Label>(&"😀".repeat(255)),
            "must have at most 765 bytes, found 1020; "
        );
    }
}
