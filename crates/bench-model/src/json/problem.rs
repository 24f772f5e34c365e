//! The reason why a text is not JSON.

use std::fmt;

use super::place::Place;

/// The deepest nesting of objects and arrays that is read.
pub(crate) const MAX_DEPTH: usize = 127;

/// Why a text is not JSON. Reads as the end of a sentence whose subject is the file:
/// ``is not JSON at line 14, column 28: found `NaN` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// The location; none if the problem concerns the whole text.
    pub place: Option<Place>,
    /// What was found.
    pub problem: JsonProblem,
    /// Where else a number is not finite, and how it is spelt there: all of a file are told at once.
    pub more: Box<[(Place, String)]>,
    /// The number of such places beyond those in `more`.
    pub untold: usize,
}

/// So many further places are told; a file with more is broken in one way.
pub(super) const MOST_TOLD: usize = 20;

/// The content found instead of JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum JsonProblem {
    // About the text as a whole.
    /// Nothing, or only white space.
    #[error("is empty")]
    Empty,
    /// Text in another encoding, such as `UTF-16`.
    #[error("is {0} text, not UTF-8")]
    Encoding(&'static str),
    /// Compressed data, such as `gzip`.
    #[error("is {0} data, not JSON")]
    Packed(&'static str),
    /// A web page.
    #[error("is a web page (HTML), not JSON")]
    Html,
    /// XML, such as a test report.
    #[error("is XML, not JSON")]
    Xml,
    /// A Git LFS pointer.
    #[error("is a Git LFS pointer, not the file itself")]
    LfsPointer,
    /// Another data format, such as `CSV` or `YAML`.
    #[error("looks like {0}, not JSON")]
    LooksLike(&'static str),

    // About one location.
    /// A byte that is not part of any UTF-8 character.
    #[error("found the byte 0x{0:02X}, which is not UTF-8")]
    NotUtf8(u8),
    /// A byte of value 0.
    #[error("found a NUL byte")]
    NulByte,
    /// The text ends too early, inside this construct.
    #[error("the file ends inside {0}")]
    Truncated(String),
    /// `NaN`, `Infinity` and their spellings.
    #[error("found `{0}`")]
    NotFinite(String),
    /// `True`, `None`, `undefined`.
    #[error("found `{found}`, JSON writes `{wanted}`")]
    ForeignLiteral {
        /// Its name in another language.
        found: String,
        /// Its name in JSON.
        wanted: &'static str,
    },
    /// A merge conflict marker.
    #[error("found the merge conflict marker `{0}`")]
    MergeConflict(String),
    /// A comma with nothing after it; the character that closes.
    #[error("found a comma before `{0}`")]
    TrailingComma(char),
    /// Two items with nothing between them.
    #[error("found {found} where a comma or `{closer}` belongs")]
    MissingComma {
        /// What was found.
        found: String,
        /// The missing closing character.
        closer: char,
    },
    /// A string in single quotes or backticks.
    #[error("found a string in {0}")]
    WrongQuotes(&'static str),
    /// A key without quotes.
    #[error("found the key `{0}` without quotes")]
    UnquotedKey(String),
    /// `//`, `/*` or `#`.
    #[error("found a comment (`{0}`)")]
    Comment(&'static str),
    /// An invisible character in the wrong place.
    #[error("found an invisible character (U+{0:04X})")]
    Invisible(u32),
    /// A raw control character inside a string.
    #[error("found {0} inside a string")]
    RawControl(String),
    /// An escape that JSON does not know.
    #[error("found the escape `{0}`, which JSON does not know")]
    BadEscape(String),
    /// One half of a surrogate pair.
    #[error("found `{0}`, which is half a character")]
    HalfCharacter(String),
    /// A number in a notation that JSON does not allow.
    #[error("found `{0}`, which is not how JSON writes a number")]
    BadNumber(String),
    /// A number that no `f64` can hold.
    #[error("found `{0}`, which is too large for a number")]
    TooLarge(String),
    /// An integer that would be rounded.
    #[error("found `{0}`, which has more digits than a number keeps")]
    LosesDigits(String),
    /// Something after the end of the value.
    #[error("found {0} after the end of the report")]
    TextAfterEnd(String),
    /// Objects and arrays nested more deeply than `MAX_DEPTH`.
    #[error("found nesting deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Log lines before the value, or no JSON at all.
    #[error("found {0} where a report begins")]
    NotTheBeginning(String),
    /// Something else.
    #[error("found {found} where {wanted} belongs")]
    Unexpected {
        /// What was found.
        found: String,
        /// What was expected.
        wanted: &'static str,
    },
    /// An error only the parser can describe.
    #[error("{0}")]
    Other(String),
}

impl JsonError {
    /// About a text as a whole, or one place in it.
    pub(super) fn new(place: Option<Place>, problem: JsonProblem) -> Self {
        Self {
            place,
            problem,
            more: Box::default(),
            untold: 0,
        }
    }

    /// How to fix it.
    pub fn hint(&self) -> Option<String> {
        self.problem.hint()
    }

    /// The same for a text whose line stands in the message already: ``is not JSON at column 9: found `NaN` ``.
    pub(crate) fn within_line(&self) -> String {
        self.in_words(|Place { column, .. }| format!("column {column}"))
    }

    fn in_words(&self, at: impl Fn(&Place) -> String) -> String {
        let Some(place) = &self.place else {
            return self.problem.to_string();
        };
        let mut text = format!("is not JSON at {}: {}", at(place), self.problem);
        let mut places: Vec<String> = self
            .more
            .iter()
            .map(|(place, word)| format!("`{word}` at {}", at(place)))
            .collect();
        if self.untold > 0 {
            places.push(format!("{} more", self.untold));
        }
        if !places.is_empty() {
            text.push_str("; also ");
            text.push_str(&places.join(", "));
        }
        text
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            &self.in_words(|Place { line, column }| format!("line {line}, column {column}")),
        )
    }
}

impl std::error::Error for JsonError {}

impl JsonProblem {
    /// Whether it describes the whole text rather than one location.
    pub(super) fn is_about_the_whole(&self) -> bool {
        matches!(
            self,
            Self::Empty
                | Self::Encoding(_)
                | Self::Packed(_)
                | Self::Html
                | Self::Xml
                | Self::LfsPointer
                | Self::LooksLike(_)
        )
    }

    /// How to fix it.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty => "the benchmark wrote nothing into it; its own log says why",
            Self::Encoding(name) => return Some(convert_hint(name)),
            Self::Packed(_) => "unpack it first",
            Self::Html => {
                "a download was answered with a page, often a login or an error page; open the file to see which"
            }
            Self::Xml | Self::LooksLike(_) => {
                "write the report as JSON: an object with model_version, dataset_version, prompt_version and metrics"
            }
            Self::LfsPointer => "run `git lfs pull`, or give actions/checkout `lfs: true`",
            Self::NotUtf8(_) => {
                "write the file as UTF-8 (in Python: `open(path, \"w\", encoding=\"utf-8\")`)"
            }
            Self::NulByte => {
                "the file was damaged while it was written, often by a full disk; run the benchmark again"
            }
            Self::Truncated(_) => {
                "the file was cut off: the benchmark was stopped, or the disk was full, while it wrote"
            }
            Self::NotFinite(_) => {
                "Python's `json.dumps` writes `NaN` and `Infinity` unless called with `allow_nan=False`;\n\
                 leave out a metric that the run did not produce"
            }
            Self::ForeignLiteral { .. } => {
                "write the file with a JSON library (in Python: `json.dumps`, not `str` or `print`)"
            }
            Self::MergeConflict(_) => {
                "resolve the merge (`git status` lists such files), or run the benchmark again"
            }
            Self::TrailingComma(_) => "JSON allows no comma after the last item; remove it",
            Self::MissingComma { .. } => "put a comma between two items",
            Self::WrongQuotes("typographic quotes") => "replace them by plain double quotes (\")",
            Self::WrongQuotes(_) => {
                "JSON strings stand in double quotes; in Python, write them with `json.dumps`, not `str` or `print`"
            }
            Self::UnquotedKey(name) => return Some(format!("write `\"{name}\"`")),
            Self::Comment(_) => {
                "JSON has no comments; remove it, or put the words into the field `notes`"
            }
            Self::Invisible(_) => {
                "remove it; it often comes along when text is copied from a web page"
            }
            Self::RawControl(name) if name == "a line break" => {
                "close the string with a double quote, or write the line break as `\\n`"
            }
            Self::RawControl(_) => "write a tab as `\\t`, other control characters as `\\u00XX`",
            Self::BadEscape(_) => {
                "write a backslash as `\\\\`; the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX"
            }
            Self::HalfCharacter(_) => {
                "a character beyond U+FFFF needs two escapes, `\\ud83d\\ude00`; or write it as it is"
            }
            Self::BadNumber(token) => return Some(number_hint(token).to_owned()),
            Self::TooLarge(_) => {
                "the largest number is about 1.8e308; leave out a metric that the run did not produce"
            }
            Self::LosesDigits(_) => {
                "write an identifier as a string, a measurement with an exponent (`1.5e20`)"
            }
            Self::TextAfterEnd(found) => after_end_hint(found),
            Self::TooDeep => "a report needs three or four levels; is the right file given?",
            Self::NotTheBeginning(_) => {
                "the file must hold JSON only; let the benchmark write its log to stderr"
            }
            Self::Unexpected { found, .. } if found == "`,`" => {
                "remove the comma, or write what is missing before it"
            }
            Self::Unexpected {
                wanted: "a colon", ..
            } => "write `\"key\": value`",
            Self::Unexpected {
                wanted: "a key in double quotes",
                ..
            } => "write `\"key\": value`, or close the object",
            Self::Unexpected {
                wanted: "a value", ..
            } => "text stands in double quotes; what is not known is left out or `null`",
            Self::Unexpected { .. } => "every `{` is closed by `}` and every `[` by `]`",
            Self::Other(_) => return None,
        };
        Some(hint.to_owned())
    }
}

fn after_end_hint(found: &str) -> &'static str {
    match found {
        "`}`" | "`]`" => "there is one closing bracket too many; remove it",
        "`{`" | "`[`" | "`,`" => {
            "put several reports into one array (`[…, …]`), or each on a line of its own (JSON lines)"
        }
        _ => "the file must hold JSON only; let the benchmark write its log to stderr",
    }
}

fn convert_hint(encoding: &str) -> String {
    if !encoding.starts_with("UTF-16") {
        return format!("to convert: `iconv -f {encoding} -t UTF-8 report.json > converted.json`");
    }
    format!(
        "Windows PowerShell writes UTF-16 with `>`: use `Out-File -Encoding utf8`;\n\
         to convert: `iconv -f {encoding} -t UTF-8 report.json > converted.json`"
    )
}

fn number_hint(token: &str) -> &'static str {
    let digits = token.trim_start_matches(['-', '+']);
    if token.starts_with('+') {
        "remove the `+`"
    } else if digits.starts_with('.') || digits.ends_with('.') || digits.contains(".e") {
        "a decimal point needs digits on both sides: `0.5`, `5.0`"
    } else if digits.starts_with("0x") || digits.starts_with("0X") {
        "write it in decimal digits"
    } else if digits.contains('_') {
        "write it without `_`"
    } else if digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit() {
        "remove the leading zero, or write an identifier as a string"
    } else if digits.contains('%') {
        "a ratio is written without a percent sign: 89.5% is `0.895`"
    } else {
        "write it as digits (`0.895`, `1.5e20`), or as a string in double quotes"
    }
}
