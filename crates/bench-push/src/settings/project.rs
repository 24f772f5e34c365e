//! The project's address and key, from the variables.

use crate::settings::{
    environment::{Environment, Source},
    error::SettingsError,
    secret::Scrubber,
    variables::{ALL_KEYS, Access, DATABASE_URL, GITHUB_TOKENS, READING_KEYS, URL, WRITING_KEYS},
};
use bench_model::{
    api_key::{ApiKey, KeyKind},
    project_address::ProjectAddress,
};

/// A Supabase project: its address and the key to use.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// Its address.
    pub(crate) url: ProjectAddress,
    /// The key.
    pub(crate) key: ApiKey,
    /// The variable that held the key.
    pub(crate) variable: &'static str,
}

impl Project {
    /// The project in `environment`, for a verb that needs `access`.
    ///
    /// Address and key come from the environment of the process if it names any of them, otherwise
    /// from the `.env` file: a file must not choose where a key from elsewhere is sent.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] if the address or the key is missing, invalid, in the wrong variable, or
    /// in another place than the other.
    pub(crate) fn read(environment: &Environment, access: Access) -> Result<Self, SettingsError> {
        let set = |source, names: &[&'static str]| {
            let is_set = |name: &&&str| environment.get_from(source, name).is_some();
            names.iter().find(is_set).copied()
        };
        let keys: &[&'static str] = match access {
            Access::Write => &WRITING_KEYS,
            Access::Read => &ALL_KEYS,
        };
        let named = set(Source::Process, &[URL]).or_else(|| set(Source::Process, &ALL_KEYS));
        let source = match named {
            Some(_) => Source::Process,
            None => Source::File,
        };
        let apart = |wanted: &[&'static str]| {
            let in_file = set(Source::File, wanted)?;
            Some(SettingsError::Apart {
                in_process: named?,
                in_file,
            })
        };
        let url = environment.get_from(source, URL);
        let refused = |wanted: &[&'static str]| {
            let is_asked = source == Source::File;
            let mut wanted = wanted.iter().filter(|_| is_asked);
            let refused = wanted.find_map(|name| environment.refused(name));
            refused.cloned().map(SettingsError::Refused)
        };
        let url = url.ok_or_else(|| {
            let why = apart(&[URL]).or_else(|| refused(&[URL]));
            why.unwrap_or(SettingsError::NoUrl)
        })?;
        let url = ProjectAddress::parse(url)?;
        let writing = keys_in(environment, source, WRITING_KEYS)?;
        let reading = keys_in(environment, source, READING_KEYS)?;
        let mut found = match access {
            Access::Write => writing,
            // A read-only key is enough, so the more powerful one is not sent.
            Access::Read => [reading, writing].concat(),
        };
        if found.is_empty() {
            let why = apart(keys).or_else(|| refused(keys));
            return Err(why.unwrap_or(SettingsError::NoKey { access }));
        }
        let (key, variable) = found.remove(0);
        Ok(Self { url, key, variable })
    }
}

impl Project {
    /// The project with the most powerful key available: a writing one, otherwise a reading one,
    /// also if a writing one exists that must not be used.
    ///
    /// # Errors
    ///
    /// As [`Project::read`].
    pub(crate) fn strongest(environment: &Environment) -> Result<Self, SettingsError> {
        match Self::read(environment, Access::Write) {
            Err(SettingsError::NoKey { .. }) => Self::read(environment, Access::Read),
            Err(error @ (SettingsError::Apart { .. } | SettingsError::Refused(_))) => {
                Self::read(environment, Access::Read).map_err(|_| error)
            }
            project => project,
        }
    }

    /// Whether the key came from a variable for writing keys.
    pub(crate) fn may_write(&self) -> bool {
        WRITING_KEYS.contains(&self.variable)
    }
}

/// A scrubber for every key and password in `environment`, used or not.
pub(crate) fn scrubber(environment: &Environment) -> Scrubber {
    let mut scrubber = Scrubber::default();
    for variable in WRITING_KEYS {
        for key in environment.all(variable) {
            if !KeyKind::of(key).is_public() {
                scrubber.add(key);
            }
        }
    }
    for variable in GITHUB_TOKENS {
        for token in environment.all(variable) {
            scrubber.add(token);
        }
    }
    // A secret key in the wrong variable is still a secret; a public one may be shown.
    for variable in READING_KEYS.into_iter().chain([URL]) {
        for key in environment.all(variable) {
            if KeyKind::of(key).is_private() {
                scrubber.add(key);
            }
        }
    }
    let proxies = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let addresses = [URL, DATABASE_URL, "BENCH_PUSH_DATABASE_URL"];
    for variable in addresses.into_iter().chain(proxies) {
        for address in environment.all(variable) {
            scrubber.add_passwords_in(address);
        }
    }
    if let Some(password) = environment.get("PGPASSWORD") {
        scrubber.add_password(password);
    }
    scrubber
}

fn keys_in(
    environment: &Environment,
    source: Source,
    variables: [&'static str; 2],
) -> Result<Vec<(ApiKey, &'static str)>, SettingsError> {
    variables
        .into_iter()
        .filter_map(|variable| {
            environment
                .get_from(source, variable)
                .map(|key| Ok((read_key(variable, key)?, variable)))
        })
        .collect()
}

fn read_key(variable: &'static str, key: &str) -> Result<ApiKey, SettingsError> {
    let key = ApiKey::parse(key).map_err(|error| SettingsError::NotAKey { variable, error })?;
    let kind = key.kind();
    let wanted = if WRITING_KEYS.contains(&variable) {
        (kind.is_public() || kind == KeyKind::PersonalToken)
            .then_some("a secret key (`sb_secret_…` or service-role)")
    } else {
        kind.is_private()
            .then_some("a publishable key (`sb_publishable_…` or anon)")
    };
    match wanted {
        Some(wanted) => Err(SettingsError::WrongKey {
            variable,
            kind,
            wanted,
        }),
        None => Ok(key),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::*;

    const URL_OK: (&str, &str) = ("SUPABASE_URL", "https://abc.supabase.co/rest/v1/");

    fn refuse<const N: usize>(variables: [(&str, &str); N], access: Access) -> String {
        let error =
            Project::read(&Environment::of(variables), access).expect_err("must be refused");
        format!("{error}\n\nhint: {}", error.hint())
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
            Project::read(&environment, Access::Read)?.key.kind(),
            KeyKind::Publishable
        );
        assert_eq!(
            Project::read(&environment, Access::Write)?.key.kind(),
            KeyKind::Secret
        );
        Ok(())
    }

    #[test]
    fn a_key_goes_only_to_an_address_from_the_same_place() {
        const FILE_URL: (&str, &str) = ("SUPABASE_URL", "https://file.example");
        const KEY: (&str, &str) = ("SUPABASE_SECRET_KEY", "sb_secret_x");
        const FILE_KEY: (&str, &str) = ("SUPABASE_SECRET_KEY", "sb_secret_file");
        let read = |environment: Environment| {
            let project = Project::read(&environment, Access::Write)?;
            let Project { url, key, .. } = project;
            Ok::<_, SettingsError>(format!("{} gets {}", url.host(), key.expose()))
        };
        let apart = |in_process, in_file| {
            Err(SettingsError::Apart {
                in_process,
                in_file,
            })
        };

        let process = Environment::of([KEY]).with_file([FILE_URL]);
        assert_eq!(read(process), apart("SUPABASE_SECRET_KEY", "SUPABASE_URL"));
        let process = Environment::of([KEY]).with_file([FILE_URL, FILE_KEY]);
        assert_eq!(read(process), apart("SUPABASE_SECRET_KEY", "SUPABASE_URL"));
        let process = Environment::of([URL_OK]).with_file([FILE_KEY]);
        assert_eq!(read(process), apart("SUPABASE_URL", "SUPABASE_SECRET_KEY"));
        let reading = ("SUPABASE_ANON_KEY", "sb_publishable_x");
        let process = Environment::of([reading]).with_file([FILE_URL, FILE_KEY]);
        assert_eq!(read(process), apart("SUPABASE_ANON_KEY", "SUPABASE_URL"));

        let process = Environment::of([URL_OK, KEY]).with_file([FILE_URL, FILE_KEY]);
        assert_eq!(
            read(process).as_deref(),
            Ok("abc.supabase.co gets sb_secret_x")
        );
        let process = Environment::of([("CI", "1")]).with_file([FILE_URL, FILE_KEY]);
        assert_eq!(
            read(process).as_deref(),
            Ok("file.example gets sb_secret_file")
        );
    }

    #[test]
    fn a_key_in_another_place_does_not_stop_what_a_reading_key_is_enough_for() {
        let strongest = |environment: &Environment| {
            Project::strongest(environment).map(|project| project.variable)
        };
        let file = [("SUPABASE_SECRET_KEY", "sb_secret_file")];
        let reading = ("SUPABASE_PUBLISHABLE_KEY", "sb_publishable_x");
        let environment = Environment::of([URL_OK, reading]).with_file(file);
        assert_eq!(strongest(&environment), Ok("SUPABASE_PUBLISHABLE_KEY"));
        let environment = Environment::of([URL_OK]).with_file(file);
        assert_eq!(
            strongest(&environment),
            Err(SettingsError::Apart {
                in_process: "SUPABASE_URL",
                in_file: "SUPABASE_SECRET_KEY"
            })
        );
    }

    proptest::proptest! {
        #[test]
        fn the_http_client_goes_to_the_host_that_was_checked(
            text in "(http|https)://(localhost|127\\.0\\.0\\.[0-9]|\\[::1\\]|[a-z0-9._-]{1,12})(:[0-9]{1,5})?[a-z0-9./_~%-]{0,12}",
        ) {
            if let Ok(address) = ProjectAddress::parse(&text) {
                let url = Url::parse(address.as_str());
                let Ok(url) = url else {
                    // Names that only the client refuses go nowhere.
                    return Ok(());
                };
                proptest::prop_assert_eq!(url.host_str(), Some(address.host()));
                proptest::prop_assert_eq!(url.scheme() == "http", address.is_plain());
            }
        }
    }
}
