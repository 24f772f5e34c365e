//! The result of `compare`, as sentences.

use std::{collections::BTreeSet, fmt::Write as _};

use bench_model::{
    stats::{Assessment, VerdictKind},
    words::{counted, short_commit},
};

use crate::{
    printer::{human::folded::folded, outcome::Told},
    terminal::text::plain,
    verbs::compare::{Compared, ComparedPair, Unshared, pairs::Group},
};

/// The result of `compare`: regressions first, then improved, uncertain and unchanged metrics.
pub(crate) fn compared(compared: &Compared) -> Told {
    let mut told = Told::default();
    for (index, pair) in compared.pairs.iter().enumerate() {
        if index > 0 {
            told.out.push('\n');
        }
        push_pair(&mut told.out, pair);
    }
    let required: BTreeSet<&str> = compared
        .required()
        .map(|metric| metric.name.as_str())
        .collect();
    for name in required {
        let _ = writeln!(
            told.talk,
            "{name} of A is missing from B, so the comparison fails"
        );
    }
    for group in &compared.alone {
        let _ = writeln!(
            told.talk,
            "warning: {} has no counterpart: no run on the same data set, in the same environment or with the same prompt",
            plain(&group.name())
        );
    }
    told
}

fn push_pair(out: &mut String, pair: &ComparedPair) {
    let ComparedPair {
        baseline,
        current,
        metrics,
        unshared,
    } = pair;
    let _ = writeln!(out, "A  {}", plain(&side(baseline)));
    let _ = writeln!(out, "B  {}", plain(&side(current)));
    let mut metrics: Vec<&Assessment> = metrics.iter().collect();
    metrics.sort_by_key(|judged| match judged.verdict.kind {
        VerdictKind::Regressed => 0,
        VerdictKind::Improved => 1,
        VerdictKind::Uncertain => 2,
        VerdictKind::Unchanged => 3,
    });
    for judged in &metrics {
        let threshold = match judged.verdict.threshold_exceeded {
            Some(true) if judged.verdict.kind != VerdictKind::Regressed => {
                "; the plain threshold is exceeded"
            }
            Some(false) if judged.verdict.kind == VerdictKind::Regressed => {
                "; the plain threshold is not exceeded"
            }
            _ => "",
        };
        let sentence = format!("{}{threshold}", judged.verdict.reason);
        let _ = writeln!(
            out,
            "  {:<9}  {}",
            judged.verdict.kind,
            folded(&plain(&sentence))
        );
    }
    for Unshared { metric, .. } in unshared {
        let word = if metric.is_missing() {
            "missing"
        } else {
            "new"
        };
        let _ = writeln!(out, "  {word:<9}  {}", plain(&metric.reason()));
    }
    if metrics.is_empty() {
        let _ = writeln!(out, "  the two have no metric in common");
    }
}

/// `model / dataset / prompt / environment, version 12 (abc1234)`.
fn side(group: &Group) -> String {
    let newest = group.newest();
    let commit = short_commit(&newest.commit_sha);
    match group.runs.len() {
        1 => format!("{}, version {} ({commit})", group.name(), newest.version),
        several => format!(
            "{}, {}, the newest is version {} ({commit})",
            group.name(),
            counted(several, "run"),
            newest.version
        ),
    }
}
