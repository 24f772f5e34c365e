//! The source of the settings: this browser's storage, otherwise `config.json` beside the page.

use gloo_net::http::Request;

use super::{Connection, SettingsProblems, WrittenSettings};
use crate::browser;

/// The origin of the settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The settings form, in this browser.
    Saved,
    /// `config.json` beside the page.
    ConfigFile,
}

/// The state of the project settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settings {
    /// `config.json` is loading.
    Loading,
    /// No project is set yet.
    Missing,
    /// The settings are invalid.
    Wrong(SettingsProblems, Origin),
    /// The project to read.
    Ready(Connection, Origin),
}

impl Settings {
    /// The project, once it is known.
    pub fn connection(&self) -> Option<&Connection> {
        match self {
            Self::Ready(connection, _) => Some(connection),
            Self::Loading | Self::Missing | Self::Wrong(..) => None,
        }
    }
}

/// Reads the storage, then `config.json`.
pub async fn load() -> Settings {
    if let Some(saved) = read_saved() {
        return checked(&saved, Origin::Saved);
    }
    match read_config_file().await {
        Some(written) if !written.is_empty() => checked(&written, Origin::ConfigFile),
        _ => Settings::Missing,
    }
}

/// The settings saved in this browser.
pub fn read_saved() -> Option<WrittenSettings> {
    let text = browser::stored(&storage_name())?;
    serde_json::from_str(&text)
        .ok()
        .filter(|saved: &WrittenSettings| !saved.is_empty())
}

/// Stores settings in this browser. False if its storage is disabled.
pub fn save(written: &WrittenSettings) -> bool {
    serde_json::to_string(written).is_ok_and(|text| browser::store(&storage_name(), &text))
}

/// Deletes the saved settings, so that `config.json` applies again.
pub fn forget() {
    browser::forget(&storage_name());
}

/// Two dashboards under one host (`team.github.io/a/`, `…/b/`) share one storage: the folder
/// distinguishes them.
fn storage_name() -> String {
    format!("benchmark-monitor:connection:{}", browser::base_path())
}

fn checked(written: &WrittenSettings, origin: Origin) -> Settings {
    match written.check(&browser::origin()) {
        Ok(connection) => Settings::Ready(connection, origin),
        Err(problems) => Settings::Wrong(problems, origin),
    }
}

/// None if there is no such file. Some servers return a page instead of a 404, which is not JSON
/// either.
async fn read_config_file() -> Option<WrittenSettings> {
    let address = format!("{}config.json", browser::base_path());
    let answer = Request::get(&address).send().await.ok()?;
    if !answer.ok() {
        return None;
    }
    answer.json().await.ok()
}
