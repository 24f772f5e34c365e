//! Values that are not noise added to a level: counted, rounded, repeated.

use crate::chance::{Chance, sum};
use crate::score::real;
use crate::traits::plan::{ANYWHERE, Plan};

const ITEMS: usize = 50;

/// A share of 50 items.
pub(crate) fn share(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let right = chance.between(0.6, 0.9);
    shares(chance, plan, right, (0.02, 0.98))
}

/// A share of 50 items, most of the time all of them.
pub(crate) fn saturated_share(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let right = chance.between(0.97, 0.998);
    shares(chance, plan, right, (0.30, 0.998))
}

fn shares(chance: &mut Chance, plan: &Plan, right: f64, (least, most): (f64, f64)) -> Vec<f64> {
    let sd = (right * (1.0 - right) / real(ITEMS)).sqrt();
    let levels = plan.levels(((least - right) / sd, (most - right) / sd));
    let share = |level| chance.successes(ITEMS, right + sd * level) / real(ITEMS);
    levels.into_iter().map(share).collect()
}

/// Poisson counts with a mean of 0.3 to 3.
pub(crate) fn rare_counts(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let mean = chance.between(0.3, 3.0);
    let sd = mean.sqrt();
    let levels = plan.levels(((0.05 - mean) / sd, f64::INFINITY));
    let count = |level| chance.poisson(mean + sd * level);
    levels.into_iter().map(count).collect()
}

/// Noise of 5 to 20 % of the level, whatever the level.
pub(crate) fn multiplicative(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let level = chance.of(&[0.8, 12.0, 100.0, 3500.0]);
    let cv = chance.between(0.05, 0.20);
    let z = sum(
        &chance.noise("gaussian", plan.count),
        &plan.levels(ANYWHERE),
    );
    z.iter().map(|z| level * (cv * z).exp()).collect()
}

/// With probability 0.2 a run is an exact copy of the one before, unless a new level begins.
pub(crate) fn copies(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let z = sum(
        &chance.noise("gaussian", plan.count),
        &plan.levels(ANYWHERE),
    );
    let mut values: Vec<f64> = z.iter().map(|z| 100.0 + 2.0 * z).collect();
    for run in 1..plan.count {
        let is_step = plan.steps.iter().any(|(step, _)| *step == run);
        if !is_step && chance.happens(0.2) {
            values[run] = values[run - 1];
        }
    }
    values
}

/// Rounded, with a noise of 0.7 to 3 units.
pub(crate) fn whole_milliseconds(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let (level, sd) = (chance.between(50.0, 500.0), chance.between(0.7, 3.0));
    let z = sum(
        &chance.noise("gaussian", plan.count),
        &plan.levels(ANYWHERE),
    );
    z.iter().map(|z| (level + sd * z).round()).collect()
}

/// 80 to 95 % of the runs repeat the level exactly, the others are off by N(0, sd).
pub(crate) fn nearly_exact(chance: &mut Chance, plan: &Plan) -> Vec<f64> {
    let level = chance.of(&[0.8, 12.0, 100.0, 3500.0]);
    let sd = level * chance.of(&[0.005, 0.02, 0.05]);
    let exact = chance.between(0.80, 0.95);
    let value = |steps: f64| {
        let jitter = if chance.happens(exact) {
            0.0
        } else {
            chance.normal()
        };
        level + sd * (steps + jitter)
    };
    plan.levels(ANYWHERE).into_iter().map(value).collect()
}
