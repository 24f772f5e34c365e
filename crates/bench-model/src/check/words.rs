//! A check in one sentence.

use super::{MetricCheck, Series};
use crate::{
    metric::Scale,
    rest::change_points::{ChangePointRow, ChangePointState},
    stats::{Change, Judgement, Suspicion},
};

/// Everything that speaks for the verdict.
pub(super) fn reason(
    check: &MetricCheck,
    series: &Series<'_>,
    handled: Option<&ChangePointRow>,
) -> String {
    let mut parts = Vec::new();
    if let Some(found) = &check.assessment {
        parts.push(found.verdict.reason.clone());
    }
    match &check.judgement {
        Judgement::Confirmed { change, .. } => parts.push(confirmed(check, change, series)),
        Judgement::Suspect(suspicion) => parts.push(suspect(suspicion)),
        Judgement::Quiet {
            limits: Some(limits),
        } => parts.push(format!(
            "the level of the last {} runs holds (two runs off by {} would show)",
            limits.runs,
            number(limits.confirm)
        )),
        Judgement::Quiet { limits: None } if check.assessment.is_none() => {
            parts.push(format!(
                "{} of the metric: too few to know its level, and no baseline to hold it against",
                counted(series.runs.len(), "run")
            ));
        }
        Judgement::Quiet { limits: None } => {}
    }
    if let (Some(attribution), Judgement::Confirmed { .. }) = (&check.attribution, &check.judgement)
    {
        parts.push(attribution.sentence());
    }
    if let Some(row) = handled {
        parts.push(said(row));
    }
    parts.join("; ")
}

fn confirmed(check: &MetricCheck, change: &Change, series: &Series<'_>) -> String {
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
    let run = series.runs[index];
    let size = match (check.definition.scale(), relative) {
        (Scale::Relative, Some(share)) => percent(share),
        _ => signed(delta),
    };
    let noise = in_noise.map_or_else(
        || "an exact metric".to_owned(),
        |sds| format!("{:.1} times the noise", sds.abs()),
    );
    let q_value = check
        .series_q_value
        .filter(|q| *q > p_value)
        .map_or_else(String::new, |q| format!(", q {}", probability(q)));
    format!(
        "the level moved from {} to {} ({size}, {noise}, p {}{q_value}) with version {} at {}, {} ago",
        number(before),
        number(after),
        probability(p_value),
        run.version,
        short(&run.commit_sha),
        counted(series.runs.len() - 1 - index, "run"),
    )
}

fn suspect(suspicion: &Suspicion) -> String {
    let noise = suspicion.in_noise.map_or_else(String::new, |sds| {
        format!(", {:.1} times the noise", sds.abs())
    });
    format!(
        "this run alone is out of line ({} after a level of {}{noise}): run it once more, one run cannot tell a spike from a step",
        number(suspicion.value),
        number(suspicion.before),
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

/// Four significant digits, without a tail of zeros.
pub(super) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return value.to_string();
    }
    let magnitude = libm::log10(value.abs()).floor();
    if !(-5.0..9.0).contains(&magnitude) {
        return format!("{value:.3e}");
    }
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 8"
    )]
    let decimals = (3.0 - magnitude).clamp(0.0, 8.0) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn signed(value: f64) -> String {
    if value > 0.0 {
        format!("+{}", number(value))
    } else {
        number(value)
    }
}

fn percent(share: f64) -> String {
    format!("{:+.1} %", share * 100.0)
}

fn probability(p: f64) -> String {
    if p < 1e-12 {
        "< 1e-12".to_owned()
    } else {
        format!("{p:.2e}")
    }
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
