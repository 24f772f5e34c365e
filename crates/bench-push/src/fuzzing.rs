//! This crate's parsers, for `cargo fuzz`.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    cli::side::Side,
    server::retry,
    settings::{dotenv::Dotenv, secret::Scrubber},
    spool,
};

const KEY: &str = "sb_secret_q9Zr4TfW7mKx2LbN8vHd3YcPjS6uGa1e";

/// Reads any bytes as each kind of input, and shows them with a key in the middle.
///
/// # Panics
///
/// If a parser panics, or a piece of the key is left in the text.
pub fn read(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let _ = Dotenv::parse(&text, &BTreeMap::new());
    let _ = spool::parse(bytes);
    let _ = text.parse::<Side>();
    let _ = retry::retry_after(&text, Timestamp::UNIX_EPOCH);

    let mut scrubber = Scrubber::default();
    scrubber.add(KEY);
    let (before, after) = bytes.split_at(bytes.len() / 2);
    let body = [before, KEY.as_bytes(), after].concat();
    for is_cut in [false, true] {
        let clean = scrubber.scrub_bytes(&body, is_cut);
        let secret = KEY["sb_secret_".len()..].as_bytes();
        let shown = secret
            .windows(8)
            .find(|piece| clean.windows(8).any(|window| window == *piece));
        assert!(shown.is_none(), "{}", String::from_utf8_lossy(&clean));
    }
}
