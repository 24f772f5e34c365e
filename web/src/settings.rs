//! The Supabase project and the key of the page.
//!
//! There are two sources: the settings form, stored in this browser, and `config.json` beside the
//! page. The form wins. A secret key is refused in both.

mod preferences;
mod repository_link;
mod source;

use bench_model::{
    api_key::{ApiKey, ApiKeyError},
    project_address::{AddressError, ProjectAddress},
};
use serde::{Deserialize, Serialize};

pub use preferences::Preferences;
pub use repository_link::repository_link;
pub use source::{Origin, Settings, forget, load, read_saved, save};

/// A valid connection: the project's address and a read-only key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The project's address.
    pub url: ProjectAddress,
    /// The read-only key.
    pub key: ApiKey,
    /// The URL at which commits can be viewed, such as `https://github.com/team/models`.
    pub repository: Option<String>,
    /// Whether Supabase Realtime is enabled.
    pub is_realtime: bool,
}

/// Raw settings, as in `config.json` and in the browser's storage.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenSettings {
    /// The project's address; empty means the server of this page.
    #[serde(default)]
    pub supabase_url: Option<String>,
    /// The publishable key or the anon key.
    #[serde(default)]
    pub publishable_key: Option<String>,
    /// The URL at which commits can be viewed.
    #[serde(default)]
    pub repository_url: Option<String>,
    /// Whether Supabase Realtime is on for `benchmark_snapshots`.
    #[serde(default)]
    pub realtime: bool,
}

/// Errors in raw settings, separately for each field of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsProblems {
    /// The error in the address.
    pub url: Option<AddressError>,
    /// The error in the key.
    pub key: Option<ApiKeyError>,
}

impl SettingsProblems {
    /// What is wrong with the address, as a sentence with the way out.
    pub fn of_url(&self) -> Option<String> {
        let error = self.url.as_ref()?;
        Some(plain(&format!("The address {error}; {}", error.hint())))
    }

    /// What is wrong with the key, as a sentence with the way out.
    pub fn of_key(&self) -> Option<String> {
        let error = self.key.as_ref()?;
        Some(plain(&format!("The key {error}; {}", error.hint())))
    }
}

/// A message of the command line as a page shows it: without marks of code.
fn plain(message: &str) -> String {
    message.replace('`', "")
}

impl WrittenSettings {
    /// Whether it is empty: a key is the minimum.
    pub fn is_empty(&self) -> bool {
        [&self.supabase_url, &self.publishable_key]
            .into_iter()
            .flatten()
            .all(|text| text.trim().is_empty())
    }

    /// Validates the settings, for a page from `page_origin`.
    ///
    /// # Errors
    ///
    /// All errors in address and key.
    pub fn check(&self, page_origin: &str) -> Result<Connection, SettingsProblems> {
        let Self {
            supabase_url,
            publishable_key,
            repository_url,
            realtime,
        } = self;
        let url = supabase_url.as_deref().unwrap_or_default();
        let url = ProjectAddress::parse_on_page(url, page_origin);
        let key = ApiKey::parse_public(publishable_key.as_deref().unwrap_or_default());
        match (url, key) {
            (Ok(url), Ok(key)) => Ok(Connection {
                url,
                key,
                repository: repository_url.as_deref().and_then(repository_link),
                is_realtime: *realtime,
            }),
            (url, key) => Err(SettingsProblems {
                url: url.err(),
                key: key.err(),
            }),
        }
    }
}

// A key in the settings may be a secret one, so it is never printed.
impl std::fmt::Debug for WrittenSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            supabase_url,
            publishable_key: _,
            repository_url,
            realtime,
        } = self;
        f.debug_struct("WrittenSettings")
            .field("supabase_url", supabase_url)
            .field("publishable_key", &"REDACTED")
            .field("repository_url", repository_url)
            .field("realtime", realtime)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_learns_of_both_problems_at_once() {
        let written = WrittenSettings {
            supabase_url: Some("http://example.com".to_owned()),
            publishable_key: Some("sb_secret_abc".to_owned()),
            ..WrittenSettings::default()
        };

        let problems = written
            .check("https://team.github.io")
            .expect_err("both are wrong");

        assert_eq!(
            problems.of_url().as_deref(),
            Some(
                "The address is not encrypted: http to example.com would show the key to the network; \
                 write https://…; plain http is for this machine only (localhost, 127.0.0.1, [::1])"
            )
        );
        assert_eq!(
            problems.of_key().as_deref(),
            Some(
                "The key is a secret key (sb_secret_…), which must never be in a browser; use the \
                 publishable key (sb_publishable_…), and replace this one in Supabase if it was ever published"
            )
        );
    }

    #[test]
    fn an_empty_address_is_the_page_s_own_server() {
        let written = WrittenSettings {
            supabase_url: None,
            publishable_key: Some("sb_publishable_abc".to_owned()),
            repository_url: Some("javascript:alert(1)".to_owned()),
            ..WrittenSettings::default()
        };

        let connection = written
            .check("http://127.0.0.1:54321")
            .expect("a local stack");

        assert_eq!(connection.url.as_str(), "http://127.0.0.1:54321");
        assert_eq!(connection.repository, None);
    }

    #[test]
    fn a_key_is_in_no_debug_output() {
        let written = WrittenSettings {
            publishable_key: Some("sb_publishable_abc".to_owned()),
            ..WrittenSettings::default()
        };
        let connection = written.check("https://a.b").expect("valid");

        assert!(!format!("{written:?} {connection:?}").contains("sb_publishable_abc"));
    }
}
