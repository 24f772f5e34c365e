//! A check in one sentence.

use crate::{
    check::{grounds::Grounds, question::RunToCheck},
    metric::{Direction, Scale},
    rest::{change_points::ChangePointState, rows::KnownChangeRow},
    stats::{Judgement, Limits, Moved, Options, Suspicion, VerdictKind},
    words::{
        self, counted, decimals_of, ends, no_direction, number, percent, probability, short_commit,
        sign, signed, signed_percent, trimmed,
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
            parts.push(said(row, self.series.lasts(row)));
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
        // As many decimals as show two digits of the difference.
        let decimals = decimals_of(delta).max(3);
        let rounded = |value: f64| trimmed(&words::decimals(value, decimals)).to_owned();
        let by_share = self.definition.scale() == Scale::Relative;
        let [from, to] = match [rounded(before), rounded(after)] {
            [from, to] if !by_share && from != to => [from, to],
            _ => ends(before, after),
        };
        let size = |delta: f64| match relative {
            Some(_) if by_share => signed_percent(delta / before.abs()),
            _ if by_share => signed(delta),
            _ => sign(delta, &rounded(delta.abs())),
        };
        let interval = if interval.1 > interval.0 {
            let [low, high] = [interval.0, interval.1].map(size);
            format!("; 95 % interval {low} … {high}")
        } else {
            String::new()
        };
        let p = probability("p", p_value);
        let q_value = self
            .series_q_value
            .filter(|q| *q > p_value && probability("p", *q) != p)
            .map_or_else(String::new, |q| format!(", {}", probability("q", q)));
        let level = match (self.handled, run.baseline) {
            (Some(_), _) => ", the accepted level,",
            (None, Some(baseline)) if self.series.counts(&baseline.id) => {
                ", the level of the baseline,"
            }
            (None, Some(_)) if self.is_own_baseline => ", a lasting improvement on the baseline,",
            (None, _) => "",
        };
        let whose = if self.is_side_run {
            "the main line: "
        } else {
            ""
        };
        let standing = self.series.standing.as_ref();
        let drift = standing.and_then(|of| of.current.drift.as_ref());
        let size = size(delta);
        let moved = if drift.is_some() {
            let count = counted(runs.len() - 1 - since, "run");
            format!("drifting from {from}{level} to {to} ({size}) over {count}")
        } else {
            let ago = counted(runs.len() - 1 - since, "run");
            let commit = short_commit(&began.commit_sha);
            // Once is enough.
            let is_said = self
                .attribution
                .is_some_and(|found| found.sentence().contains(&commit));
            let commit = if is_said {
                String::new()
            } else {
                format!(", commit {commit}")
            };
            let version = began.version;
            format!(
                "from {from}{level} to {to} ({size}) since version {version}{commit}, {ago} ago"
            )
        };
        format!("{whose}{moved}{interval}; {p}{q_value}")
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
        "this run alone is out of line {what}; repeat it: one run cannot tell a spike from a step"
    )
}

fn said(row: &KnownChangeRow, lasts: bool) -> String {
    let (verb, note) = match row.state {
        ChangePointState::Accepted if lasts => ("accepted as the new level", ""),
        ChangePointState::Accepted => ("accepted", "; no lasting level began there"),
        _ => ("dismissed", ""),
    };
    let by = row
        .set_by
        .as_deref()
        .map_or_else(String::new, |name| format!(" by {name}"));
    let why = row
        .reason
        .as_deref()
        .map_or_else(String::new, |reason| format!(": {reason}"));
    format!("change point {} was {verb}{by}{why}{note}", row.id)
}
