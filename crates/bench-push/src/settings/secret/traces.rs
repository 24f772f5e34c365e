//! Finds pieces of secrets in text, however they are written there.
//!
//! A piece is any eight characters in a row. Ten letters and digits of a secret are also found
//! with other characters between them, such as line breaks, quotes or commas. Case does not count,
//! as a host's name loses it. Text is read as it stands, and with percent-encoding, escapes of JSON
//! and character references of HTML decoded, up to three times. The secret is also searched in
//! base64, in both alphabets, and in hexadecimal.

use std::ops::Range;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};

/// Characters in a row that are a piece of a secret.
const ROW: usize = 8;
/// Letters and digits of a secret, with anything between them, that are a piece of it.
const SCATTERED: usize = 10;
/// How often text is decoded.
const LEVELS: u8 = 3;

/// Every piece of some secrets.
#[derive(Clone, Debug, Default)]
pub(super) struct Traces {
    row: Pieces<ROW>,
    scattered: Pieces<SCATTERED>,
}

impl Traces {
    /// Adds `secret`, of at least eight characters.
    pub(super) fn add(&mut self, secret: &str) {
        self.row.add(secret.bytes());
        self.scattered
            .add(secret.bytes().filter(u8::is_ascii_alphanumeric));
        self.add_encoded(secret);
    }

    /// Adds only the encoded forms of `secret`.
    pub(super) fn add_encoded(&mut self, secret: &str) {
        // Base64 differs with the number of bytes before the secret, modulo three. Its first and
        // last character may hold bits of what stands around the secret.
        for before in 0..3 {
            let padded = [&[0; 2][..before], secret.as_bytes()].concat();
            let text = STANDARD_NO_PAD.encode(&padded);
            let first = [0, 2, 3][before];
            let own = text
                .get(first..text.len().saturating_sub(1))
                .unwrap_or_default();
            self.scattered
                .add(own.bytes().filter(u8::is_ascii_alphanumeric));
        }
        let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
        let hex = secret
            .bytes()
            .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]);
        self.scattered.add(hex);
    }

    /// Where pieces stand in `text`, in order and without overlap.
    pub(super) fn find(&self, text: &str) -> Vec<Range<usize>> {
        if self.row.is_empty() && self.scattered.is_empty() {
            return Vec::new();
        }
        let is_encoded = text.bytes().any(|byte| matches!(byte, b'%' | b'\\' | b'&'));
        let levels = if is_encoded { LEVELS } else { 0 };
        let mut found = Vec::new();
        for level in 0..=levels {
            self.find_decoded(text.as_bytes(), level, &mut found);
        }
        merged(found, text)
    }

    fn find_decoded(&self, text: &[u8], level: u8, found: &mut Vec<Range<usize>>) {
        let (mut row, mut scattered) = (Window::<ROW>::default(), Window::<SCATTERED>::default());
        let mut at = 0;
        while let Some((byte, next)) = decoded(text, at, level) {
            let byte = byte.to_ascii_lowercase();
            if let Some(start) = row.push(byte, at)
                && self.row.contains(row.bytes)
            {
                found.push(start..next);
            }
            if byte.is_ascii_alphanumeric()
                && let Some(start) = scattered.push(byte, at)
                && self.scattered.contains(scattered.bytes)
            {
                found.push(start..next);
            }
            at = next;
        }
    }
}

/// The byte that `text` stands for at `at`, decoded `level` times, and where the next one begins.
fn decoded(text: &[u8], at: usize, level: u8) -> Option<(u8, usize)> {
    let Some(below) = level.checked_sub(1) else {
        return Some((*text.get(at)?, at + 1));
    };
    let (byte, next) = decoded(text, at, below)?;
    let read = match byte {
        b'%' => number(text, next, below, 2, 16),
        b'\\' => escaped(text, next, below),
        b'&' => reference(text, next, below),
        _ => None,
    };
    Some(read.unwrap_or((byte, next)))
}

/// What stands behind a backslash.
fn escaped(text: &[u8], at: usize, level: u8) -> Option<(u8, usize)> {
    let (byte, next) = decoded(text, at, level)?;
    match byte {
        b'u' => number(text, next, level, 4, 16),
        b'x' => number(text, next, level, 2, 16),
        b'n' | b'r' | b't' | b'b' | b'f' => Some((b' ', next)),
        b'"' | b'\'' | b'\\' | b'/' => Some((byte, next)),
        _ => None,
    }
}

/// What stands behind `&`: `#115;` or `#x73;`.
fn reference(text: &[u8], at: usize, level: u8) -> Option<(u8, usize)> {
    let (b'#', at) = decoded(text, at, level)? else {
        return None;
    };
    let (at, radix) = match decoded(text, at, level)? {
        (b'x' | b'X', next) => (next, 16),
        _ => (at, 10),
    };
    (2..=7).find_map(|digits| {
        let (byte, at) = number(text, at, level, digits, radix)?;
        let (end, next) = decoded(text, at, level)?;
        (end == b';').then_some((byte, next))
    })
}

/// An ASCII character as a number of exactly `digits` digits.
fn number(text: &[u8], mut at: usize, level: u8, digits: usize, radix: u32) -> Option<(u8, usize)> {
    let mut value = 0_u32;
    for _ in 0..digits {
        let (byte, next) = decoded(text, at, level)?;
        value = radix * value + char::from(byte).to_digit(radix)?;
        at = next;
    }
    let byte = u8::try_from(value).ok().filter(u8::is_ascii)?;
    Some((byte, at))
}

/// The last `N` bytes, and where they began.
struct Window<const N: usize> {
    bytes: u128,
    starts: [usize; N],
    seen: usize,
}

impl<const N: usize> Default for Window<N> {
    fn default() -> Self {
        Self {
            bytes: 0,
            starts: [0; N],
            seen: 0,
        }
    }
}

impl<const N: usize> Window<N> {
    /// Takes the byte that begins at `at`; the beginning of the window, once it is full.
    fn push(&mut self, byte: u8, at: usize) -> Option<usize> {
        self.bytes = (self.bytes << 8 | u128::from(byte)) & (u128::MAX >> (128 - 8 * N));
        self.starts[self.seen % N] = at;
        self.seen += 1;
        (self.seen >= N).then(|| self.starts[self.seen % N])
    }
}

/// Every `N` bytes in a row of some secrets, in lower case.
#[derive(Clone, Debug, Default)]
struct Pieces<const N: usize> {
    sorted: Vec<u128>,
    /// Whether a piece may have this hash, a bit for each: most text is passed by it alone.
    filter: Vec<u64>,
}

impl<const N: usize> Pieces<N> {
    const FILTER_BITS: u32 = 15;

    fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    fn add(&mut self, secret: impl Iterator<Item = u8>) {
        self.filter.resize(1 << (Self::FILTER_BITS - 6), 0);
        let mut window = Window::<N>::default();
        for byte in secret {
            if window.push(byte.to_ascii_lowercase(), 0).is_some() {
                let (word, bit) = Self::place(window.bytes);
                self.filter[word] |= bit;
                self.sorted.push(window.bytes);
            }
        }
        self.sorted.sort_unstable();
        self.sorted.dedup();
    }

    fn contains(&self, piece: u128) -> bool {
        let (word, bit) = Self::place(piece);
        self.filter.get(word).is_some_and(|bits| bits & bit != 0)
            && self.sorted.binary_search(&piece).is_ok()
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "a hash of both halves; its highest bits are an index"
    )]
    fn place(piece: u128) -> (usize, u64) {
        let mixed = (piece as u64 ^ (piece >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = (mixed >> (64 - Self::FILTER_BITS)) as usize;
        (hash / 64, 1 << (hash % 64))
    }
}

/// The ranges as one list in order, each on whole characters of `text`.
fn merged(mut found: Vec<Range<usize>>, text: &str) -> Vec<Range<usize>> {
    found.sort_unstable_by_key(|range| range.start);
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        let (mut start, mut end) = (range.start, range.end);
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        while !text.is_char_boundary(end) {
            end += 1;
        }
        match merged.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => merged.push(start..end),
        }
    }
    merged
}
