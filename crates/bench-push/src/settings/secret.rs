//! Values that must not be shown.

mod traces;

use std::{fmt, ops::Range};

use bench_model::api_key::KeyKind;

use self::traces::Traces;

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

/// Removes secrets from text before it is shown, written or shortened: a server may echo a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scrubber {
    secrets: Vec<Secret>,
    /// Pieces of them, and their encoded forms.
    traces: Traces,
    /// The same without what a public key has as well, which is no sign of a secret in data.
    own_traces: Traces,
}

impl Scrubber {
    /// Shorter values are not secrets, and removing them would damage ordinary text.
    const SHORTEST: usize = 8;
    /// A piece this long is a key in a report, a shorter one may be a coincidence.
    const NO_CHANCE: usize = 20;

    /// Adds a key. Keys are random, so a piece of one in a text is no coincidence.
    pub(crate) fn add(&mut self, key: &str) {
        let Some(key) = self.remember(key) else {
            return;
        };
        // The prefix is no secret, and is in our own sentences.
        let own = match key.find(SECRET_KEY) {
            Some(start) => &key[start + SECRET_KEY.len() - 4..],
            None => key,
        };
        if own.len() >= Self::SHORTEST {
            self.traces.add(own);
        }
        let own = signature(own).unwrap_or(own);
        if own.len() >= Self::SHORTEST {
            self.own_traces.add(own);
        }
    }

    /// Adds a password, which may be made of words that stand in other text too, and may be in
    /// percent form.
    pub(crate) fn add_password(&mut self, password: &str) {
        self.remember(password);
        let password = percent_decoded(password);
        self.remember(&password);
        if password.len() < Self::SHORTEST {
            return;
        }
        for traces in [&mut self.traces, &mut self.own_traces] {
            if looks_generated(&password) {
                traces.add(&password);
            } else {
                traces.add_encoded(&password);
            }
        }
    }

    /// Adds the passwords in an address or a list of settings such as `host=a password=b`.
    pub(crate) fn add_passwords_in(&mut self, text: &str) {
        for (index, separator) in text.match_indices("://") {
            let rest = &text[index + separator.len()..];
            let rest = rest.split_whitespace().next().unwrap_or_default();
            let user = rest.rsplit_once('@').map_or("", |(user, _)| user);
            if let Some((_, password)) = user.split_once(':') {
                self.add_password(password);
            }
        }
        for (index, name) in text.match_indices("password=") {
            let rest = &text[index + name.len()..];
            let value = match rest.strip_prefix('\'') {
                Some(quoted) => quoted.split('\'').next(),
                None => rest.split(|c: char| c.is_whitespace() || c == '&').next(),
            };
            self.add_password(value.unwrap_or_default());
        }
    }

    /// Remembers a secret as a whole; none if it is too short or known.
    fn remember<'a>(&mut self, secret: &'a str) -> Option<&'a str> {
        let secret = secret.trim();
        let is_new = secret.len() >= Self::SHORTEST
            && !self.secrets.iter().any(|known| known.expose() == secret);
        is_new.then(|| {
            self.secrets.push(Secret::new(secret));
            secret
        })
    }

    /// Whether `text` contains a secret, or too much of it to be a coincidence.
    pub(crate) fn finds(&self, text: &str) -> bool {
        let is_whole = |secret: &Secret| text.contains(secret.expose());
        self.secrets.iter().any(is_whole)
            || (self.own_traces.find(text).iter()).any(|range| range.len() >= Self::NO_CHANCE)
    }

    /// `text` with `[key]` in place of every secret, of every piece of one, and of everything that
    /// looks like a secret key.
    pub(crate) fn scrub(&self, mut text: String) -> String {
        for secret in &self.secrets {
            if text.contains(secret.expose()) {
                text = text.replace(secret.expose(), REDACTED);
            }
        }
        text = without_pieces(&self.traces, text);
        if text.contains(SECRET_KEY) {
            text = scrub_unknown(&text);
        }
        if text.contains(JWT) {
            text = scrub_private_jwts(&text);
        }
        text
    }

    /// A server's data without pieces of a key. Words stay, whatever a password is made of.
    pub(crate) fn scrub_data(&self, bytes: Vec<u8>) -> Vec<u8> {
        match str::from_utf8(&bytes) {
            Ok(text) if !self.own_traces.find(text).is_empty() => {
                without_pieces(&self.own_traces, text.to_owned()).into_bytes()
            }
            _ => bytes,
        }
    }

    /// A server's text, scrubbed before anything else reads it. If it was cut off (`is_cut`), so
    /// may be a secret at its end.
    pub(crate) fn scrub_bytes(&self, bytes: &[u8], is_cut: bool) -> Vec<u8> {
        /// More than the longest beginning of a secret that is not recognised.
        const MARGIN: usize = 64;
        let mut text = self.scrub(String::from_utf8_lossy(bytes).into_owned());
        if is_cut {
            let mut end = text.len().saturating_sub(MARGIN);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            text.truncate(end);
        }
        text.into_bytes()
    }
}

/// What stands in place of a secret.
const REDACTED: &str = "[key]";
/// The prefix of Supabase's secret keys.
const SECRET_KEY: &str = "sb_secret_";
/// The beginning of every JWT.
const JWT: &str = "eyJ";

/// Whether chance made the password, so that eight of its characters are no word.
fn looks_generated(password: &str) -> bool {
    let has = |is_of: fn(&u8) -> bool| password.bytes().any(|byte| is_of(&byte));
    let classes = [
        has(u8::is_ascii_lowercase),
        has(u8::is_ascii_uppercase),
        has(u8::is_ascii_digit),
        has(|byte| !byte.is_ascii_alphanumeric()),
    ];
    classes.into_iter().filter(|has| *has).count() >= 3
}

/// `text` with `[key]` in place of every piece of a secret.
fn without_pieces(traces: &Traces, text: String) -> String {
    let found = traces.find(&text);
    if found.is_empty() {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut at = 0;
    for range in found {
        let Range { start, end } = with_prefix(&text, range);
        clean.push_str(&text[at..start.max(at)]);
        clean.push_str(REDACTED);
        at = end;
    }
    clean + &text[at..]
}

/// What only this JWT has: its header, and much of its claims, are those of the anon key too.
fn signature(key: &str) -> Option<&str> {
    let (_, signature) = key.rsplit_once('.').filter(|_| key.starts_with(JWT))?;
    Some(signature)
}

/// The range with as much of a secret key's prefix as stands before it.
fn with_prefix(text: &str, range: Range<usize>) -> Range<usize> {
    let before = &text.as_bytes()[..range.start];
    let is_before = |length: &usize| {
        before.len() >= *length
            && before[before.len() - length..]
                .eq_ignore_ascii_case(&SECRET_KEY.as_bytes()[..*length])
    };
    let length = (2..=SECRET_KEY.len()).rev().find(is_before).unwrap_or(0);
    range.start - length..range.end
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        let hex = others.get(..2).and_then(|hex| str::from_utf8(hex).ok());
        let value = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        if let (b'%', Some(value)) = (first, value) {
            bytes.push(value);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Removes unknown secret keys: someone may have typed one into a flag.
fn scrub_unknown(text: &str) -> String {
    let mut pieces = text.split(SECRET_KEY);
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let is_key =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
        let rest = piece.trim_start_matches(is_key);
        if piece.len() - rest.len() >= Scrubber::SHORTEST {
            clean.push_str(REDACTED);
            clean.push_str(rest);
        } else {
            clean.push_str(SECRET_KEY);
            clean.push_str(piece);
        }
    }
    clean
}

/// Removes unknown JWTs of a private role.
fn scrub_private_jwts(text: &str) -> String {
    let is_jwt = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(JWT) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_jwt(c)).unwrap_or(from.len());
        let token = &from[..end];
        clean.push_str(before);
        clean.push_str(if KeyKind::of(token).is_private() {
            REDACTED
        } else {
            token
        });
        rest = &from[end..];
    }
    clean + rest
}

#[cfg(test)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a place in a text of the test"
)]
#[expect(clippy::format_collect, reason = "short texts, in plain words")]
mod tests {
    use base64::{
        Engine as _,
        engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
    };

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

        #[test]
        fn no_piece_of_a_secret_is_left_however_it_is_written_and_wherever_it_is_cut(
            secret in secrets(),
            before in "[a-z .,:\"{}\n]{0,20}",
            after in "[a-z .,:\"{}\n]{0,20}",
            writing in 0..WRITINGS.len(),
            cut in 0.0..1.0_f64,
        ) {
            let mut scrubber = Scrubber::default();
            scrubber.add(&secret);
            let written = WRITINGS[writing](&secret);
            let whole = format!("{before}{written}{after}");
            let end = (cut * whole.len() as f64) as usize;
            for text in [&whole[..], &whole[..end], &whole[end..]] {
                let clean = scrubber.scrub(text.to_owned());
                proptest::prop_assert_eq!(shown(&clean, &secret), None, "{} in {:?}", writing, clean);
            }
        }

        #[test]
        fn text_without_a_secret_stays_as_it_is(secret in secrets(), text in "\\PC{0,200}") {
            let mut scrubber = Scrubber::default();
            scrubber.add(&secret);
            proptest::prop_assume!(!text.contains("eyJ") && !text.contains("sb_secret_"));
            proptest::prop_assert_eq!(scrubber.scrub(text.clone()), text);
        }
    }

    fn secrets() -> impl proptest::strategy::Strategy<Value = String> {
        proptest::prop_oneof![
            "sb_secret_[A-Za-z0-9_-]{20,60}",
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9\\.eyJyb2xlIjoic2VydmljZV9yb2xlIn0\\.[A-Za-z0-9_-]{43}",
            "[A-Za-z0-9]{24,40}",
        ]
    }

    /// How a server may write a key that it has got.
    const WRITINGS: [fn(&str) -> String; 13] = [
        str::to_owned,
        |key| key.to_uppercase(),
        |key| key.bytes().map(|byte| format!("%{byte:02X}")).collect(),
        |key| key.bytes().map(|byte| format!("%25{byte:02x}")).collect(),
        |key| key.bytes().map(|byte| format!("\\u{byte:04x}")).collect(),
        |key| {
            key.bytes()
                .map(|byte| format!("\\\\u00{byte:02x}"))
                .collect()
        },
        |key| key.bytes().map(|byte| format!("&#{byte};")).collect(),
        |key| spread(key, 5, " "),
        |key| spread(key, 3, "\", \""),
        |key| spread(key, 7, "\r\n\t"),
        |key| STANDARD.encode(format!("user:{key}")),
        |key| {
            spread(
                &URL_SAFE_NO_PAD.encode(format!("{{\"a\":\"{key}\"}}")),
                19,
                "\n",
            )
        },
        |key| key.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];

    /// `text` with `between` after every `every` characters.
    fn spread(text: &str, every: usize, between: &str) -> String {
        let pieces: Vec<&str> = text
            .as_bytes()
            .chunks(every)
            .map(|piece| str::from_utf8(piece).expect("ASCII"))
            .collect();
        pieces.join(between)
    }

    /// A piece of the secret part of `key` in `clean`, in any of the ways in which it is written.
    fn shown(clean: &str, key: &str) -> Option<String> {
        let own = key.strip_prefix("sb_secret_").unwrap_or(key);
        let clean = clean.to_lowercase();
        let dense: String = clean.chars().filter(char::is_ascii_alphanumeric).collect();
        let piece_in = |form: &str, text: &str, length: usize| {
            let form = form.to_lowercase();
            let mut pieces = form.as_bytes().windows(length);
            pieces.find_map(|piece| {
                let piece = str::from_utf8(piece).expect("ASCII");
                text.contains(piece).then(|| piece.to_owned())
            })
        };
        let plain: String = own.chars().filter(char::is_ascii_alphanumeric).collect();
        let hex: String = own.bytes().map(|byte| format!("{byte:02x}")).collect();
        let percent: String = own.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let unicode: String = own.bytes().map(|byte| format!("u00{byte:02x}")).collect();
        let decimal: String = own.bytes().map(|byte| byte.to_string()).collect();
        let base64 = (0..3).find_map(|before| {
            let text = STANDARD.encode([&[0; 2][..before], own.as_bytes()].concat());
            let text: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            piece_in(&text[4..text.len() - 4], &dense, 12)
        });
        piece_in(own, &clean, 8)
            .or_else(|| piece_in(&plain, &dense, 12))
            .or_else(|| piece_in(&hex, &dense, 16))
            .or_else(|| piece_in(&percent, &clean, 24))
            // The cut may have taken the first backslash.
            .or_else(|| piece_in(&unicode, &dense, 45))
            .or_else(|| piece_in(&decimal, &dense, 24))
            .or(base64)
    }

    #[test]
    fn a_password_of_words_is_taken_out_as_a_whole_and_damages_no_other_text() {
        let mut scrubber = Scrubber::default();
        scrubber.add_passwords_in("postgresql://me:my%20environment@h/db");
        let text = "environment, my%20environment, my environment".to_owned();
        assert_eq!(scrubber.scrub(text), "environment, [key], [key]");
        let text = STANDARD.encode("me:my environment");
        assert!(scrubber.scrub(text).contains("[key]"));
    }

    #[test]
    fn the_words_of_a_long_password_stay_in_other_text() {
        let mut scrubber = Scrubber::default();
        scrubber.add_password("the-password-of-postgres");
        let text = "password authentication failed for user postgres".to_owned();
        assert_eq!(scrubber.scrub(text.clone()), text);
        assert_eq!(
            scrubber.scrub("a the-password-of-postgres b".to_owned()),
            "a [key] b"
        );
    }

    #[test]
    fn the_anon_key_of_the_same_project_is_no_sign_of_the_private_one() {
        let jwt = |role: &str, signature: &str| {
            let claims = format!(r#"{{"iss":"supabase","ref":"qmwnebrvtcyx","role":"{role}"}}"#);
            let claims = URL_SAFE_NO_PAD.encode(claims);
            format!("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{claims}.{signature}")
        };
        let private = jwt("service_role", "0123456789abcdefghijABCDEFGHIJ");
        let mut scrubber = Scrubber::default();
        scrubber.add(&private);
        let anon = jwt("anon", "zyxwvutsrqponmlkZYXWVUTSRQPONMLK");
        assert!(!scrubber.finds(&anon));
        assert_eq!(
            scrubber.scrub_data(anon.clone().into_bytes()),
            anon.as_bytes()
        );
        assert!(scrubber.finds(&private));
        assert!(scrubber.finds("signed 0123456789abcdefghijABCD"));
    }

    #[test]
    fn passwords_are_found_in_addresses_and_in_lists_of_settings() {
        for text in [
            "postgresql://postgres:Sentinel-01@h:5432/db",
            "--database-url=postgresql://postgres:Sentinel-01@h",
            "host=h password=Sentinel-01 user=u",
            "host=h password='Sentinel-01' user=u",
            "postgresql://h/db?password=Sentinel-01&user=u",
            "https://me:Sentinel%2D01@proxy.example",
        ] {
            let mut scrubber = Scrubber::default();
            scrubber.add_passwords_in(text);
            assert_eq!(
                scrubber.scrub("a Sentinel-01 b".to_owned()),
                "a [key] b",
                "{text}"
            );
        }
    }

    #[test]
    fn a_jwt_of_a_private_role_is_taken_out_and_an_anon_key_is_not() {
        let jwt = |claims: &str| {
            format!(
                "eyJhbGciOiJIUzI1NiJ9.{}.c2ln",
                URL_SAFE_NO_PAD.encode(claims)
            )
        };
        let scrub = |text: String| Scrubber::default().scrub(text);
        let private = jwt(r#"{"role":"service_role"}"#);
        assert_eq!(scrub(format!("found `{private}`, no")), "found `[key]`, no");
        let public = jwt(r#"{"role":"anon"}"#);
        assert_eq!(scrub(public.clone()), public);
    }

    #[test]
    fn a_text_that_was_cut_off_may_end_in_a_key() {
        let mut scrubber = Scrubber::default();
        scrubber.add("sb_secret_0123456789abcdefghij");
        let cut = format!("{}sb_secret_012345", "x".repeat(100));
        let clean = scrubber.scrub_bytes(cut.as_bytes(), true);
        assert!(!String::from_utf8_lossy(&clean).contains("01"));
    }
}
