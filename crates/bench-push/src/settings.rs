//! What the variables mean: the project's address and the key to use.

use reqwest::Url;

use crate::{
    environment::Environment,
    key::KeyKind,
    project_url::ProjectUrl,
    secret::{Scrubber, Secret},
};

/// The variable with the project's address.
pub const URL: &str = "SUPABASE_URL";
/// Variables with a key that may write, the first one set is used.
pub const WRITING_KEYS: [&str; 2] = ["SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEY"];
/// Variables with a key that may read, the first one set is used.
pub const READING_KEYS: [&str; 2] = ["SUPABASE_ANON_KEY", "SUPABASE_PUBLISHABLE_KEY"];

/// A Supabase project: where it is, and the key to use.
#[derive(Debug, Clone)]
pub struct Project {
    /// Where it is.
    pub url: ProjectUrl,
    /// The key.
    pub key: Key,
}

/// A key and where it came from.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key itself.
    pub secret: Secret,
    /// What kind it is.
    pub kind: KeyKind,
    /// The variable that held it.
    pub variable: &'static str,
}

/// What a verb wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A publishable key will do.
    Read,
    /// Only a secret key will do.
    Write,
}

/// Why there is no project to talk to. No message quotes a key or an address with one in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// No address.
    #[error("no project is set: `{URL}` is empty")]
    NoUrl,
    /// A key where the address belongs.
    #[error("`{URL}` holds a key, not an address")]
    KeyAsUrl,
    /// No address at all.
    #[error("`{URL}` is not an address: {reason}")]
    NotAUrl {
        /// What is wrong with it.
        reason: String,
    },
    /// `https://user:password@…`.
    #[error("`{URL}` has a user name or password in it")]
    UserInUrl,
    /// `http` to another machine.
    #[error("`{URL}` is not encrypted: `http` to `{host}` would show the key to the network")]
    NotEncrypted {
        /// The other machine.
        host: String,
    },
    /// No key.
    #[error("no key is set: {wanted}", wanted = wanted(*.access))]
    NoKey {
        /// What for.
        access: Access,
    },
    /// A public key where a secret one belongs, or the reverse.
    #[error("`{variable}` holds {found}, wanted {wanted}", found = .kind.name())]
    WrongKey {
        /// The variable.
        variable: &'static str,
        /// What it holds.
        kind: KeyKind,
        /// What belongs there.
        wanted: &'static str,
    },
    /// White space or other characters that no key has.
    #[error("`{variable}` holds no key: character {position} is {found}")]
    NotAKey {
        /// The variable.
        variable: &'static str,
        /// The first wrong character, counted from 1.
        position: usize,
        /// What it is.
        found: &'static str,
    },
}

fn wanted(access: Access) -> String {
    match access {
        Access::Write => format!("set `{}` or `{}`", WRITING_KEYS[0], WRITING_KEYS[1]),
        Access::Read => format!("set `{}` or `{}`", READING_KEYS[1], READING_KEYS[0]),
    }
}

impl SettingsError {
    /// The way out.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoUrl => format!(
                "set `{URL}` to your project's address, such as https://abcdefgh.supabase.co,\n\
                 in the environment or in a `.env` file; `bench-local keys` prints those of the local stack"
            ),
            Self::KeyAsUrl => format!(
                "`{URL}` is an address such as https://abcdefgh.supabase.co; if the key was shown anywhere, make a new one"
            ),
            Self::NotAUrl { .. } => "write it like https://abcdefgh.supabase.co".to_owned(),
            Self::UserInUrl => format!("keys go into `{}`, the address stays bare", WRITING_KEYS[0]),
            Self::NotEncrypted { .. } => {
                "write https://…; plain http is for this machine only (localhost, 127.0.0.1, [::1])".to_owned()
            }
            Self::NoKey { access: Access::Write } => {
                "Supabase shows the keys under Project Settings → API Keys; in CI they come from a secret,\n\
                 which workflows of a fork do not get"
                    .to_owned()
            }
            Self::NoKey { access: Access::Read } => {
                "Supabase shows the keys under Project Settings → API Keys".to_owned()
            }
            Self::WrongKey { variable, kind, .. } if kind.is_private() => format!(
                "move it to `{}`, and make a new one if a web page or a log has shown it",
                secret_variable_like(variable)
            ),
            Self::WrongKey { kind: KeyKind::PersonalToken, .. } => {
                "a personal token is for the Supabase CLI; take the project's key from Project Settings → API Keys"
                    .to_owned()
            }
            Self::WrongKey { .. } => {
                "a publishable key may only read; take the secret one from Project Settings → API Keys".to_owned()
            }
            Self::NotAKey { .. } => {
                "a key is one word of letters, digits, `.`, `_` and `-`; was the whole line copied?".to_owned()
            }
        })
    }
}

fn secret_variable_like(variable: &str) -> &'static str {
    if variable.ends_with("ANON_KEY") {
        WRITING_KEYS[0]
    } else {
        WRITING_KEYS[1]
    }
}

impl Project {
    /// The project that `environment` names, for a verb that needs `access`.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] when the address or the key is missing, wrong, or in the wrong variable.
    pub fn read(environment: &Environment, access: Access) -> Result<Self, SettingsError> {
        let url = ProjectUrl::parse(environment.get(URL).ok_or(SettingsError::NoUrl)?)?;
        let writing = keys_in(environment, WRITING_KEYS)?;
        let reading = keys_in(environment, READING_KEYS)?;
        let mut keys = match access {
            Access::Write => writing,
            // A key that may read is enough, so the stronger one stays at home.
            Access::Read => [reading, writing].concat(),
        };
        if keys.is_empty() {
            return Err(SettingsError::NoKey { access });
        }
        Ok(Self {
            url,
            key: keys.remove(0),
        })
    }
}

/// A scrubber that knows every key and password in `environment`, used or not.
pub fn scrubber(environment: &Environment) -> Scrubber {
    let mut scrubber = Scrubber::default();
    for variable in WRITING_KEYS {
        if let Some(key) = environment.get(variable) {
            scrubber.add(key);
        }
    }
    // A secret key in the wrong variable is a secret all the same; a public one may be shown.
    for variable in READING_KEYS.into_iter().chain([URL]) {
        if let Some(key) = environment
            .get(variable)
            .filter(|key| KeyKind::of(key.trim()).is_private())
        {
            scrubber.add(key);
        }
    }
    let addresses = [URL, "DATABASE_URL"]
        .into_iter()
        .filter_map(|name| environment.get(name));
    for url in addresses.filter_map(|address| Url::parse(address.trim()).ok()) {
        scrubber.add(url.password().unwrap_or_default());
    }
    scrubber
}

fn keys_in(
    environment: &Environment,
    variables: [&'static str; 2],
) -> Result<Vec<Key>, SettingsError> {
    variables
        .into_iter()
        .filter_map(|variable| {
            environment
                .get(variable)
                .map(|key| read_key(variable, key.trim()))
        })
        .collect()
}

fn read_key(variable: &'static str, key: &str) -> Result<Key, SettingsError> {
    let wrong = |character: char| !character.is_ascii_graphic();
    if let Some((index, character)) = key
        .chars()
        .enumerate()
        .find(|(_, character)| wrong(*character))
    {
        let found = if character.is_whitespace() {
            "white space"
        } else {
            "no plain character"
        };
        return Err(SettingsError::NotAKey {
            variable,
            position: index + 1,
            found,
        });
    }
    let kind = KeyKind::of(key);
    let wanted = if WRITING_KEYS.contains(&variable) {
        (kind.is_public() || kind == KeyKind::PersonalToken)
            .then_some("a secret key (`sb_secret_…` or service-role)")
    } else {
        (kind.is_private() || kind == KeyKind::PersonalToken)
            .then_some("a publishable key (`sb_publishable_…` or anon)")
    };
    match wanted {
        Some(wanted) => Err(SettingsError::WrongKey {
            variable,
            kind,
            wanted,
        }),
        None => Ok(Key {
            secret: Secret::new(key),
            kind,
            variable,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL_OK: (&str, &str) = ("SUPABASE_URL", "https://abc.supabase.co/rest/v1/");

    fn refuse<const N: usize>(variables: [(&str, &str); N], access: Access) -> String {
        let error =
            Project::read(&Environment::of(variables), access).expect_err("must be refused");
        format!("{error}\n\nhint: {}", error.hint().unwrap_or_default())
    }

    #[test]
    fn every_wrong_setting_is_a_sentence_with_a_way_out() {
        let messages = [
            refuse([], Access::Write),
            refuse([URL_OK], Access::Write),
            refuse([URL_OK], Access::Read),
            refuse([("SUPABASE_URL", "sb_secret_sentinel")], Access::Write),
            refuse([("SUPABASE_URL", "abc.supabase.co")], Access::Write),
            refuse([("SUPABASE_URL", "http://abc.supabase.co")], Access::Write),
            refuse(
                [("SUPABASE_URL", "https://me:sentinel@abc.supabase.co")],
                Access::Write,
            ),
            refuse(
                [URL_OK, ("SUPABASE_SECRET_KEY", "sb_publishable_x")],
                Access::Write,
            ),
            refuse(
                [URL_OK, ("SUPABASE_PUBLISHABLE_KEY", "sb_secret_sentinel")],
                Access::Write,
            ),
            refuse(
                [URL_OK, ("SUPABASE_SERVICE_ROLE_KEY", "sb_secret_ sentinel")],
                Access::Write,
            ),
            refuse(
                [URL_OK, ("SUPABASE_SECRET_KEY", "sbp_sentinel")],
                Access::Write,
            ),
        ]
        .join("\n----\n");
        assert!(!messages.contains("sentinel"), "{messages}");
        insta::assert_snapshot!(messages);
    }

    #[test]
    fn a_reading_verb_takes_the_weaker_key_when_both_are_set() -> Result<(), SettingsError> {
        let environment = Environment::of([
            URL_OK,
            ("SUPABASE_SECRET_KEY", "sb_secret_x"),
            ("SUPABASE_PUBLISHABLE_KEY", "sb_publishable_x"),
        ]);
        assert_eq!(
            Project::read(&environment, Access::Read)?.key.kind,
            KeyKind::Publishable
        );
        assert_eq!(
            Project::read(&environment, Access::Write)?.key.kind,
            KeyKind::Secret
        );
        Ok(())
    }
}
