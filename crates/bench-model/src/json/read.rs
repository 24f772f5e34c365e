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
    let seed = Seed {
        trail: Trail::Start(path),
        findings: &mut findings,
    };
    let value = read(text, first_line, seed)?;
    findings.refuse_lost_digits(text, first_line)?;
    Ok(findings.take(value))
}

/// As [`parse_line`], but hands the items of an array over one by one, as soon as each is read.
/// Returns any other value.
pub(crate) fn parse_items(
    text: &str,
    path: &Path,
    first_line: usize,
    each: impl FnMut(usize, Document),
) -> Result<Option<Document>, JsonError> {
    let mut findings = Findings::default();
    let items = Items {
        seed: Seed {
            trail: Trail::Start(path),
            findings: &mut findings,
        },
        each,
    };
    let value = read(text, first_line, items)?;
    findings.refuse_lost_digits(text, first_line)?;
    Ok(value.map(|value| findings.take(value)))
}

fn read<'de, T>(
    text: &'de str,
    first_line: usize,
    seed: impl DeserializeSeed<'de, Value = T>,
) -> Result<T, JsonError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    seed.deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value))
        .map_err(|error| explain::explain(text, first_line, &error))
}

#[derive(Default)]
struct Findings {
    duplicates: Vec<Path>,
    nul_characters: Vec<Path>,
    /// The number of findings in what was handed over.
    told: usize,
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
            let told = self.findings.told;
            remember(&mut self.findings.nul_characters, told, path);
        }
    }
}

fn remember(findings: &mut Vec<Path>, told: usize, path: Path) {
    if told + findings.len() < MAX_FINDINGS && findings.last() != Some(&path) {
        findings.push(path);
    }
}

impl Findings {
    /// `value` with the findings in it, which are then told.
    fn take(&mut self, value: Value) -> Document {
        self.told += self.duplicates.len() + self.nul_characters.len();
        Document {
            value,
            duplicates: std::mem::take(&mut self.duplicates),
            nul_characters: std::mem::take(&mut self.nul_characters),
        }
    }

    fn refuse_lost_digits(&self, text: &str, first_line: usize) -> Result<(), JsonError> {
        let lost = self
            .is_huge_number_seen
            .then(|| explain::lost_digits(text, first_line));
        lost.flatten().map_or(Ok(()), Err)
    }
}

/// Reads a value whose items, if it is an array, go to `each`.
struct Items<'a, F> {
    seed: Seed<'a>,
    each: F,
}

impl<'de, F: FnMut(usize, Document)> DeserializeSeed<'de> for Items<'_, F> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<Value>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, F: FnMut(usize, Document)> Visitor<'de> for Items<'_, F> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.seed.expecting(f)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Value>, E> {
        self.seed.visit_unit().map(Some)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<Value>, E> {
        self.seed.visit_bool(value).map(Some)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<Value>, E> {
        self.seed.visit_i64(value).map(Some)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<Value>, E> {
        self.seed.visit_u64(value).map(Some)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<Value>, E> {
        self.seed.visit_f64(value).map(Some)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Value>, E> {
        self.seed.visit_str(text).map(Some)
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<Option<Value>, A::Error> {
        self.seed.visit_map(entries).map(Some)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Option<Value>, A::Error> {
        let Self {
            seed: Seed { trail, findings },
            mut each,
        } = self;
        let mut index = 0;
        loop {
            let seed = Seed {
                trail: Trail::Index(&trail, index),
                findings,
            };
            match items.next_element_seed(seed)? {
                Some(item) => each(index, findings.take(item)),
                None => return Ok(None),
            }
            index += 1;
        }
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
                let told = seed.findings.told;
                remember(&mut seed.findings.duplicates, told, path);
            }
            let value = entries.next_value_seed(seed)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
