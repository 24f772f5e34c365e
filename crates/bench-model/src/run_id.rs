//! The name of a run: the UUID that the database gives it.

use std::{fmt, ops::Deref, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

/// The id of a run, in lower case.
///
/// # Example
///
/// ```
/// use bench_model::run_id::RunId;
///
/// let id: RunId = " 3F6D0F6E-8f57-4c3e-9a43-0b6f2f7f0c11 ".parse()?;
/// assert_eq!(id.as_str(), "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11");
/// # Ok::<(), bench_model::run_id::RunIdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RunId(String);

/// A text that is not the id of a run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{}` is not the id of a run",
    crate::words::shorten(found, crate::words::QUOTED)
)]
pub struct RunIdError {
    /// What was typed.
    pub found: String,
}

impl RunIdError {
    /// How to fix it.
    pub const HINT: &'static str =
        "`push` prints the id, and the dashboard shows it: 3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c11";
}

impl RunId {
    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RunId {
    type Err = RunIdError;

    fn from_str(text: &str) -> Result<Self, RunIdError> {
        let text = text.trim();
        let is_uuid = text.len() == 36
            && text.bytes().enumerate().all(|(place, byte)| match place {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        if is_uuid {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(RunIdError {
                found: text.to_owned(),
            })
        }
    }
}

impl<'de> Deserialize<'de> for RunId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

impl Deref for RunId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_not_the_id_of_a_run_is_named() {
        for text in [
            "",
            "latest",
            "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c1",
            "3f6d0f6e+8f57-4c3e-9a43-0b6f2f7f0c11",
            "3f6d0f6e-8f57-4c3e-9a43-0b6f2f7f0c1g",
            "3f6d0f6e8f574c3e9a430b6f2f7f0c11",
        ] {
            let error = text.parse::<RunId>().expect_err("not an id");
            assert_eq!(
                error.to_string(),
                format!("`{text}` is not the id of a run")
            );
        }
    }

    proptest! {
        #[test]
        fn an_id_is_read_in_any_case_and_written_in_one(
            id in "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
        ) {
            let read: RunId = id.parse().expect("an id");
            prop_assert_eq!(read.as_str(), id.to_lowercase());
            prop_assert_eq!(read.as_str().parse::<RunId>(), Ok(read.clone()));
        }

        #[test]
        fn whatever_is_read_is_an_id(text in "\\PC{0,40}|[0-9a-f-]{36}") {
            if let Ok(id) = text.parse::<RunId>() {
                prop_assert_eq!(id.len(), 36);
                prop_assert!(id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-'));
            }
        }
    }
}
