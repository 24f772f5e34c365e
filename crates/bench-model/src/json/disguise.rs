//! Recognises other file formats.

use std::str::Utf8Error;

use super::{
    place::Place,
    problem::{JsonError, JsonProblem},
};

/// The byte order mark of Windows editors.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Magic bytes of formats, longer ones first: UTF-32 begins like UTF-16.
const SIGNATURES: [(&[u8], JsonProblem); 12] = [
    (b"\xFF\xFE\0\0", JsonProblem::Encoding("UTF-32")),
    (b"\0\0\xFE\xFF", JsonProblem::Encoding("UTF-32")),
    (b"\xFF\xFE", JsonProblem::Encoding("UTF-16")),
    (b"\xFE\xFF", JsonProblem::Encoding("UTF-16")),
    (b"\x1F\x8B", JsonProblem::Packed("gzip")),
    (b"PK\x03\x04", JsonProblem::Packed("zip")),
    (b"\x28\xB5\x2F\xFD", JsonProblem::Packed("zstd")),
    (b"BZh", JsonProblem::Packed("bzip2")),
    (b"\xFD7zXZ", JsonProblem::Packed("xz")),
    (b"PAR1", JsonProblem::Packed("Parquet")),
    (b"SQLite format 3", JsonProblem::Packed("SQLite")),
    (b"version https://git-lfs", JsonProblem::LfsPointer),
];

/// The format of the file, if its first bytes identify it.
pub(super) fn signature(bytes: &[u8]) -> Option<JsonProblem> {
    if let Some((_, problem)) = SIGNATURES
        .iter()
        .find(|(first, _)| bytes.starts_with(first))
    {
        return Some(problem.clone());
    }
    // UTF-16 without a byte order mark: JSON begins with ASCII, so every other byte is zero.
    match bytes {
        [0, 0, 0, 0, ..] => None,
        [0, 0, 0, _, ..] => Some(JsonProblem::Encoding("UTF-32BE")),
        [_, 0, 0, 0, ..] => Some(JsonProblem::Encoding("UTF-32LE")),
        [0, _, 0, _, ..] => Some(JsonProblem::Encoding("UTF-16BE")),
        [_, 0, _, 0, ..] => Some(JsonProblem::Encoding("UTF-16LE")),
        _ => None,
    }
}

/// The probable format of text that does not begin like JSON.
pub(super) fn look_alike(text: &str) -> Option<JsonProblem> {
    let text = text.trim_start();
    let first_line = text.lines().next()?;
    if first_line.starts_with('<') && !first_line.starts_with("<<") {
        let lower = text
            .get(..text.len().min(512))
            .unwrap_or(first_line)
            .to_lowercase();
        let is_page = ["<!doctype html", "<html", "<head", "<body"]
            .iter()
            .any(|tag| lower.contains(tag));
        return Some(if is_page {
            JsonProblem::Html
        } else {
            JsonProblem::Xml
        });
    }
    let is_word = |text: &str| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '"'))
    };
    if first_line == "---" || first_line.starts_with("- ") {
        return Some(JsonProblem::LooksLike("YAML"));
    }
    if let Some((name, rest)) = first_line.split_once(':')
        && is_word(name)
        && !name.contains(' ')
        && (rest.is_empty() || rest.starts_with(' '))
    {
        return Some(JsonProblem::LooksLike("YAML"));
    }
    if let Some((name, rest)) = first_line.split_once(" = ")
        && is_word(name)
        && !rest.is_empty()
    {
        return Some(JsonProblem::LooksLike("TOML"));
    }
    let cells: Vec<&str> = first_line.split([',', ';', '\t']).map(str::trim).collect();
    (cells.len() > 1 && cells.iter().all(|cell| is_word(cell)))
        .then_some(JsonProblem::LooksLike("CSV"))
}

/// Why `bytes` are not text.
pub(super) fn not_utf8(bytes: &[u8], error: &Utf8Error) -> JsonError {
    if let Some(problem) = signature(bytes) {
        return JsonError::new(None, problem);
    }
    let (valid, rest) = bytes.split_at(error.valid_up_to());
    let text = str::from_utf8(valid).unwrap_or_default();
    let problem = match (error.error_len(), rest.first()) {
        (Some(_), Some(byte)) => JsonProblem::NotUtf8(*byte),
        // The file ends in the middle of a character.
        _ => JsonProblem::Truncated("a character".to_owned()),
    };
    JsonError::new(Some(Place::of(text, text.len(), 1)), problem)
}
