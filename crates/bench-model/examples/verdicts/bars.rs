//! The targets of the verdicts, each beside its measured figure: held ones, and ones to come.

use crate::held::HELD;
use crate::score::{Offline, Online};

/// The targets checked so far.
#[derive(Default)]
pub(crate) struct Bars(Vec<Bar>);

struct Bar {
    what: String,
    found: f64,
    /// The standard error of what was found, where it is not small.
    error: Option<f64>,
    wanted: Wanted,
    /// Missing it is a failure.
    is_held: bool,
}

#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Bars {
    /// A target.
    pub(crate) fn add(&mut self, what: impl Into<String>, found: f64, wanted: Wanted) {
        self.0.push(Bar {
            what: what.into(),
            found,
            error: None,
            wanted,
            is_held: true,
        });
    }

    /// A target to come, unless [`HELD`] names it: until then, missing it is no failure.
    pub(crate) fn aim(&mut self, what: impl Into<String>, found: f64, wanted: Wanted) {
        let what = what.into();
        let is_held = HELD.contains(&what.as_str());
        self.0.push(Bar {
            what,
            found,
            error: None,
            wanted,
            is_held,
        });
    }

    /// [`Self::aim`] for a figure that chance moves.
    pub(crate) fn aim_with_error(
        &mut self,
        what: impl Into<String>,
        found: f64,
        error: f64,
        wanted: Wanted,
    ) {
        self.aim(what, found, wanted);
        if let Some(bar) = self.0.last_mut() {
            bar.error = Some(error);
        }
    }

    /// The targets for a set of series.
    pub(crate) fn hold(&mut self, set: &str, is_real: bool, offline: &Offline, online: &Online) {
        use Wanted::{AtLeast, AtMost};
        if let Some(all) = offline.of("") {
            let (f1, false_changes) = if is_real { (0.77, 1.5) } else { (0.78, 0.8) };
            self.add(format!("{set}: strict F1"), all.strict_f1(), AtLeast(f1));
            self.add(
                format!("{set}: false changes per 1,000 points"),
                all.false_per_thousand(),
                AtMost(false_changes),
            );
        }
        for kind in ["exact", "exact_null", "constant"] {
            if let Some(sums) = offline.of(kind) {
                let wrong = sums.false_changes + sums.missed;
                self.add(
                    format!("{set}: {kind}, false or missed"),
                    wrong,
                    AtMost(0.0),
                );
            }
        }
        if let Some(sums) = offline.of("outlier") {
            // Not 1 in every set: by chance alone, about one in 150 series without a change looks
            // as if it had one.
            let f1 = sums.f1_with_the_start();
            self.add(
                format!("{set}: outlier, F1 with the start"),
                f1,
                AtLeast(0.99),
            );
        }
        if let Some(all) = online.of("").filter(|_| !is_real) {
            self.add(
                format!("{set}: false alarms per 1,000 runs"),
                all.false_per_thousand(),
                AtMost(3.5),
            );
            self.add(
                format!("{set}: power within 3 runs"),
                all.power(3),
                AtLeast(0.60),
            );
        }
    }

    /// Prints every target; returns whether all held ones are met. After the whole measurement,
    /// every name in [`HELD`] must be that of a target.
    pub(crate) fn report(&self, is_whole: bool) -> bool {
        println!("bars");
        self.0.iter().for_each(Bar::print);
        let aims = self.0.iter().filter(|bar| !bar.is_held);
        let (met, missed): (Vec<_>, Vec<_>) = aims.partition(|bar| bar.is_met());
        println!("{} more are met, {} missed", met.len(), missed.len());
        let is_measured = |held: &&str| self.0.iter().any(|bar| bar.what == **held);
        let mut unknown = HELD.iter().filter(|held| is_whole && !is_measured(held));
        for held in unknown.clone() {
            println!("there is no target `{held}`, although it is held");
        }
        unknown.next().is_none() && self.0.iter().all(|bar| bar.is_met() || !bar.is_held)
    }
}

impl Bar {
    fn is_met(&self) -> bool {
        self.wanted.hold(self.found)
    }

    fn print(&self) {
        let (relation, limit) = match self.wanted {
            Wanted::AtLeast(limit) => ("at least", limit),
            Wanted::AtMost(limit) => ("at most", limit),
        };
        let word = match (self.is_held, self.is_met()) {
            (true, true) => "holds",
            (true, false) => "MISSED",
            (false, true) => "met",
            (false, false) => "missed",
        };
        let error = self.error.map(|error| format!(" ± {error:.3}"));
        println!(
            "  {word:<6}  {}: {:.3}{} ({relation} {limit})",
            self.what,
            self.found,
            error.unwrap_or_default(),
        );
    }
}

impl Wanted {
    fn hold(self, found: f64) -> bool {
        match self {
            Self::AtLeast(limit) => found >= limit,
            Self::AtMost(limit) => found <= limit,
        }
    }
}
