//! Display preferences: refresh interval, and format of numbers and times.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    browser,
    view_model::manner::{self, Numbers},
};

/// The storage key.
const STORED: &str = "benchmark-monitor:preferences";

/// The stored preferences.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The polling interval in seconds; 0 disables polling.
    pub refresh_seconds: u32,
    /// Whether times are in the user's time zone instead of UTC.
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
    /// The preferences stored in this browser, otherwise the defaults.
    pub fn load() -> Self {
        browser::stored(STORED)
            .and_then(|text| serde_json::from_str(&text).ok())
            .unwrap_or_default()
    }

    /// Stores them in this browser; without storage they apply until the tab closes.
    pub fn keep(&self) {
        if let Ok(text) = serde_json::to_string(self) {
            browser::store(STORED, &text);
        }
    }

    /// Applies them to all labels from now on.
    pub fn apply(&self) {
        manner::learn_zone(browser::minutes_ahead_of_utc);
        manner::write_local_times(self.local_times);
        manner::write_numbers(self.numbers());
    }

    /// The number format.
    pub fn numbers(&self) -> Numbers {
        Numbers::ALL
            .into_iter()
            .find(|one| one.name() == self.numbers)
            .unwrap_or_default()
    }

    /// The polling interval; none disables polling. Manually edited values are limited to once per
    /// second.
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
