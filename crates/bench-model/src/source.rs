//! The source file of a run.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::report::Format;

/// The content of the column `source`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The format.
    pub format: String,
    /// The file name without folders; none for standard input.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub file_name: Option<String>,
    /// The SHA-256 of the whole file, as 64 hexadecimal digits.
    pub sha256: String,
}

impl Source {
    /// Describes the file `path` with content `bytes`.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_names_the_file_without_its_folders_and_its_hash() {
        let source = Source::of(Format::Native, Some("/home/ci/out/medgemma.json"), b"abc");
        assert_eq!(source.file_name.as_deref(), Some("medgemma.json"));
        // FIPS 180-2, appendix B.1
        assert_eq!(
            source.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        assert_eq!(
            Source::of(Format::Native, Some(r"C:\out\a.json"), b"")
                .file_name
                .as_deref(),
            Some("a.json")
        );
        assert_eq!(Source::of(Format::Native, None, b"").file_name, None);
    }
}
