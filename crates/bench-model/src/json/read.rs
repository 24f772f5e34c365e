//! Reads one JSON value and detects what `serde_json` accepts silently: repeated keys, characters
//! that PostgreSQL can't store, and integers that lose digits.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::{
    disguise::{self, BOM},
    explain,
    problem::JsonError,
};
use crate::path::Path;

/// The maximum number of findings per kind; more of them have the same cause.
const MAX_FINDINGS: usize = 1_000;

/// A parsed JSON text.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The value; for a repeated key, the last one.
    pub value: Value,
    /// The locations of repeated keys.
    pub duplicates: Vec<Path>,
    /// The locations of keys and strings with U+0000, which PostgreSQL can't store.
    pub nul_characters: Vec<Path>,
}

/// Reads `text` as one JSON value. A UTF-8 byte order mark before it is skipped.
///
/// # Errors
///
/// [`JsonError`] with line, column and what was found there.
///
/// # Example
///
/// ```
/// let error = bench_model::json::parse(b"{\n  \"f1\": NaN\n}").unwrap_err();
/// assert_eq!(error.to_string(), "is not JSON at line 2, column 9: found `NaN`");
/// ```
pub fn parse(text: &[u8]) -> Result<Document, JsonError> {
    parse_line(decode(text)?, &Path::root(), 1)
}

/// The text of a file, without a byte order mark.
pub(crate) fn decode(bytes: &[u8]) -> Result<&str, JsonError> {
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    str::from_utf8(bytes).map_err(|error| disguise::not_utf8(bytes, &error))
}

/// Reads one value that begins on line `first_line` of its file, at `path`.
pub(crate) fn parse_line(
    text: &str,
    path: &Path,
    first_line: usize,
) -> Result<Document, JsonError> {
    let mut findings = Findings::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let seed = Seed {
        trail: Trail::Start(path),
        findings: &mut findings,
    };
    let read = seed
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    let value = read.map_err(|error| explain::explain(text, first_line, &error))?;
    if findings.is_huge_number_seen
        && let Some(error) = explain::lost_digits(text, first_line)
    {
        return Err(error);
    }
    let Findings {
        duplicates,
        nul_characters,
        is_huge_number_seen: _,
    } = findings;
    Ok(Document {
        value,
        duplicates,
        nul_characters,
    })
}

#[derive(Default)]
struct Findings {
    duplicates: Vec<Path>,
    nul_characters: Vec<Path>,
    /// Larger than any `u64`: an integer of this size may have lost digits.
    is_huge_number_seen: bool,
}

/// The path to the value being read; formatted only if there is a finding.
#[derive(Clone, Copy)]
enum Trail<'a> {
    Start(&'a Path),
    Key(&'a Trail<'a>, &'a str),
    Index(&'a Trail<'a>, usize),
}

impl Trail<'_> {
    fn path(&self) -> Path {
        match self {
            Self::Start(path) => (*path).clone(),
            Self::Key(parent, key) => parent.path().key(key),
            Self::Index(parent, index) => parent.path().index(*index),
        }
    }
}

struct Seed<'a> {
    trail: Trail<'a>,
    findings: &'a mut Findings,
}

impl Seed<'_> {
    fn check(&mut self, text: &str) {
        if text.contains('\0') {
            let path = self.trail.path();
            remember(&mut self.findings.nul_characters, path);
        }
    }
}

fn remember(findings: &mut Vec<Path>, path: Path) {
    if findings.len() < MAX_FINDINGS && findings.last() != Some(&path) {
        findings.push(path);
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        const HUGE: f64 = 9_223_372_036_854_775_808.0; // 2^63: beyond it, `serde_json` leaves the integers
        self.findings.is_huge_number_seen |= value.abs() >= HUGE;
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(mut self, text: &str) -> Result<Value, E> {
        self.check(text);
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(mut self, text: String) -> Result<Value, E> {
        self.check(&text);
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Self { trail, findings } = self;
        let mut array = Vec::new();
        loop {
            let seed = Seed {
                trail: Trail::Index(&trail, array.len()),
                findings,
            };
            match items.next_element_seed(seed)? {
                Some(item) => array.push(item),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let Self { trail, findings } = self;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let mut seed = Seed {
                trail: Trail::Key(&trail, &key),
                findings,
            };
            seed.check(&key);
            if object.contains_key(&key) {
                let path = seed.trail.path();
                remember(&mut seed.findings.duplicates, path);
            }
            let value = entries.next_value_seed(seed)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
