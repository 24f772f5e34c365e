//! A check in one sentence.

use crate::{
    check::{grounds::Grounds, question::RunToCheck},
    metric::{Direction, Scale},
    rest::{change_points::ChangePointState, rows::ChangePointRow},
    stats::{Judgement, Limits, Moved, Options, Suspicion, VerdictKind},
    words::{
        counted, ends, no_direction, number, percent, probability, short_commit, signed,
        signed_percent,
    },
};

impl Grounds<'_> {
    /// All reasons for the verdict, the decisive one first.
    pub(super) fn reason(&self, run: RunToCheck<'_>, options: &Options) -> String {
        let mut parts = Vec::new();
        let moved = self.series.moved().map(|moved| self.stands(run, moved));
        // What the plain value of the run says, the series says with all its runs, unless the run
        // alone is worse than the baseline.
        let compared = self.assessment.filter(|found| {
            let is_worse = found.verdict.kind == VerdictKind::Regressed && self.handled.is_none();
            !self.is_of_plain_values() || (is_worse && moved.is_none())
        });
        match (moved, compared) {
            (Some(moved), compared) => {
                parts.push(moved);
                parts.extend(compared.map(|found| found.verdict.reason.clone()));
            }
            (None, compared) => {
                parts.extend(compared.map(|found| found.verdict.reason.clone()));
                let is_said = compared.is_some() && self.is_of_plain_values();
                parts.extend(self.quiet(run, options).filter(|_| !is_said));
            }
        }
        if let Judgement::Suspect(suspicion) = &self.series.judgement {
            let is_enough = self.kind(options) == VerdictKind::Regressed;
            parts.push(suspect(suspicion, is_enough));
        }
        parts.extend(self.recovered());
        // With other evidence than plain values, the comparison has reported it.
        if compared.is_none() && self.definition.direction == Direction::Neither {
            parts.push(no_direction(&self.definition.name));
        }
        if let (Some(attribution), Judgement::Confirmed { .. }) =
            (self.attribution, &self.series.judgement)
        {
            parts.push(attribution.sentence());
        }
        if let Some(row) = self.handled {
            parts.push(said(row));
        }
        parts.join("; ")
    }

    /// The newest level beside the one that counts.
    fn stands(&self, run: RunToCheck<'_>, moved: &Moved) -> String {
        let Moved {
            since,
            before,
            after,
            delta,
            interval,
            relative,
            p_value,
        } = *moved;
        let runs = &self.series.runs;
        let began = runs[since];
        let [from, to] = ends(before, after);
        let by_share = self.definition.scale() == Scale::Relative;
        let size = |delta: f64| match relative {
            Some(_) if by_share => signed_percent(delta / before.abs()),
            _ => signed(delta),
        };
        let interval = if interval.1 > interval.0 {
            format!(
                "; 95 % interval {} … {}",
                size(interval.0),
                size(interval.1)
            )
        } else {
            String::new()
        };
        let p = probability("p", p_value);
        let q_value = self
            .series_q_value
            .filter(|q| *q > p_value && probability("p", *q) != p)
            .map_or_else(String::new, |q| format!(", {}", probability("q", q)));
        let standing = self.series.standing.as_ref();
        let drift = standing.and_then(|of| of.current.drift.as_ref());
        let (how, when) = match drift {
            Some(drift) => (
                format!("drifting from {from} to {to}"),
                format!("over {}", counted(drift.last + 1 - drift.first, "run")),
            ),
            None => (
                format!("from {from} to {to}"),
                format!(
                    "since version {}, commit {}, {} ago",
                    began.version,
                    short_commit(&began.commit_sha),
                    counted(runs.len() - 1 - since, "run"),
                ),
            ),
        };
        let against = match (self.handled, run.baseline) {
            (Some(_), _) => ", against the accepted level",
            (None, Some(baseline)) if self.series.counts(&baseline.id) => {
                ", against the level of the baseline"
            }
            (None, Some(_)) if self.is_own_baseline => {
                ", against a lasting improvement on the baseline"
            }
            (None, _) => "",
        };
        format!(
            "{how} ({}){against} {when}{interval}; {p}{q_value}",
            size(delta)
        )
    }

    /// That nothing changed, and what would have shown.
    fn quiet(&self, run: RunToCheck<'_>, options: &Options) -> Option<String> {
        match &self.series.judgement {
            Judgement::Quiet {
                limits: Some(limits),
            } => Some(self.holds(limits, options)),
            Judgement::Quiet { limits: None } if self.assessment.is_none() => Some(format!(
                "{} of this metric: too few to estimate its level, and {}",
                counted(self.series.runs.len(), "run"),
                match run.baseline {
                    None => "no baseline to compare with",
                    Some(baseline) if baseline.id == run.current.id => "this run is the baseline",
                    Some(_) => "the baseline lacks this metric",
                }
            )),
            _ => self
                .assessment
                .filter(|_| self.is_of_plain_values())
                .map(|found| found.verdict.reason.clone()),
        }
    }

    fn holds(&self, limits: &Limits, options: &Options) -> String {
        let Limits {
            suspect: _,
            confirm,
            confirm_runs,
            runs,
        } = *limits;
        // For a metric that repeats exactly, any other value is a change at once.
        if self.series.is_exact() && self.series.are_identical(runs) {
            return format!(
                "the last {} are identical (any other value would be noticed)",
                counted(runs, "run")
            );
        }
        let level = self.series.standing.map_or(0.0, |of| of.current.mean);
        let share = confirm / level.abs();
        let size = match self.definition.scale() {
            Scale::Relative if share.is_finite() => percent(share),
            _ => number(confirm),
        };
        let visible = match self.definition.scale() {
            Scale::Relative => share,
            Scale::Absolute => confirm,
        };
        let noticed = format!(
            "{} off by {size} would be noticed",
            counted(confirm_runs, "run")
        );
        if visible <= options.threshold {
            format!(
                "the level of the last {} holds ({noticed})",
                counted(runs, "run")
            )
        } else {
            format!(
                "no change seen in the last {}, but the smallest that would show is {size}, more than the margin",
                counted(runs, "run")
            )
        }
    }

    /// That the metric is back where it should be.
    fn recovered(&self) -> Option<String> {
        let run = self.series.runs[self.series.standing?.recovered?];
        Some(format!(
            "recovered with version {}, commit {}",
            run.version,
            short_commit(&run.commit_sha)
        ))
    }
}

fn suspect(suspicion: &Suspicion, is_enough: bool) -> String {
    let noise = suspicion.in_noise.map_or_else(String::new, |sds| {
        format!(", {:.1} times the noise", sds.abs())
    });
    let [before, value] = ends(suspicion.before, suspicion.value);
    let what = format!("({value} after a level of {before}{noise})");
    if is_enough {
        return format!("this run is out of line {what}");
    }
    format!(
        "this run alone is out of line {what}: repeat it, because one run cannot tell a spike from a step"
    )
}

fn said(row: &ChangePointRow) -> String {
    let verb = match row.state {
        ChangePointState::Accepted => "accepted as the new level",
        _ => "dismissed",
    };
    let by = row
        .set_by
        .as_deref()
        .map_or_else(String::new, |name| format!(" by {name}"));
    let why = row
        .reason
        .as_deref()
        .map_or_else(String::new, |reason| format!(": {reason}"));
    format!("change point {} was {verb}{by}{why}", row.id)
}
