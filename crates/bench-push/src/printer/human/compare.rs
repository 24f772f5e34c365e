//! What `compare` found, as sentences.

use std::{collections::BTreeSet, fmt::Write as _};

use bench_model::stats::{Assessment, VerdictKind};

use crate::{
    printer::{rendered::Rendered, text::plain},
    report::gather::count,
    verbs::compare::{Compared, ComparedPair, Unshared, pairs::Group},
};

/// What `compare` found: regressions first, then what improved, what is uncertain, what is unchanged.
pub(crate) fn compared(compared: &Compared) -> Rendered {
    let mut rendered = Rendered {
        status: compared.status(),
        ..Rendered::default()
    };
    for (index, pair) in compared.pairs.iter().enumerate() {
        if index > 0 {
            rendered.out.push('\n');
        }
        push_pair(&mut rendered.out, pair);
    }
    let required: BTreeSet<&str> = compared
        .required()
        .map(|metric| metric.name.as_str())
        .collect();
    for name in required {
        let _ = writeln!(
            rendered.talk,
            "{name} of A is missing from B, so the comparison fails"
        );
    }
    for group in &compared.alone {
        let _ = writeln!(
            rendered.talk,
            "warning: {} has nothing to be held against: no run on the same data and environment",
            plain(&group.name())
        );
    }
    rendered
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
    let commit: String = newest.commit_sha.chars().take(12).collect();
    match group.runs.len() {
        1 => format!("{}, version {} ({commit})", group.name(), newest.version),
        several => format!(
            "{}, {}, the newest is version {} ({commit})",
            group.name(),
            count(several, "run"),
            newest.version
        ),
    }
}

/// A long sentence over several lines, cut where it pauses, so that it stays beside its verdict.
pub(super) fn folded(sentence: &str) -> String {
    const WIDTH: usize = 100;
    let mut text = String::new();
    let mut width = 0;
    for part in sentence.split("; ") {
        let length = part.chars().count();
        if width > 0 && width + length > WIDTH {
            text.push_str(";\n             ");
            width = 0;
        } else if width > 0 {
            text.push_str("; ");
        }
        text.push_str(part);
        width += length + 2;
    }
    text
}
