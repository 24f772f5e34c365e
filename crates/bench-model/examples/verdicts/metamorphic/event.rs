//! What may have happened in a history before its newest runs.

use crate::chance::Chance;
use crate::metamorphic::noise::Noise;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Nothing,
    /// One run off by 5 to 40 sd, up or down.
    Spike,
    /// One to six bad runs, off by 3 to 20 sd, that recovered so many runs ago.
    Dip {
        good: usize,
    },
    /// Three bad runs, off by 10 sd.
    Block,
    /// Another level, 3 to 10 sd away, in the first runs.
    Step,
    /// Another level, 3 to 10 sd away, in the first half.
    Half,
    /// 10 to 20 equal values, but no more than half of the runs.
    Constant,
    /// The first half was measured in another unit.
    Unit,
}

/// The one without an event comes first.
pub(crate) const EVENTS: [Event; 10] = [
    Event::Nothing,
    Event::Spike,
    Event::Dip { good: 2 },
    Event::Dip { good: 5 },
    Event::Dip { good: 15 },
    Event::Block,
    Event::Step,
    Event::Half,
    Event::Constant,
    Event::Unit,
];

impl Event {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "clean",
            Self::Spike => "spike",
            Self::Dip { good: 2 } => "dip, 2 good runs",
            Self::Dip { good: 5 } => "dip, 5 good runs",
            Self::Dip { .. } => "dip, 15 good runs",
            Self::Block => "3 runs at 10 sd",
            Self::Step => "earlier step",
            Self::Half => "other first half",
            Self::Constant => "constant stretch",
            Self::Unit => "changed unit",
        }
    }

    /// Moves the levels of a history of 20 or more runs; returns the first good run behind an event
    /// of two or more runs.
    pub(crate) fn put_into(
        self,
        levels: &mut [f64],
        noise: Noise,
        chance: &mut Chance,
    ) -> Option<usize> {
        let runs = levels.len();
        let (first, end, size) = match self {
            Self::Nothing | Self::Constant | Self::Unit => return None,
            Self::Spike => {
                let run = chance.whole(0, runs - 1);
                (run, run + 1, chance.between(5.0, 40.0) * chance.sign())
            }
            Self::Dip { good } => {
                let bad = chance.whole(1, 6.min(runs - good));
                let end = runs - good;
                (end - bad, end, chance.between(3.0, 20.0) * noise.bad())
            }
            Self::Block => {
                let first = chance.whole(2, runs - 5);
                (first, first + 3, 10.0 * noise.bad())
            }
            Self::Step => {
                let step = chance.whole(5, runs - 10);
                (0, step, chance.between(3.0, 10.0) * chance.sign())
            }
            Self::Half => (0, runs / 2, chance.between(3.0, 10.0) * chance.sign()),
        };
        levels[first..end].fill(size);
        (end - first >= 2).then_some(end)
    }

    /// Rewrites the values of a history.
    pub(crate) fn rewrite(self, values: &mut [f64], chance: &mut Chance) {
        let runs = values.len();
        match self {
            Self::Constant => {
                let length = chance.whole(10, 20.min(runs / 2));
                let first = chance.whole(0, runs - length);
                // A usual value: a stretch at a rare one would be a visit to another level.
                let mut sorted = values.to_vec();
                sorted.sort_by(f64::total_cmp);
                values[first..first + length].fill(sorted[runs / 2]);
            }
            Self::Unit => {
                let before = runs / 2;
                values[..before]
                    .iter_mut()
                    .for_each(|value| *value *= 1000.0);
            }
            _ => {}
        }
    }
}
