//! How the reader wants the page: how fresh, and how numbers and times are written.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    browser,
    view_model::manner::{self, Numbers},
};

/// The name in the storage.
const STORED: &str = "benchmark-monitor:preferences";

/// How the reader wants the page, as it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// After how many seconds the project is asked whether anything is new; 0: never by itself.
    pub refresh_seconds: u32,
    /// Whether times are in the reader's own zone instead of UTC.
    pub local_times: bool,
    /// [`Numbers::name`].
    pub numbers: String,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            refresh_seconds: 10,
            local_times: false,
            numbers: Numbers::default().name().to_owned(),
        }
    }
}

impl Preferences {
    /// What was chosen before in this browser, else the defaults.
    pub fn load() -> Self {
        browser::stored(STORED)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Keeps them in this browser; without its storage they count until the tab closes.
    pub fn keep(&self) {
        if let Ok(text) = serde_json::to_string(self) {
            browser::store(STORED, &text);
        }
    }

    /// From now on, labels are written so.
    pub fn apply(&self) {
        manner::learn_zone(browser::minutes_ahead_of_utc);
        manner::write_local_times(self.local_times);
        manner::write_numbers(self.numbers());
    }

    /// How numbers are written.
    pub fn numbers(&self) -> Numbers {
        Numbers::ALL
            .into_iter()
            .find(|one| one.name() == self.numbers)
            .unwrap_or_default()
    }

    /// How often the project is asked; none: never by itself. What a hand wrote into the storage is
    /// kept to once a second at most.
    pub fn interval(&self) -> Option<Duration> {
        (self.refresh_seconds > 0).then(|| Duration::from_secs(self.refresh_seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_or_unknown_is_as_it_would_be_by_default() {
        let read = |text: &str| serde_json::from_str::<Preferences>(text).expect("an object");

        assert_eq!(read("{}"), Preferences::default());
        assert_eq!(read(r#"{"numbers": "roman"}"#).numbers(), Numbers::Point);
        assert_eq!(read(r#"{"refresh_seconds": 0}"#).interval(), None);
    }
}
