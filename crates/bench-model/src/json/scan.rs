//! Scans a text by JSON's grammar, up to the first error.

use super::{
    found::{Expect, Here, Stop},
    place::Place,
    problem::{JsonProblem, MAX_DEPTH},
    token,
};
use crate::words::shorten;

pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The positions of the open objects and arrays.
    open: Vec<usize>,
    /// The position of the last comma.
    comma: usize,
    refuses_lost_digits: bool,
    /// Where numbers are that are not finite; none when the first of them stops it.
    not_finite: Option<Vec<usize>>,
    /// The line of the file on which the text begins.
    first_line: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str, first_line: usize) -> Self {
        Self {
            text,
            at: 0,
            open: Vec::new(),
            comma: 0,
            refuses_lost_digits: false,
            not_finite: None,
            first_line,
        }
    }

    /// Scans the whole text.
    pub(super) fn run(mut self) -> Result<(), Stop> {
        self.walk()
    }

    /// As [`Scanner::run`], and refuses whole numbers that an `f64` would round.
    pub(super) fn run_without_loss(mut self) -> Result<(), Stop> {
        self.refuses_lost_digits = true;
        self.walk()
    }

    /// Where `NaN` and its like stand, up to the end or to the first other thing that is not JSON.
    pub(super) fn not_finite(mut self) -> Vec<usize> {
        self.not_finite = Some(Vec::new());
        // Where it stopped is told another time: once these are mended.
        let _ = self.walk();
        self.not_finite.unwrap_or_default()
    }

    fn walk(&mut self) -> Result<(), Stop> {
        let mut expect = Expect::Value;
        loop {
            self.skip_white_space();
            let Some(byte) = self.peek() else {
                return self.end(expect);
            };
            if matches!(expect, Expect::Value | Expect::ItemOrEnd)
                && token::not_finite(self.word()).is_some()
                && let Some(places) = &mut self.not_finite
            {
                places.push(self.at);
                self.at += self.word().len();
                expect = self.after_value();
                continue;
            }
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
                _ => return Err(self.here().wrong(expect)),
            };
        }
    }

    fn here(&self) -> Here<'a> {
        Here {
            text: self.text,
            at: self.at,
            comma: self.comma,
            closer: self.closer(),
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

    /// The word from here on.
    fn word(&self) -> &'a str {
        token::word_at(self.text, self.at)
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
        let Place { line, .. } = Place::of(self.text, *opener, self.first_line);
        let inside = format!("the {kind} that begins on line {line}");
        // The end of the text without trailing white space.
        Err(Stop {
            at: self.text.trim_end().len(),
            problem: JsonProblem::Truncated(inside),
        })
    }

    /// Scans a string, including both quotes.
    fn string(&mut self) -> Result<(), Stop> {
        let start = self.at;
        self.at += 1;
        loop {
            let Some(character) = self.rest().chars().next() else {
                let Place { line, .. } = Place::of(self.text, start, self.first_line);
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
                let Some(unit) = token::code_unit(rest) else {
                    return Err(self.bad_escape());
                };
                let is_pair = || {
                    token::code_unit(&rest[6..])
                        .is_some_and(|second| (0xDC00..0xE000).contains(&second))
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
        let token = token::number_at(self.text, self.at);
        if let Some(word) = token::not_finite(token) {
            return Err(self.stop(JsonProblem::NotFinite(word.to_owned())));
        }
        let is_last = self.at + token.len() == self.text.len();
        if !token::is_json_number(token) {
            let is_cut_off = is_last && token.ends_with(['-', '+', '.', 'e', 'E']);
            return Err(if is_cut_off {
                Stop {
                    at: self.text.len(),
                    problem: JsonProblem::Truncated("a number".to_owned()),
                }
            } else {
                self.stop(JsonProblem::BadNumber(shorten(token, token::QUOTED)))
            });
        }
        let value: f64 = token.parse().unwrap_or(f64::INFINITY);
        if value.is_infinite() {
            return Err(self.stop(JsonProblem::TooLarge(shorten(token, token::QUOTED))));
        }
        if self.refuses_lost_digits && token::loses_digits(token, value) {
            return Err(self.stop(JsonProblem::LosesDigits(shorten(token, token::QUOTED))));
        }
        self.at += token.len();
        Ok(())
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
