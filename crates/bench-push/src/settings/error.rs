use bench_model::{
    api_key::{ApiKeyError, KeyKind},
    project_address::AddressError,
};

use crate::settings::{
    environment::Refused,
    variables::{Access, READING_KEYS, URL, WRITING_KEYS},
};

/// Why no project is configured. No message quotes a key, or an address that contains one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SettingsError {
    /// No address.
    #[error("no project is set: `{URL}` is empty")]
    NoUrl,
    /// An invalid address.
    #[error("`{URL}` {0}")]
    Address(#[from] AddressError),
    /// No key.
    #[error("no key is set: {wanted}", wanted = wanted(*.access))]
    NoKey {
        /// The required access.
        access: Access,
    },
    /// Address and key of different origin: whoever writes the file would get the key.
    #[error(
        "`{in_process}` is set in the environment and `{in_file}` in a `.env` file; a key is sent only to an address from the same place"
    )]
    Apart {
        /// The variable of the process.
        in_process: &'static str,
        /// The variable of the file.
        in_file: &'static str,
    },
    /// A variable that a `.env` file may not give.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A public key in place of a secret one, or vice versa.
    #[error("`{variable}` holds {found}, wanted {wanted}", found = .kind.name())]
    WrongKey {
        /// The variable.
        variable: &'static str,
        /// What it contains.
        kind: KeyKind,
        /// What is expected.
        wanted: &'static str,
    },
    /// An invalid key.
    #[error("`{variable}` {error}")]
    NotAKey {
        /// The variable.
        variable: &'static str,
        /// What is wrong with it.
        error: ApiKeyError,
    },
}

fn wanted(access: Access) -> String {
    match access {
        Access::Write => format!("set `{}` or `{}`", WRITING_KEYS[0], WRITING_KEYS[1]),
        Access::Read => format!("set `{}` or `{}`", READING_KEYS[1], READING_KEYS[0]),
    }
}

impl SettingsError {
    /// How to fix it.
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::NoUrl => format!(
                "set `{URL}` to your project's address, such as https://abcdefgh.supabase.co,\n\
                 in the environment or in a `.env` file; `bench-local keys` prints those of the local stack"
            ),
            Self::Address(AddressError::HasUser) => {
                format!("keys go into `{}`, the address stays bare", WRITING_KEYS[0])
            }
            Self::Address(error) => error.hint().to_owned(),
            Self::NoKey { access: Access::Write } => {
                "Supabase shows the keys under Project Settings → API Keys; in CI they come from a secret,\n\
                 which workflows of a fork do not get"
                    .to_owned()
            }
            Self::NoKey { access: Access::Read } => {
                "Supabase shows the keys under Project Settings → API Keys".to_owned()
            }
            Self::Apart { in_process, in_file } => format!(
                "set `{in_file}` in the environment as well, or unset `{in_process}` to use the file alone"
            ),
            Self::Refused(refused) => refused.hint(),
            Self::WrongKey { kind: KeyKind::PersonalToken, .. } => {
                "a personal token is for the Supabase CLI; take the project's key from Project Settings → API Keys"
                    .to_owned()
            }
            Self::WrongKey { variable, kind, .. } if kind.is_private() => format!(
                "move it to `{}`, and make a new one if a web page or a log has shown it",
                secret_variable_like(variable)
            ),
            Self::WrongKey { .. } => {
                "a publishable key may only read; take the secret one from Project Settings → API Keys".to_owned()
            }
            Self::NotAKey { error, .. } => error.hint().to_owned(),
        }
    }
}

fn secret_variable_like(variable: &str) -> &'static str {
    if variable.ends_with("ANON_KEY") {
        WRITING_KEYS[0]
    } else {
        WRITING_KEYS[1]
    }
}
