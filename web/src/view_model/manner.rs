//! The format of numbers and times, chosen by the user.
//!
//! Set when the page starts and when the user changes it; it applies to all labels from then on.
//! The defaults are `1,234.5` and UTC, as in the tests.

use std::sync::{
    OnceLock,
    atomic::{AtomicBool, AtomicU8, Ordering},
};

/// The grouping and decimal separators.
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

    /// An example.
    pub fn example(self) -> &'static str {
        match self {
            Self::Point => "1,234.5",
            Self::Comma => "1.234,5",
            Self::Space => "1 234,5",
        }
    }

    /// The grouping separator and the decimal separator.
    pub(super) fn marks(self) -> (char, char) {
        match self {
            Self::Point => (',', '.'),
            Self::Comma => ('.', ','),
            // A narrow no-break space.
            Self::Space => ('\u{202f}', ','),
        }
    }
}

impl Numbers {
    /// A number that stands as `1,234.5`, with these marks instead.
    pub(super) fn written(self, text: String) -> String {
        let (group, fraction) = self.marks();
        if self == Self::Point {
            return text;
        }
        let mark = |mark| match mark {
            ',' => group,
            '.' => fraction,
            other => other,
        };
        text.chars().map(mark).collect()
    }
}

/// A number that stands as `1,234.5`, as the user reads it.
pub(super) fn written(text: String) -> String {
    numbers().written(text)
}

/// A UTC offset in minutes at a time in milliseconds since 1970.
pub type Zone = fn(i64) -> i64;

static NUMBERS: AtomicU8 = AtomicU8::new(0);
static IS_LOCAL: AtomicBool = AtomicBool::new(false);
static ZONE: OnceLock<Zone> = OnceLock::new();

/// Sets the number format.
pub fn write_numbers(numbers: Numbers) {
    let index = Numbers::ALL.iter().position(|one| *one == numbers);
    NUMBERS.store(
        index
            .and_then(|index| u8::try_from(index).ok())
            .unwrap_or(0),
        Ordering::Relaxed,
    );
}

/// The current number format.
pub fn numbers() -> Numbers {
    let index = usize::from(NUMBERS.load(Ordering::Relaxed));
    Numbers::ALL.get(index).copied().unwrap_or_default()
}

/// Sets the user's time zone, which only the browser knows.
pub fn learn_zone(zone: Zone) {
    // The browser's zone is set once.
    let _ = ZONE.set(zone);
}

/// Switches times to the user's zone or to UTC.
pub fn write_local_times(is_local: bool) {
    IS_LOCAL.store(is_local, Ordering::Relaxed);
}

/// The current UTC offset of times in minutes; none in UTC.
pub(super) fn minutes_ahead(ms: i64) -> Option<i64> {
    let zone = ZONE.get()?;
    IS_LOCAL.load(Ordering::Relaxed).then(|| zone(ms))
}
