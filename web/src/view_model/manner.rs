//! How numbers and times are written: the reader's choice.
//!
//! Set when the page starts and when the reader chooses otherwise; every label made from then on follows.
//! Numbers default to `1,234.5` and times to UTC, as the tests have them.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

/// How digits are grouped, and what stands before a fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Numbers {
    /// `1,234.5`
    #[default]
    Point,
    /// `1.234,5`
    Comma,
    /// `1 234,5`
    Space,
}

impl Numbers {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Point, Self::Comma, Self::Space];

    /// Its name in the storage.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "point",
            Self::Comma => "comma",
            Self::Space => "space",
        }
    }

    /// A number written so.
    pub fn example(self) -> &'static str {
        match self {
            Self::Point => "1,234.5",
            Self::Comma => "1.234,5",
            Self::Space => "1 234,5",
        }
    }

    /// What stands between groups of digits, and what before a fraction.
    pub(super) fn marks(self) -> (char, char) {
        match self {
            Self::Point => (',', '.'),
            Self::Comma => ('.', ','),
            // A narrow space that does not break.
            Self::Space => ('\u{202f}', ','),
        }
    }
}

/// How many minutes a clock is ahead of UTC at a time, given in milliseconds since 1970.
pub type Zone = fn(i64) -> i64;

static NUMBERS: AtomicU8 = AtomicU8::new(0);
static IS_LOCAL: AtomicBool = AtomicBool::new(false);
static ZONE: OnceLock<Zone> = OnceLock::new();

/// Writes numbers so from now on.
pub fn write_numbers(numbers: Numbers) {
    let index = Numbers::ALL.iter().position(|one| *one == numbers);
    NUMBERS.store(
        index
            .and_then(|index| u8::try_from(index).ok())
            .unwrap_or(0),
        Ordering::Relaxed,
    );
}

/// How numbers are written now.
pub fn numbers() -> Numbers {
    let index = usize::from(NUMBERS.load(Ordering::Relaxed));
    Numbers::ALL.get(index).copied().unwrap_or_default()
}

/// Tells the reader's own time zone, which only the browser knows.
pub fn learn_zone(zone: Zone) {
    // The zone of a browser is told once.
    let _ = ZONE.set(zone);
}

/// Writes times in the reader's zone from now on, or in UTC.
pub fn write_local_times(is_local: bool) {
    IS_LOCAL.store(is_local, Ordering::Relaxed);
}

/// How many minutes the times written now are ahead of UTC; none when they are in UTC.
pub(super) fn minutes_ahead(ms: i64) -> Option<i64> {
    let zone = ZONE.get()?;
    IS_LOCAL.load(Ordering::Relaxed).then(|| zone(ms))
}
