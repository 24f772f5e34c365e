//! A check in one sentence.

use crate::{
    check::{grounds::Grounds, question::RunToCheck},
    metric::{Direction, Scale},
    rest::{change_points::ChangePointState, rows::ChangePointRow},
    stats::{Change, Judgement, Limits, Suspicion},
    words::{ends, no_direction, number, percent, probability, signed},
};

impl Grounds<'_> {
    /// Everything that speaks for the verdict.
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
                    "{} of the metric: too few to know its level, and {}",
                    counted(self.series.runs.len(), "run"),
                    match run.baseline {
                        None => "no baseline to hold it against",
                        Some(baseline) if baseline.id == run.current.id => {
                            "the run is the baseline"
                        }
                        Some(_) => "the baseline has no such metric",
                    }
                ));
            }
            Judgement::Quiet { limits: None } => {}
        }
        // With a baseline the comparison has said so.
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
    // Of a metric that repeats exactly any other value shows, and at once.
    if suspect.total_cmp(&confirm).is_eq() {
        return format!("the last {runs} runs are all the same (any other value would show)");
    }
    format!(
        "the level of the last {runs} runs holds (two runs off by {} would show)",
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
        (Scale::Relative, Some(share)) => percent(share),
        _ => signed(delta),
    };
    let noise = in_noise.map_or_else(
        || "an exact metric".to_owned(),
        |sds| format!("{:.1} times the noise", sds.abs()),
    );
    let q_value = grounds
        .series_q_value
        .filter(|q| *q > p_value && probability(*q) != probability(p_value))
        .map_or_else(String::new, |q| format!(", q {}", probability(q)));
    format!(
        "the level moved from {from} to {to} ({size}, {noise}, p {}{q_value}) with version {} at {}, {} ago",
        probability(p_value),
        run.version,
        short(&run.commit_sha),
        counted(runs.len() - 1 - index, "run"),
    )
}

fn suspect(suspicion: &Suspicion) -> String {
    let noise = suspicion.in_noise.map_or_else(String::new, |sds| {
        format!(", {:.1} times the noise", sds.abs())
    });
    let [before, value] = ends(suspicion.before, suspicion.value);
    format!(
        "this run alone is out of line ({value} after a level of {before}{noise}): run it once more, one run cannot tell a spike from a step"
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

fn counted(count: usize, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

fn short(commit: &str) -> String {
    commit.chars().take(12).collect()
}
