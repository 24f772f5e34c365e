//! The targets of the verdicts, each beside its measured figure.

use crate::score::{Offline, Online};

/// The targets checked so far.
#[derive(Default)]
pub(crate) struct Bars(Vec<Bar>);

struct Bar {
    what: String,
    found: f64,
    wanted: Wanted,
}

#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    AtLeast(f64),
    AtMost(f64),
}

impl Bars {
    /// One target.
    pub(crate) fn add(&mut self, what: impl Into<String>, found: f64, wanted: Wanted) {
        self.0.push(Bar {
            what: what.into(),
            found,
            wanted,
        });
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
        if let Some(all) = online.all().filter(|_| !is_real) {
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

    /// Prints every target; returns whether all are met.
    pub(crate) fn report(&self) -> bool {
        println!("bars");
        for Bar {
            what,
            found,
            wanted,
        } in &self.0
        {
            let (relation, limit) = match wanted {
                Wanted::AtLeast(limit) => ("at least", limit),
                Wanted::AtMost(limit) => ("at most", limit),
            };
            let word = if wanted.hold(*found) {
                "holds "
            } else {
                "MISSED"
            };
            println!("  {word}  {what}: {found:.3} ({relation} {limit})");
        }
        self.0.iter().all(|bar| bar.wanted.hold(bar.found))
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
