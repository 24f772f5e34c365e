use std::{
    fs,
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    time::{SystemTime, UNIX_EPOCH},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{data_folder::DataFolder, failure::Failure, jwt, random};

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
    /// The folder's keys, generated now if it has none yet.
    pub(crate) fn load_or_mint(folder: &DataFolder) -> Result<Self, Failure> {
        if let Some(keys) = Self::load(folder)? {
            return Ok(keys);
        }
        if folder.has_cluster()? {
            return Err(Failure::LostKeys {
                folder: folder.path().to_owned(),
            });
        }
        let keys = Self::mint()?;
        let text = serde_json::to_string_pretty(&keys).expect("plain strings serialise");
        write_privately(&folder.keys_file(), &text)?;
        Ok(keys)
    }

    /// The folder's keys, if it has any.
    pub(crate) fn load(folder: &DataFolder) -> Result<Option<Self>, Failure> {
        let file = folder.keys_file();
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io("cannot read", file)(error)),
        };
        serde_json::from_str(&text)
            .map(Some)
            .map_err(|error| Failure::BadKeys {
                file,
                // serde's message names the location and never quotes the file
                reason: format!("line {}, column {}", error.line(), error.column()),
            })
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

/// Writes a temporary file and renames it, so that no partial file is ever visible.
pub(crate) fn write_privately(file: &Path, text: &str) -> Result<(), Failure> {
    let half = file.with_extension("json.new");
    fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&half)
        .and_then(|mut handle| {
            handle
                .write_all(text.as_bytes())
                .and_then(|()| handle.sync_all())
        })
        .and_then(|()| fs::rename(&half, file))
        .map_err(Failure::io("cannot write", file))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn keys_are_minted_once_and_are_readable_for_their_owner_only() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let folder = DataFolder::create(scratch.path()).expect("a data folder");

        let first = Keys::load_or_mint(&folder).expect("minted");
        let second = Keys::load_or_mint(&folder).expect("loaded");

        assert_eq!(first.secret_key, second.secret_key);
        let mode = fs::metadata(folder.keys_file())
            .expect("written")
            .permissions()
            .mode();
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
        let folder = DataFolder::create(scratch.path()).expect("a data folder");
        fs::write(folder.keys_file(), r#"{"jwt_secret": "hush","#).expect("written");

        let message = Keys::load(&folder).expect_err("damaged").to_string();

        assert!(
            message.contains("keys.json") && !message.contains("hush"),
            "{message}"
        );
    }
}
