//! The text of a `.env` file → variables, read as python-dotenv does.
//!
//! The file belongs to the whole project, and other programs read it too. So values need no quotes,
//! `${NAME}` and `${NAME:-default}` are replaced in every value, and a malformed statement is
//! skipped.

use std::collections::{BTreeMap, BTreeSet};

/// The contents of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Dotenv {
    /// The variables; a name without `=` has no value.
    pub(crate) variables: BTreeMap<String, Option<String>>,
    /// Its malformed statements.
    pub(crate) malformed: Vec<Malformed>,
    /// For each variable, the names that it refers to, directly or through others, and that are set
    /// nowhere.
    pub(crate) unknown: BTreeMap<String, BTreeSet<String>>,
}

/// A statement that is not `NAME=value`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// The line where it begins, from 1.
    pub(crate) line: usize,
    /// Its text, several lines after an open quote.
    pub(crate) text: String,
}

impl Dotenv {
    /// Reads `text`. For `${NAME}`, a variable of `process` wins over one of the file.
    pub(crate) fn parse(text: &str, process: &BTreeMap<String, String>) -> Self {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let mut reader = Reader { text: &text, at: 0 };
        let mut dotenv = Self::default();
        loop {
            reader.skip(is_space);
            if reader.rest().is_empty() {
                return dotenv;
            }
            let start = reader.at;
            match reader.statement() {
                Some(Statement {
                    name: Some(name),
                    value,
                }) => {
                    let mut unknown = BTreeSet::new();
                    let value = value.map(|value| dotenv.replaced(&value, process, &mut unknown));
                    dotenv.unknown.insert(name.clone(), unknown);
                    dotenv.variables.insert(name, value);
                }
                Some(Statement { name: None, .. }) => {}
                None => {
                    reader.skip(|c| c != '\n');
                    dotenv.malformed.push(Malformed {
                        line: text[..start].matches('\n').count() + 1,
                        text: text[start..reader.at].to_owned(),
                    });
                }
            }
        }
    }
}

impl Dotenv {
    /// `value` with `${NAME}` and `${NAME:-default}` replaced.
    fn replaced(
        &self,
        value: &str,
        process: &BTreeMap<String, String>,
        unknown: &mut BTreeSet<String>,
    ) -> String {
        let mut text = String::with_capacity(value.len());
        let mut rest = value;
        while let Some(start) = rest.find("${") {
            text.push_str(&rest[..start]);
            rest = &rest[start..];
            let Some((name, default, length)) = reference(rest) else {
                text.push_str("${");
                rest = &rest[2..];
                continue;
            };
            match (process.get(name), self.variables.get(name)) {
                (Some(value), _) => text.push_str(value),
                (None, Some(value)) => {
                    text.push_str(value.as_deref().unwrap_or_default());
                    unknown.extend(self.unknown.get(name).into_iter().flatten().cloned());
                }
                (None, None) => {
                    text.push_str(default);
                    unknown.insert(name.to_owned());
                }
            }
            rest = &rest[length..];
        }
        text + rest
    }
}

/// A valid statement; a comment has no name, a bare name no value.
struct Statement {
    name: Option<String>,
    value: Option<String>,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Skips matching characters and returns them.
    fn skip(&mut self, is_skipped: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c| !is_skipped(c)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The statement that begins here; the reader stays where a malformed one stopped making sense.
    fn statement(&mut self) -> Option<Statement> {
        if let Some(rest) = self.rest().strip_prefix("export")
            && rest.starts_with(is_blank)
        {
            self.at += "export".len();
            self.skip(is_blank);
        }
        let name = match self.peek() {
            Some('#') => None,
            Some('\'') => Some(self.quoted_name()?),
            _ => Some(self.skip(|c| !matches!(c, '=' | '#') && !is_space(c))),
        };
        if name.is_some_and(str::is_empty) {
            return None;
        }
        self.skip(is_blank);
        let value = if self.peek() == Some('=') {
            self.at += 1;
            let space = self.skip(is_blank);
            let is_comment = !space.is_empty() && self.peek() == Some('#');
            Some(if is_comment {
                String::new()
            } else {
                self.value()?
            })
        } else {
            None
        };
        self.skip(is_blank);
        if self.peek() == Some('#') {
            self.skip(|c| c != '\n');
        }
        matches!(self.peek(), None | Some('\n')).then(|| Statement {
            name: name.map(str::to_owned),
            value,
        })
    }

    fn quoted_name(&mut self) -> Option<&'a str> {
        let (name, _) = self.rest()[1..].split_once('\'')?;
        self.at += name.len() + 2;
        Some(name)
    }

    fn value(&mut self) -> Option<String> {
        match self.peek() {
            Some('\'') => self.quoted('\'').map(|text| unescaped(text, r"\'")),
            Some('"') => self
                .quoted('"')
                .map(|text| unescaped(text, r#"\'"abfnrtv"#)),
            _ => {
                let line = self.skip(|c| c != '\n');
                Some(without_comment(line).trim_end_matches(is_space).to_owned())
            }
        }
    }

    /// The text between two quotes, on any number of lines. A backslash escapes the next character.
    fn quoted(&mut self, quote: char) -> Option<&'a str> {
        let text = &self.rest()[1..];
        let mut is_escaped = false;
        let end = text.find(|character| {
            let is_end = character == quote && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            is_end
        })?;
        self.at += end + 2;
        Some(&text[..end])
    }
}

/// The line up to its comment, which begins at a `#` after a space.
fn without_comment(line: &str) -> &str {
    let mut hashes = line.match_indices('#').map(|(index, _)| index);
    let comment = hashes.find(|index| line[..*index].ends_with(is_space));
    &line[..comment.unwrap_or(line.len())]
}

/// The text with each backslash and one of `characters` replaced by what they stand for.
fn unescaped(text: &str, characters: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let next = rest.as_str().chars().next();
        let Some(next) = next.filter(|next| character == '\\' && characters.contains(*next)) else {
            plain.push(character);
            continue;
        };
        rest.next();
        plain.push(match next {
            'a' => '\u{7}',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            other => other,
        });
    }
    plain
}

/// Name, default and length of the reference at the beginning of `text`.
fn reference(text: &str) -> Option<(&str, &str, usize)> {
    let inner = &text[2..];
    let end = inner.find(['}', ':'])?;
    let (name, rest) = inner.split_at(end);
    if rest.starts_with('}') {
        return Some((name, "", 2 + end + 1));
    }
    let (default, _) = rest.strip_prefix(":-")?.split_once('}')?;
    Some((name, default, 2 + end + 2 + default.len() + 1))
}

/// Unicode white space, and the four separators that Python also counts as such.
fn is_space(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{1c}'..='\u{1f}')
}

/// White space within a line.
fn is_blank(character: char) -> bool {
    character != '\n' && is_space(character)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    /// What python-dotenv 1.2.4 reads: `DotEnv(stream=text, override=False).dict()`, and the
    /// statements that its `parse_stream` marks as errors.
    #[derive(Deserialize)]
    struct Case {
        text: String,
        process: BTreeMap<String, String>,
        variables: BTreeMap<String, Option<String>>,
        malformed: Vec<String>,
    }

    #[test]
    fn every_odd_file_is_read_as_python_dotenv_reads_it() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("dotenv/cases.json")).expect("recorded cases");
        assert!(cases.len() > 300);
        for Case {
            text,
            process,
            variables,
            malformed,
        } in cases
        {
            let dotenv = Dotenv::parse(&text, &process);
            assert_eq!(dotenv.variables, variables, "{text:?}");
            let found = dotenv
                .malformed
                .iter()
                .map(|statement| statement.text.trim());
            let wanted = malformed.iter().map(|text| text.trim());
            assert_eq!(
                found.collect::<Vec<_>>(),
                wanted.collect::<Vec<_>>(),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_malformed_statement_has_the_number_of_its_first_line() {
        let dotenv = Dotenv::parse("A=1\n\n# note\n\nB: 2\nC=\"3\n", &BTreeMap::new());
        let lines: Vec<usize> = dotenv.malformed.iter().map(|found| found.line).collect();
        assert_eq!(lines, [5, 6]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_to_its_end(text in "(?s)[\\PC\n\r\t ='\"#${}:\\\\-]*") {
            Dotenv::parse(&text, &BTreeMap::new());
        }
    }
}
