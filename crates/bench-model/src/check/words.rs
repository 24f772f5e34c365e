//! A check in one sentence.

use crate::{
    check::{grounds::Grounds, question::RunToCheck},
    metric::{Direction, Scale},
    rest::{change_points::ChangePointState, rows::ChangePointRow},
    stats::{Change, Judgement, Limits, Suspicion},
    words::{
        counted, ends, no_direction, number, probability, short_commit, signed, signed_percent,
    },
};

impl Grounds<'_> {
    /// All reasons for the verdict.
    pub(super) fn reason(&self, run: RunToCheck<'_>) -> String {
        let mut parts = Vec::new();
        if let Some(found) = self.assessment {
            parts.push(found.verdict.reason.clone());
        }
        match &self.series.judgement {
            Judgement::Confirmed { change, .. } => parts.push(confirmed(self, change)),
            Judgement::Suspect(suspicion) => parts.push(suspect(suspicion)),
            Judgement::Quiet {
                limits: Some(limits),
            } => parts.push(holds(limits)),
            Judgement::Quiet { limits: None } if self.assessment.is_none() => {
                parts.push(format!(
                    "{} of this metric: too few to estimate its level, and {}",
                    counted(self.series.runs.len(), "run"),
                    match run.baseline {
                        None => "no baseline to compare with",
                        Some(baseline) if baseline.id == run.current.id => {
                            "this run is the baseline"
                        }
                        Some(_) => "the baseline lacks this metric",
                    }
                ));
            }
            Judgement::Quiet { limits: None } => {}
        }
        // With a baseline, the comparison has reported it.
        if self.assessment.is_none() && self.definition.direction == Direction::Neither {
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
}

fn holds(limits: &Limits) -> String {
    let Limits {
        suspect,
        confirm,
        runs,
    } = *limits;
    // For a metric that repeats exactly, any other value is a change at once.
    if suspect.total_cmp(&confirm).is_eq() {
        return format!(
            "the last {} are identical (any other value would be noticed)",
            counted(runs, "run")
        );
    }
    format!(
        "the level of the last {} holds (two runs off by {} would be noticed)",
        counted(runs, "run"),
        number(confirm)
    )
}

fn confirmed(grounds: &Grounds<'_>, change: &Change) -> String {
    let Change {
        index,
        before,
        after,
        delta,
        relative,
        in_noise,
        p_value,
        ..
    } = *change;
    let runs = &grounds.series.runs;
    let run = runs[index];
    let [from, to] = ends(before, after);
    let size = match (grounds.definition.scale(), relative) {
        (Scale::Relative, Some(share)) => signed_percent(share),
        _ => signed(delta),
    };
    let noise = in_noise.map_or_else(
        || "exact metric".to_owned(),
        |sds| format!("{:.1} times the noise", sds.abs()),
    );
    let p = probability("p", p_value);
    let q_value = grounds
        .series_q_value
        .filter(|q| *q > p_value && probability("p", *q) != p)
        .map_or_else(String::new, |q| format!(", {}", probability("q", q)));
    format!(
        "the level changed from {from} to {to} ({size}, {noise}, {p}{q_value}) in version {}, commit {}, {} ago",
        run.version,
        short_commit(&run.commit_sha),
        counted(runs.len() - 1 - index, "run"),
    )
}

fn suspect(suspicion: &Suspicion) -> String {
    let noise = suspicion.in_noise.map_or_else(String::new, |sds| {
        format!(", {:.1} times the noise", sds.abs())
    });
    let [before, value] = ends(suspicion.before, suspicion.value);
    format!(
        "this run alone is out of line ({value} after a level of {before}{noise}): repeat it, because one run cannot tell a spike from a step"
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
