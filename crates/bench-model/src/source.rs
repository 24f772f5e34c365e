//! Which file a run came from.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::report::Format;

/// What is stored in the column `source`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The format it was read as.
    pub format: String,
    /// The name of the file, without its folders; none for standard input.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file_name: Option<String>,
    /// The SHA-256 of the whole file, as 64 hexadecimal digits.
    pub sha256: String,
}

impl Source {
    /// Describes the file `path` that holds `bytes`.
    pub fn of(format: Format, path: Option<&str>, bytes: &[u8]) -> Self {
        let file_name = path
            .and_then(|path| path.rsplit(['/', '\\']).next())
            .map(str::to_owned);
        Self {
            format: format.to_string(),
            file_name,
            sha256: hex(&Sha256::digest(bytes)),
        }
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
