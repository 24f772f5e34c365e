use std::{
    fs,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{failure::Failure, jwt, private_file, random};

/// All secrets of one data folder, generated once and stored in `keys.json`, mode 0600.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Keys {
    /// Signs and verifies the JWTs.
    pub(crate) jwt_secret: String,
    /// Legacy `anon` key: a JWT.
    pub(crate) anon_key: String,
    /// Legacy `service_role` key: a JWT.
    pub(crate) service_role_key: String,
    /// `sb_publishable_…`, the successor of `anon_key`.
    pub(crate) publishable_key: String,
    /// `sb_secret_…`, the successor of `service_role_key`.
    pub(crate) secret_key: String,
    /// Password of `supabase_admin`, used only during startup.
    pub(crate) superuser_password: String,
    /// Password of `postgres`, which owns the database and is not a superuser, as on Supabase.
    pub(crate) postgres_password: String,
    /// Password of `authenticator`, PostgREST's login role.
    pub(crate) authenticator_password: String,
}

impl Keys {
    /// The keys in `file`, if there are some.
    pub(crate) fn read(file: &Path) -> Result<Option<Self>, Failure> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io("cannot read", file)(error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Failure::BadKeys {
                file: file.to_owned(),
                // serde's message names the location and never quotes the file
                reason: format!("line {}, column {}", error.line(), error.column()),
            })
    }

    /// New keys, kept in `file`.
    pub(crate) fn mint_into(file: &Path) -> Result<Self, Failure> {
        let keys = Self::mint()?;
        let text = serde_json::to_string_pretty(&keys).expect("plain strings serialise");
        private_file::write(file, &text)?;
        Ok(keys)
    }

    fn mint() -> Result<Self, Failure> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let jwt_secret = format!("{}{}", random::password()?, random::password()?);
        Ok(Self {
            anon_key: jwt::api_key("anon", &jwt_secret, now),
            service_role_key: jwt::api_key("service_role", &jwt_secret, now),
            publishable_key: with_checksum("sb_publishable_", &random::token()?),
            secret_key: with_checksum("sb_secret_", &random::token()?),
            superuser_password: random::password()?,
            postgres_password: random::password()?,
            authenticator_password: random::password()?,
            jwt_secret,
        })
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(REDACTED)")
    }
}

/// Supabase's format: prefix, 22 random characters, `_`, 8 characters of a checksum.
fn with_checksum(prefix: &str, token: &str) -> String {
    let checksum = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{prefix}{token}")));
    format!("{prefix}{token}_{}", &checksum[..8])
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn keys_are_kept_and_are_readable_for_their_owner_only() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let file = scratch.path().join("keys.json");
        assert!(Keys::read(&file).expect("no file yet").is_none());

        let first = Keys::mint_into(&file).expect("minted");
        let second = Keys::read(&file).expect("read").expect("keys");

        assert_eq!(first.secret_key, second.secret_key);
        let mode = fs::metadata(file).expect("written").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn keys_have_the_shape_of_supabase() {
        let keys = Keys::mint().expect("minted");

        assert_eq!(
            keys.publishable_key.len(),
            "sb_publishable_ACJWlzQHlZjBrEguHvfOxg_3BJgxAaH".len()
        );
        assert_eq!(
            keys.secret_key.len(),
            "sb_secret_N7UND0UgjKTVK-Uodkm0Hg_xSvEMPvz".len()
        );
        assert_eq!(keys.anon_key.split('.').count(), 3);
        assert_ne!(keys.anon_key, keys.service_role_key);
    }

    #[test]
    fn keys_do_not_print_themselves() {
        assert_eq!(
            format!("{:?}", Keys::mint().expect("minted")),
            "Keys(REDACTED)"
        );
    }

    #[test]
    fn a_damaged_key_file_is_named_and_not_quoted() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let file = scratch.path().join("keys.json");
        fs::write(&file, r#"{"jwt_secret": "hush","#).expect("written");

        let message = Keys::read(&file).expect_err("damaged").to_string();

        assert!(
            message.contains("keys.json") && !message.contains("hush"),
            "{message}"
        );
    }
}
