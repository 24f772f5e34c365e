//! What an event of the past may cost: the same runs with and without it.
//!
//! 20 to 60 runs of history, then three that step by 3, 5 or 10 sd, or don't. An event is put into
//! the history, and the verdicts about the newest runs should stay as they were: at least 0.95 of
//! the power, at most 1.2 times the false alarms. A thousand series per noise and size of step,
//! each judged with and without its step.

mod event;
mod noise;

use bench_model::stats::{JudgeOptions, StatsError, alerts};

use crate::bars::{Bars, Wanted};
use crate::chance::Chance;
use crate::metamorphic::event::{EVENTS, Event};
use crate::metamorphic::noise::{NOISES, Noise};
use crate::score::real;

const SERIES: u64 = 1000;
const SIZES: [f64; 3] = [3.0, 5.0, 10.0];
/// The runs of the new level.
const NEW: usize = 3;
/// An alert this near to the step is about it.
const NEAR: usize = 2;
/// An alert about one of so many newest runs is news.
const NEWEST: usize = 6;

#[derive(Clone, Copy, Default)]
struct Tally {
    /// The series of each size.
    series: f64,
    /// The detected steps of each size.
    found: [f64; 3],
    /// The series of all sizes with an alert, although nothing happened.
    false_alarms: f64,
}

pub(crate) fn measure(seed: u64, bars: &mut Bars) -> Result<(), StatsError> {
    println!("metamorphic: {SERIES} series per noise and size of step; shares of the clean ones");
    let mut pooled = [Tally::default(); EVENTS.len()];
    for (number, noise) in (0..).zip(NOISES) {
        let mut clean = Tally::default();
        for (event, pooled) in EVENTS.into_iter().zip(&mut pooled) {
            let found = tally(seed * 10 + number, noise, event)?;
            pooled.add(&found);
            if event == Event::Nothing {
                found.print_clean(noise.name());
                clean = found;
                continue;
            }
            found.print(noise.name(), event.name(), &clean);
            let (share, error) = found.power(&clean);
            let what = format!("{}, {}: power / clean", noise.name(), event.name());
            bars.aim_with_error(what, share, error, Wanted::AtLeast(0.95));
        }
    }
    let clean = pooled[0];
    clean.print_clean("all");
    for (event, found) in EVENTS.into_iter().zip(pooled).skip(1) {
        found.print("all", event.name(), &clean);
        // Not per noise: there are too few to tell 1.2 from 1.
        let (share, error) = found.false_alarms(&clean);
        let what = format!("{}: false alarms / clean", event.name());
        bars.aim_with_error(what, share, error, Wanted::AtMost(1.2));
    }
    Ok(())
}

fn tally(seed: u64, noise: Noise, event: Event) -> Result<Tally, StatsError> {
    let mut tally = Tally {
        series: real(usize::try_from(SERIES).unwrap_or(usize::MAX)),
        ..Tally::default()
    };
    for number in 0..SERIES {
        for ((nth, size), found) in (0..).zip(SIZES).zip(&mut tally.found) {
            let seed = (seed * SERIES + number) * 3 + nth;
            let steps = series(seed, noise, event, size)?;
            *found += f64::from(steps.iter().any(Alert::is_of_the_step));
            let quiet = series(seed, noise, event, 0.0)?;
            tally.false_alarms += f64::from(quiet.iter().any(Alert::is_false));
        }
    }
    Ok(tally)
}

/// An alert, and what happened where.
struct Alert {
    index: usize,
    runs: usize,
    /// The first good run behind an event of two or more runs: an alert about it is right.
    recovery: Option<usize>,
}

/// The alerts of one series.
fn series(seed: u64, noise: Noise, event: Event, size: f64) -> Result<Vec<Alert>, StatsError> {
    // Two sequences, so that the noise is the same whatever happened.
    let mut noises = Chance::new(2 * seed);
    let mut events = Chance::new(2 * seed + 1);
    let history = events.whole(20, 60);
    let runs = history + NEW;
    let step = size * noise.step_direction(&mut events);
    let mut levels = vec![0.0; runs];
    let recovery = event.put_into(&mut levels[..history], noise, &mut events);
    levels[history..].fill(step);
    let mut values = noise.values(&mut noises, &levels);
    event.rewrite(&mut values[..history], &mut events);
    let found = alerts(&values, &JudgeOptions::default())?;
    let alert = |index| Alert {
        index,
        runs,
        recovery,
    };
    Ok(found.iter().map(|change| alert(change.index)).collect())
}

impl Alert {
    fn is_of_the_step(&self) -> bool {
        let distance = self.index.abs_diff(self.runs - NEW);
        distance <= NEAR
            && self
                .recovery
                .is_none_or(|run| distance < self.index.abs_diff(run))
    }

    fn is_false(&self) -> bool {
        self.index + NEWEST >= self.runs
            && self.recovery.is_none_or(|run| self.index.abs_diff(run) > 1)
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.series += other.series;
        self.false_alarms += other.false_alarms;
        for (sum, found) in self.found.iter_mut().zip(other.found) {
            *sum += found;
        }
    }

    /// The power over all sizes as a share of the clean one, and its standard error.
    fn power(&self, clean: &Self) -> (f64, f64) {
        let total = |tally: &Self| tally.found.iter().sum();
        share(total(self), total(clean), 3.0 * self.series)
    }

    fn false_alarms(&self, clean: &Self) -> (f64, f64) {
        share(self.false_alarms, clean.false_alarms, 3.0 * self.series)
    }

    fn print_clean(&self, noise: &str) {
        let [small, middle, large] = self.found.map(|found| found / self.series);
        println!(
            "  {noise:<12} clean               power {small:.3} of 3 sd, {middle:.3} of 5, {large:.3} of 10; false alarms {:.2} %",
            self.false_percent(),
        );
    }

    fn print(&self, noise: &str, event: &str, clean: &Self) {
        let of_size = |size: usize| self.found[size] / clean.found[size];
        let (power, power_error) = self.power(clean);
        let (false_alarms, false_error) = self.false_alarms(clean);
        println!(
            "  {noise:<12} {event:<18}  power × {:.3}, {:.3}, {:.3}: {power:.3} ± {power_error:.3}; false alarms {:.2} %: × {false_alarms:.2} ± {false_error:.2}",
            of_size(0),
            of_size(1),
            of_size(2),
            self.false_percent(),
        );
    }

    fn false_percent(&self) -> f64 {
        100.0 * self.false_alarms / (3.0 * self.series)
    }
}

/// `count / clean`, and its binomial standard error with the clean one as it is.
fn share(count: f64, clean: f64, series: f64) -> (f64, f64) {
    let error = (count * (1.0 - count / series)).sqrt();
    (count / clean.max(1.0), error / clean.max(1.0))
}
