//! Artificial shifts, put on the noise of a metric: which rules find them?

use crate::{
    metric::{Direction, MetricDefinition},
    stats::{
        error::StatsError,
        numeric::sample::real,
        series::{
            backtest::{quiet::Quiet, rule::Rule},
            growing::Series,
        },
    },
};

/// The places of artificial shifts.
const PLACES: usize = 20;
/// A shift counts as found within this many runs,
const WITHIN: usize = 3;
/// at four places out of five.
const POWER: f64 = 0.8;
/// The runs before a shift: two hundred are as good as all.
const BEFORE: usize = 200;
/// The sizes of shifts, each a fifth larger than the one before.
const SIZES: usize = 24;

/// The noise of a metric, with the places where shifts are put on it.
pub(super) struct Simulation<'a> {
    pub(super) quiet: &'a Quiet,
    pub(super) definition: &'a MetricDefinition,
    places: Vec<Place>,
}

/// The runs before an artificial shift, and those that it moves.
struct Place {
    before: Series,
    newest: Vec<f64>,
}

impl<'a> Simulation<'a> {
    pub(super) fn new(
        quiet: &'a Quiet,
        definition: &'a MetricDefinition,
    ) -> Result<Self, StatsError> {
        let values = &quiet.values;
        // The first half lets a rule learn the noise.
        let (first, last) = (values.len() / 2, values.len() - WITHIN);
        let step = ((last - first) / PLACES).max(1);
        let mut places = Vec::new();
        for place in (first..=last).step_by(step) {
            let mut before = Series::default();
            for value in &values[place.saturating_sub(BEFORE)..place] {
                before.push(*value)?;
            }
            let newest = values[place..place + WITHIN].to_vec();
            places.push(Place { before, newest });
        }
        Ok(Self {
            quiet,
            definition,
            places,
        })
    }

    /// The smallest shift for the worse that each rule finds often enough, by bisection: a rule
    /// that finds a shift finds a larger one.
    pub(super) fn smallest_found(&self, rules: &[Rule]) -> Result<Vec<Option<f64>>, StatsError> {
        let mut known: Vec<Option<Vec<bool>>> = (0..SIZES).map(|_| None).collect();
        let mut smallest = Vec::with_capacity(rules.len());
        for rule in 0..rules.len() {
            let (mut low, mut high) = (0, known.len());
            while low < high {
                let middle = low + (high - low) / 2;
                let found = match &known[middle] {
                    Some(found) => found[rule],
                    None => known[middle].insert(self.found(rules, self.size(middle))?)[rule],
                };
                if found {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            smallest.push((low < known.len()).then(|| self.size(low)));
        }
        Ok(smallest)
    }

    /// From half a standard deviation up; without noise, from a thousandth of the level up, or from
    /// 0.001 where that is 0.
    fn size(&self, place: usize) -> f64 {
        let Quiet { sd, level, .. } = *self.quiet;
        let first = if sd > 0.0 {
            0.5 * sd
        } else if level == 0.0 {
            1e-3
        } else {
            1e-3 * level.abs()
        };
        (0..place).fold(first, |size, _| size * 1.2)
    }

    /// Which rules find a shift at enough places.
    fn found(&self, rules: &[Rule], size: f64) -> Result<Vec<bool>, StatsError> {
        let signed = match self.definition.direction {
            Direction::HigherIsBetter => -size,
            Direction::LowerIsBetter | Direction::Neither => size,
        };
        let mut found = vec![0; rules.len()];
        for Place { before, newest } in &self.places {
            let newest: Vec<f64> = newest.iter().map(|value| value + signed).collect();
            let at_place = Rule::found(rules, before, &newest, self.definition)?;
            for (found, here) in found.iter_mut().zip(at_place) {
                *found += usize::from(here);
            }
        }
        let enough = POWER * real(self.places.len());
        Ok(found
            .into_iter()
            .map(|found| real(found) >= enough)
            .collect())
    }
}
