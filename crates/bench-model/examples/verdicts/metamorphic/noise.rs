//! The noises that events are put into. The same seed gives the same noise at every level.

use crate::chance::{Chance, sum};
use crate::score::real;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noise {
    White,
    Correlated,
    Share,
    Counts,
}

pub(crate) const NOISES: [Noise; 4] =
    [Noise::White, Noise::Correlated, Noise::Share, Noise::Counts];

const ITEMS: usize = 50;
const MEAN_COUNT: f64 = 5.0;

impl Noise {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::White => "white noise",
            Self::Correlated => "AR 0.3",
            Self::Share => "share of 50",
            Self::Counts => "counts",
        }
    }

    /// The direction with room for large steps: a share of 50 items can't rise by 10 sd, nor a
    /// count fall.
    pub(crate) fn step_direction(self, chance: &mut Chance) -> f64 {
        let any = chance.sign();
        match self {
            Self::White | Self::Correlated => any,
            Self::Share => -1.0,
            Self::Counts => 1.0,
        }
    }

    /// The direction of a failure.
    pub(crate) fn bad(self) -> f64 {
        if self == Self::Counts { 1.0 } else { -1.0 }
    }

    /// Values around levels in standard deviations.
    pub(crate) fn values(self, chance: &mut Chance, levels: &[f64]) -> Vec<f64> {
        let scaled = |z: Vec<f64>| z.iter().map(|z| 100.0 + 2.0 * z).collect();
        match self {
            Self::White => scaled(sum(&chance.noise("gaussian", levels.len()), levels)),
            Self::Correlated => scaled(sum(&chance.correlated(levels.len(), 0.3), levels)),
            Self::Share => {
                let right = chance.between(0.6, 0.9);
                let sd = (right * (1.0 - right) / real(ITEMS)).sqrt();
                let share = |level: &f64| chance.successes(ITEMS, right + sd * level) / real(ITEMS);
                levels.iter().map(share).collect()
            }
            Self::Counts => {
                let sd = MEAN_COUNT.sqrt();
                let count = |level: &f64| chance.poisson((MEAN_COUNT + sd * level).max(0.0));
                levels.iter().map(count).collect()
            }
        }
    }
}
