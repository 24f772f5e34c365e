//! A measured figure and its target.

use std::fmt;

/// A measured figure and its target.
pub(crate) struct Bar {
    what: &'static str,
    found: f64,
    unit: &'static str,
    promise: Promise,
    detail: String,
}

/// The target.
#[derive(Clone, Copy)]
pub(crate) enum Promise {
    AtMost(f64),
    AtLeast(f64),
}

impl Bar {
    pub(crate) fn new(
        what: &'static str,
        found: f64,
        unit: &'static str,
        promise: Promise,
    ) -> Self {
        Self {
            what,
            found,
            unit,
            promise,
            detail: String::new(),
        }
    }

    /// Adds a note on how it was measured.
    pub(crate) fn detail(self, detail: impl Into<String>) -> Self {
        Self {
            detail: detail.into(),
            ..self
        }
    }

    /// Whether the target is met. NaN never meets it.
    pub(crate) fn is_held(&self) -> bool {
        match self.promise {
            Promise::AtMost(most) => self.found <= most,
            Promise::AtLeast(least) => self.found >= least,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            found,
            unit,
            promise,
            detail,
        } = self;
        let (word, limit) = match promise {
            Promise::AtMost(most) => ("at most", most),
            Promise::AtLeast(least) => ("at least", least),
        };
        let mark = if self.is_held() { "ok    " } else { "BROKEN" };
        write!(
            f,
            "{mark}  {what:<44} {found:>8.3} {unit}; promised: {word} {limit} {unit}"
        )?;
        if detail.is_empty() {
            Ok(())
        } else {
            write!(f, " ({detail})")
        }
    }
}

/// The median; for an even count, the upper of the two middle values.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
