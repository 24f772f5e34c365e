//! A labelled series in the making.

use crate::chance::Chance;
use crate::labelled::{Series, Suite};

/// The builder of a series.
pub(crate) struct Draft<'a> {
    pub(crate) suite: Suite,
    pub(crate) kind: &'a str,
    pub(crate) noise: &'a str,
    pub(crate) size: f64,
    pub(crate) changes: Vec<usize>,
}

impl Draft<'_> {
    pub(crate) fn finish(self, values: impl Iterator<Item = f64>) -> Series {
        // Reports have about eight digits.
        let rounded = values.map(|v| format!("{v:.7e}").parse().unwrap_or(v));
        Series {
            suite: self.suite,
            kind: self.kind.to_owned(),
            noise: self.noise.to_owned(),
            size: self.size,
            values: rounded.collect(),
            annotations: vec![self.changes],
            is_real: false,
        }
    }

    /// From unit noise, at a random level and relative noise.
    pub(crate) fn scaled(self, chance: &mut Chance, z: &[f64]) -> Series {
        let level = chance.of(&[0.8, 12.0, 100.0, 3500.0]);
        let cv = chance.of(&[0.005, 0.02, 0.05]);
        self.finish(z.iter().map(move |z| level * (1.0 + cv * z)))
    }
}
