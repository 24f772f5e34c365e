//! Values that must not be shown.

use std::fmt;

/// A value that prints as `REDACTED`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    /// Hides `value`.
    pub(crate) fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the only place that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("REDACTED")
    }
}

/// Removes secrets from text before it is shown or written: a server may echo a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scrubber {
    secrets: Vec<Secret>,
}

impl Scrubber {
    /// Shorter values are not secrets, and removing them would damage ordinary text.
    const SHORTEST: usize = 8;

    /// Adds a secret.
    pub(crate) fn add(&mut self, secret: &str) {
        let secret = secret.trim();
        if secret.len() >= Self::SHORTEST
            && !self.secrets.iter().any(|known| known.expose() == secret)
        {
            self.secrets.push(Secret::new(secret));
        }
        // The signature of a JWT is as sensitive as the whole.
        if let Some((_, signature)) = secret
            .rsplit_once('.')
            .filter(|_| secret.starts_with("eyJ"))
        {
            self.add(signature);
        }
    }

    /// Whether `text` contains a secret.
    pub(crate) fn finds(&self, text: &str) -> bool {
        self.secrets
            .iter()
            .any(|secret| text.contains(secret.expose()))
    }

    /// `text` with `[key]` in place of every secret, and of everything that looks like a secret key.
    pub(crate) fn scrub(&self, mut text: String) -> String {
        for secret in &self.secrets {
            if text.contains(secret.expose()) {
                text = text.replace(secret.expose(), "[key]");
            }
        }
        if text.contains(SECRET_KEY) {
            scrub_unknown(&text)
        } else {
            text
        }
    }
}

/// The prefix of Supabase's secret keys.
const SECRET_KEY: &str = "sb_secret_";

/// Removes unknown secret keys: someone may have typed one into a flag.
fn scrub_unknown(text: &str) -> String {
    let mut pieces = text.split(SECRET_KEY);
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_key =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
        let rest = piece.trim_start_matches(is_key);
        if piece.len() - rest.len() >= Scrubber::SHORTEST {
            clean.push_str("[key]");
            clean.push_str(rest);
        } else {
            clean.push_str(SECRET_KEY);
            clean.push_str(piece);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown_by_debug() {
        assert_eq!(
            format!("{:?}", Some(Secret::new("sb_secret_abc"))),
            "Some(REDACTED)"
        );
    }

    #[test]
    fn a_secret_key_of_another_project_is_taken_out_and_talk_about_keys_is_not() {
        let scrub = |text: &str| Scrubber::default().scrub(text.to_owned());
        assert_eq!(
            scrub("found `sb_secret_0123456789ab`, no"),
            "found `[key]`, no"
        );
        assert_eq!(scrub("wanted `sb_secret_…`"), "wanted `sb_secret_…`");
    }

    #[test]
    fn a_key_is_taken_out_of_any_text_also_the_signature_alone() {
        let mut scrubber = Scrubber::default();
        scrubber.add("sb_secret_sentinel\n");
        scrubber.add("eyJhbGciOi.eyJyb2xlIjoi.signature-of-it");

        let echo = "bad key sb_secret_sentinel; JWS signature-of-it is wrong".to_owned();
        assert_eq!(scrubber.scrub(echo), "bad key [key]; JWS [key] is wrong");
    }

    proptest::proptest! {
        #[test]
        fn no_text_around_a_key_keeps_it(before in ".*", key in "sb_secret_[A-Za-z0-9_-]{8,40}", after in ".*") {
            let mut scrubber = Scrubber::default();
            scrubber.add(&key);
            let clean = scrubber.scrub(format!("{before}{key}{after}{key}"));
            proptest::prop_assert!(!clean.contains(&key), "{clean}");
        }
    }
}
