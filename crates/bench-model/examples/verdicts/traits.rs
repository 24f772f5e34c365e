//! Labelled series with the traits of real metrics, one trait at a time: counts, spikes, periods,
//! machines that alternate, rounded values, incidents that recover, …
//!
//! Offline: 20 to 200 runs with none, one or several steps of 1 to 5 sd. Online: 20 to 60 runs,
//! then a step of 3 sd, or none. As in `generate.rs`, a step is in standard deviations of all that
//! moves the metric but spikes, drifts and incidents; of counts, at the first level.

mod metric;
mod noise;
mod plan;

use bench_model::stats::StatsError;

use crate::bars::{Bars, Wanted};
use crate::chance::{Chance, sum};
use crate::draft::Draft;
use crate::labelled::{Series, Suite};
use crate::score::{Offline, Online, score};
use crate::traits::plan::{Plan, Steps};

struct Trait {
    name: &'static str,
    steps: Steps,
    values: Values,
}

#[derive(Clone, Copy)]
enum Values {
    /// Noise around the level, in standard deviations.
    Noise(fn(&mut Chance, usize) -> Vec<f64>),
    /// Values in the metric's own unit.
    Metric(fn(&mut Chance, &Plan) -> Vec<f64>),
}

const TRAITS: [Trait; 19] = {
    use Steps::{Incidents, Lasting, None};
    use Values::{Metric, Noise};
    const fn of(name: &'static str, steps: Steps, values: Values) -> Trait {
        Trait {
            name,
            steps,
            values,
        }
    }
    [
        of("share_of_50", Lasting, Metric(metric::share)),
        of("saturated", Lasting, Metric(metric::saturated_share)),
        of("rare_counts", Lasting, Metric(metric::rare_counts)),
        of("student3", Lasting, Noise(noise::student3)),
        of("lognormal", Lasting, Noise(noise::lognormal)),
        of("spikes", Lasting, Noise(noise::spikes)),
        of("multiplicative", Lasting, Metric(metric::multiplicative)),
        of("period_of_4", Lasting, Noise(noise::period_of_4)),
        of("period_of_24", Lasting, Noise(noise::period_of_24)),
        of("ar_0.3_to_0.6", Lasting, Noise(noise::correlated)),
        of("one_over_f", Lasting, Noise(noise::one_over_f)),
        of("alternating", Lasting, Noise(noise::alternating)),
        of("sticking", Lasting, Noise(noise::sticking)),
        of("drift", Lasting, Noise(noise::drift)),
        of("variance", None, Noise(noise::louder_stretch)),
        of("copies", Lasting, Metric(metric::copies)),
        of("whole_ms", Lasting, Metric(metric::whole_milliseconds)),
        of("nearly_exact", Lasting, Metric(metric::nearly_exact)),
        of("incidents", Incidents, Noise(noise::white)),
    ]
};

const RUNS: [usize; 6] = [20, 30, 50, 80, 120, 200];
/// The number of series without a step, with one, and with several, per trait and length.
const OFFLINE: usize = 8;
/// The number of series with a step of 3 sd, and of those without.
const ONLINE: (usize, usize) = (60, 20);

/// 4,256 series.
pub(crate) fn set(seed: u64) -> Vec<Series> {
    let mut series = Vec::new();
    for (number, each) in (0..).zip(&TRAITS) {
        // A trait that changes leaves the others as they are.
        let mut chance = Chance::new(seed * 1000 + number);
        for count in RUNS {
            for steps in [0, 1, usize::MAX] {
                for _ in 0..OFFLINE {
                    let plan = Plan::offline(&mut chance, each.steps, count, steps);
                    series.push(each.series(&mut chance, Suite::Offline, &plan));
                }
            }
        }
        for (steps, copies) in [(each.steps, ONLINE.0), (Steps::None, ONLINE.1)] {
            for _ in 0..copies {
                let plan = Plan::online(&mut chance, steps);
                series.push(each.series(&mut chance, Suite::Online, &plan));
            }
        }
    }
    series
}

impl Trait {
    fn series(&self, chance: &mut Chance, suite: Suite, plan: &Plan) -> Series {
        let draft = Draft {
            suite,
            kind: self.name,
            noise: self.name,
            size: plan.steps.first().map_or(0.0, |(_, size)| size.abs()),
            changes: plan.steps.iter().map(|(run, _)| *run).collect(),
        };
        match self.values {
            Values::Noise(noise) => {
                let z = sum(&noise(chance, plan.count), &plan.levels(plan::ANYWHERE));
                draft.scaled(chance, &z)
            }
            Values::Metric(values) => draft.finish(values(chance, plan).into_iter()),
        }
    }
}

pub(crate) fn measure(series: &[Series], bars: &mut Bars) -> Result<(), StatsError> {
    println!("traits: {} series", series.len());
    let (offline, online) = score(series)?;
    print(&offline, &online);
    aim(&offline, &online, bars);
    Ok(())
}

fn print(offline: &Offline, online: &Online) {
    println!(
        "  {:<15} {:>7} {:>7} {:>7} {:>13}   {:>14} {:>10} {:>9}",
        "", "P", "R", "F1", "false / 1,000", "online / 1,000", "within 3", "within 5"
    );
    for name in TRAITS.iter().map(|each| each.name).chain([""]) {
        if let (Some(whole), Some(newest)) = (offline.of(name), online.of(name)) {
            // A trait without steps has neither F1 nor power.
            let figure = |value: f64| {
                if whole.recall().is_nan() {
                    "-".to_owned()
                } else {
                    format!("{value:.3}")
                }
            };
            println!(
                "  {:<15} {:>7} {:>7} {:>7} {:>13.2}   {:>14.2} {:>10} {:>9}",
                if name.is_empty() { "all" } else { name },
                figure(whole.precision()),
                figure(whole.recall()),
                figure(whole.strict_f1()),
                whole.false_per_thousand(),
                newest.false_per_thousand(),
                figure(newest.power(3)),
                figure(newest.power(5)),
            );
        }
    }
}

fn aim(offline: &Offline, online: &Online, bars: &mut Bars) {
    use Wanted::{AtLeast, AtMost};
    for (name, least) in [("", 0.84), ("incidents", 0.64), ("rare_counts", 0.72)] {
        if let Some(sums) = offline.of(name) {
            let what = title(name, "strict F1");
            bars.aim(what, sums.strict_f1(), AtLeast(least));
        }
    }
    if let Some(sums) = offline.of("") {
        let what = title("", "false changes per 1,000 runs");
        bars.aim(what, sums.false_per_thousand(), AtMost(0.9));
    }
    for (name, least) in [("", 0.72), ("nearly_exact", 0.95)] {
        if let Some(sums) = online.of(name) {
            let what = title(name, "power within 3 runs at 3 sd");
            bars.aim(what, sums.power(3), AtLeast(least));
        }
    }
    let each = TRAITS.iter().map(|each| (each.name, 8.0));
    for (name, most) in [("", 3.5)].into_iter().chain(each) {
        if let Some(sums) = online.of(name) {
            let what = title(name, "false alarms per 1,000 runs");
            bars.aim(what, sums.false_per_thousand(), AtMost(most));
        }
    }
}

fn title(name: &str, what: &str) -> String {
    if name.is_empty() {
        format!("traits: {what}")
    } else {
        format!("traits, {name}: {what}")
    }
}
