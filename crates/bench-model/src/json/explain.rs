//! Finds the place where a text stops being JSON, and names what stands there.
//!
//! Runs only after `serde_json` refused a text, so it may look at every character again.

use super::{JsonError, JsonProblem, MAX_DEPTH, Place, disguise};

/// Why `serde_json` refused `text`, which begins on line `first_line` of its file.
pub(super) fn explain(text: &str, first_line: usize, error: &serde_json::Error) -> JsonError {
    if let Some(problem) = disguise::signature(text.as_bytes()) {
        return JsonError {
            place: None,
            problem,
        };
    }
    let Err(Stop { at, problem }) = Scanner::new(text, first_line).run() else {
        return in_the_parsers_words(first_line, error);
    };
    let is_beginning = first_line == 1 && text[..at].trim().is_empty();
    let problem = match problem {
        JsonProblem::Unexpected { .. } | JsonProblem::BadNumber(_) if is_beginning => {
            disguise::look_alike(text)
                .unwrap_or_else(|| JsonProblem::NotTheBeginning(describe(text, at)))
        }
        problem => problem,
    };
    let place = (!problem.is_about_the_whole()).then(|| place_of(text, at, first_line));
    JsonError { place, problem }
}

/// For a text with which the scanner finds nothing wrong.
fn in_the_parsers_words(first_line: usize, error: &serde_json::Error) -> JsonError {
    let words = error.to_string();
    let words = words
        .split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned();
    let line = first_line + error.line().saturating_sub(1);
    let place = Place {
        line,
        column: error.column().max(1),
    };
    JsonError {
        place: Some(place),
        problem: JsonProblem::Other(words),
    }
}

/// The first whole number in `text` that an `f64` would round. `text` is JSON.
pub(super) fn lost_digits(text: &str, first_line: usize) -> Option<JsonError> {
    let mut scanner = Scanner::new(text, first_line);
    scanner.refuses_lost_digits = true;
    let Stop { at, problem } = scanner.run().err()?;
    Some(JsonError {
        place: Some(place_of(text, at, first_line)),
        problem,
    })
}

/// Line and column of the byte `at`.
pub(super) fn place_of(text: &str, at: usize, first_line: usize) -> Place {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |index| index + 1);
    Place {
        line: first_line + before.bytes().filter(|byte| *byte == b'\n').count(),
        column: before[line_start..].chars().count() + 1,
    }
}

/// Where the text stops being JSON, and why.
struct Stop {
    at: usize,
    problem: JsonProblem,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Value,
    ItemOrEnd,
    KeyOrEnd,
    Key,
    Colon,
    CommaOrEnd,
    Nothing,
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Where the objects and arrays begin that are open here.
    open: Vec<usize>,
    /// Where the last comma stands.
    comma: usize,
    refuses_lost_digits: bool,
    /// The line of the file on which the text begins.
    first_line: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, first_line: usize) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            comma: 0,
            refuses_lost_digits: false,
            first_line,
        }
    }

    /// Walks over the whole text.
    fn run(mut self) -> Result<(), Stop> {
        let mut expect = Expect::Value;
        loop {
            self.skip_white_space();
            let Some(byte) = self.peek() else {
                return self.end(expect);
            };
            expect = match (expect, byte) {
                (Expect::Value | Expect::ItemOrEnd, b'{') => self.enter(Expect::KeyOrEnd)?,
                (Expect::Value | Expect::ItemOrEnd, b'[') => self.enter(Expect::ItemOrEnd)?,
                (Expect::Value | Expect::ItemOrEnd, b'"') => {
                    self.string().map(|()| self.after_value())?
                }
                (Expect::Value | Expect::ItemOrEnd, b'-' | b'0'..=b'9') => {
                    self.number().map(|()| self.after_value())?
                }
                (Expect::Value | Expect::ItemOrEnd, b't' | b'f' | b'n')
                    if matches!(self.word(), "true" | "false" | "null") =>
                {
                    self.at += self.word().len();
                    self.after_value()
                }
                (Expect::Key | Expect::KeyOrEnd, b'"') => self.string().map(|()| Expect::Colon)?,
                (Expect::Colon, b':') => self.step(Expect::Value),
                (Expect::CommaOrEnd, b',') => {
                    self.comma = self.at;
                    let next = if self.closer() == '}' {
                        Expect::Key
                    } else {
                        Expect::Value
                    };
                    self.step(next)
                }
                (Expect::CommaOrEnd | Expect::ItemOrEnd | Expect::KeyOrEnd, b'}' | b']')
                    if char::from(byte) == self.closer() =>
                {
                    self.open.pop();
                    self.at += 1;
                    self.after_value()
                }
                _ => return Err(self.wrong(expect)),
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_white_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at += 1;
        }
    }

    fn step(&mut self, next: Expect) -> Expect {
        self.at += 1;
        next
    }

    fn enter(&mut self, next: Expect) -> Result<Expect, Stop> {
        self.open.push(self.at);
        if self.open.len() > MAX_DEPTH {
            return Err(self.stop(JsonProblem::TooDeep));
        }
        Ok(self.step(next))
    }

    fn after_value(&self) -> Expect {
        if self.open.is_empty() {
            Expect::Nothing
        } else {
            Expect::CommaOrEnd
        }
    }

    /// What closes the innermost object or array.
    fn closer(&self) -> char {
        match self.open.last().map(|at| self.text.as_bytes()[*at]) {
            Some(b'{') => '}',
            _ => ']',
        }
    }

    /// Letters, digits and the like from here on.
    fn word(&self) -> &'a str {
        word_at(self.text, self.at)
    }

    fn stop(&self, problem: JsonProblem) -> Stop {
        Stop {
            at: self.at,
            problem,
        }
    }

    fn end(&self, expect: Expect) -> Result<(), Stop> {
        if expect == Expect::Nothing {
            return Ok(());
        }
        let Some(opener) = self.open.last() else {
            return Err(self.stop(JsonProblem::Empty));
        };
        let kind = if self.closer() == '}' {
            "object"
        } else {
            "array"
        };
        let Place { line, .. } = place_of(self.text, *opener, self.first_line);
        let inside = format!("the {kind} that begins on line {line}");
        // Where the text ends, not where the white space after it does.
        Err(Stop {
            at: self.text.trim_end().len(),
            problem: JsonProblem::Truncated(inside),
        })
    }

    /// Over a string, from its first quote to behind its last.
    fn string(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        loop {
            let Some(character) = self.rest().chars().next() else {
                let Place { line, .. } = place_of(self.text, start, self.first_line);
                return Err(self.stop(JsonProblem::Truncated(format!(
                    "the string that begins on line {line}"
                ))));
            };
            match character {
                '"' => {
                    self.at += 1;
                    return Ok(());
                }
                '\\' => self.escape()?,
                '\0'..='\x1F' => return Err(self.stop(raw_control(character))),
                _ => self.at += character.len_utf8(),
            }
        }
    }

    fn escape(&mut self) -> Result<(), Stop> {
        let rest = self.rest();
        match rest.as_bytes().get(1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => {
                let Some(unit) = code_unit(rest) else {
                    return Err(self.bad_escape());
                };
                let is_pair = || {
                    code_unit(&rest[6..]).is_some_and(|second| (0xDC00..0xE000).contains(&second))
                };
                match unit {
                    0xD800..0xDC00 if is_pair() => self.at += 12,
                    0xD800..0xE000 => {
                        return Err(self.stop(JsonProblem::HalfCharacter(rest[..6].to_owned())));
                    }
                    _ => self.at += 6,
                }
            }
            Some(_) => return Err(self.bad_escape()),
            None => self.at += 1, // the end of the file: the string says so
        }
        Ok(())
    }

    fn bad_escape(&self) -> Stop {
        let length = if self.rest().starts_with("\\u") { 6 } else { 2 };
        let escape = self
            .rest()
            .chars()
            .take(length)
            .take_while(|c| *c != '"' && !c.is_control())
            .collect();
        self.stop(JsonProblem::BadEscape(escape))
    }

    fn number(&mut self) -> Result<(), Stop> {
        let token = number_at(self.text, self.at);
        if let Some(word) = not_finite(token) {
            return Err(self.stop(JsonProblem::NotFinite(word.to_owned())));
        }
        let is_last = self.at + token.len() == self.text.len();
        if !is_json_number(token) {
            let is_cut_off = is_last && token.ends_with(['-', '+', '.', 'e', 'E']);
            return Err(if is_cut_off {
                Stop {
                    at: self.text.len(),
                    problem: JsonProblem::Truncated("a number".to_owned()),
                }
            } else {
                self.stop(JsonProblem::BadNumber(shorten(token)))
            });
        }
        let value: f64 = token.parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            return Err(self.stop(JsonProblem::TooLarge(shorten(token))));
        }
        if self.refuses_lost_digits && loses_digits(token, value) {
            return Err(self.stop(JsonProblem::LosesDigits(shorten(token))));
        }
        self.at += token.len();
        Ok(())
    }

    /// Names what stands here, where `expect` should.
    fn wrong(&self, expect: Expect) -> Stop {
        let rest = self.rest();
        if let Some(problem) = self.foreign(expect) {
            return self.stop(problem);
        }
        if matches!(rest.as_bytes()[0], b'}' | b']')
            && matches!(expect, Expect::Key | Expect::Value)
            && self.text[..self.at].trim_end().ends_with(',')
            && char::from(rest.as_bytes()[0]) == self.closer()
        {
            return Stop {
                at: self.comma,
                problem: JsonProblem::TrailingComma(self.closer()),
            };
        }
        let found = describe(self.text, self.at);
        let is_start_of_item = rest.starts_with(['"', '{', '[', '-'])
            || rest.starts_with(|c: char| c.is_alphanumeric());
        self.stop(match expect {
            Expect::Nothing => self.after_end(found),
            Expect::CommaOrEnd if is_start_of_item => JsonProblem::MissingComma {
                found,
                closer: self.closer(),
            },
            Expect::CommaOrEnd if self.closer() == '}' => JsonProblem::Unexpected {
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

    /// Something that other languages and tools write.
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
        let word = self.word();
        if word.is_empty() {
            return None;
        }
        let behind = rest[word.len()..].trim_start();
        if wants_key && first.is_alphabetic() && behind.starts_with([':', '=']) {
            return Some(JsonProblem::UnquotedKey(shorten(word)));
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
                return Some(JsonProblem::BadNumber(shorten(word)));
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
}

fn raw_control(character: char) -> JsonProblem {
    match character {
        '\0' => JsonProblem::NulByte,
        '\n' | '\r' => JsonProblem::RawControl("a line break".to_owned()),
        '\t' => JsonProblem::RawControl("a tab".to_owned()),
        other => {
            JsonProblem::RawControl(format!("the control character U+{:04X}", u32::from(other)))
        }
    }
}

/// The value of `\uXXXX` at the beginning of `text`.
fn code_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

fn word_at(text: &str, at: usize) -> &str {
    let rest = &text[at..];
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '.' | '$');
    &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())]
}

/// A number with whatever is glued to it: `89.5%`, `1_000`.
fn number_at(text: &str, at: usize) -> &str {
    let word = word_at(text, at);
    if text[at + word.len()..].starts_with('%') {
        &text[at..=at + word.len()]
    } else {
        word
    }
}

fn not_finite(word: &str) -> Option<&str> {
    let name = word.trim_start_matches(['-', '+']).to_ascii_lowercase();
    matches!(name.as_str(), "nan" | "inf" | "infinity").then_some(word)
}

fn is_json_number(token: &str) -> bool {
    let unsigned = token.strip_prefix('-').unwrap_or(token);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(is_digits)
        && exponent
            .is_none_or(|exponent| is_digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)))
}

/// Whether `token` is a whole number that `value` does not hold to its last digit.
fn loses_digits(token: &str, value: f64) -> bool {
    let is_whole = !token.contains(['.', 'e', 'E']);
    // `{}` writes an `f64` of this size out in full, as the exact whole number it is.
    is_whole
        && token.len() > 18
        && format!("{value}") != token
        && token.parse::<u64>().is_err()
        && token.parse::<i64>().is_err()
}

/// A line as Git writes it: `<<<<<<< HEAD`, `=======`, `>>>>>>> branch`.
fn merge_marker(text: &str, at: usize) -> Option<String> {
    let is_line_start = at == 0 || text.as_bytes()[at - 1] == b'\n';
    let line = text[at..].lines().next()?;
    let is_marker = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
        .iter()
        .any(|mark| line.starts_with(mark));
    (is_line_start && is_marker).then(|| shorten(line))
}

fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{A0}' | '\u{AD}' | '\u{2000}'..='\u{200F}' | '\u{2028}'..='\u{202F}' | '\u{205F}'..='\u{2064}' | '\u{3000}' | '\u{FEFF}'
    ) || (character.is_control() && character != '\0')
}

/// What stands at `at`, in words: `` `f1` ``, `the string "f1"`.
fn describe(text: &str, at: usize) -> String {
    let rest = &text[at..];
    let Some(first) = rest.chars().next() else {
        return "the end of the file".to_owned();
    };
    if first == '"' {
        let string: String = rest[1..]
            .chars()
            .take_while(|c| *c != '"' && !c.is_control())
            .collect();
        return format!("the string \"{}\"", shorten(&string));
    }
    let word = word_at(text, at);
    if word.is_empty() {
        format!("`{first}`")
    } else {
        format!("`{}`", shorten(word))
    }
}

/// At most 30 characters.
fn shorten(text: &str) -> String {
    const LIMIT: usize = 30;
    match text.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn scanner_accepts(text: &str) -> bool {
        Scanner::new(text, 1).run().is_ok()
    }

    fn parser_accepts(text: &str) -> bool {
        serde_json::from_str::<Value>(text).is_ok()
    }

    /// Pieces of JSON and of what is nearly JSON, in any order.
    fn nearly_json() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            "[\\[\\]{},:\" \n]",
            Just("\"key\":".to_owned()),
            Just("\"a\\u00e9\\n\"".to_owned()),
            "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3})?(e[-+]?[0-9]{1,3})?",
            "(true|false|null|NaN|nul|'|//|\\\\|\\\\u)",
            "\\PC",
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_scanner_and_the_parser_agree_on_what_is_json(text in nearly_json()) {
            prop_assert_eq!(scanner_accepts(&text), parser_accepts(&text), "{:?}", text);
        }

        #[test]
        fn a_place_lies_inside_the_text(text in "[\\[{\"\\PC\n]{0,20}") {
            if let Err(error) = crate::json::parse(text.as_bytes())
                && let Some(Place { line, column }) = error.place
            {
                let lines: Vec<&str> = text.split('\n').collect();
                prop_assert!(line >= 1 && line <= lines.len());
                prop_assert!(column >= 1 && column <= lines[line - 1].chars().count() + 1);
            }
        }
    }

    #[test]
    fn a_whole_number_is_refused_only_when_it_would_be_rounded() {
        assert!(loses_digits(
            "123456789012345678901",
            123_456_789_012_345_678_901.0
        ));
        assert!(!loses_digits("100000000000000000000", 1e20));
        assert!(!loses_digits(
            "18446744073709551615",
            1.844_674_407_370_955_2e19
        ));
    }
}
