use std::fmt::Write as _;

use bench_model::words::counted;

use crate::{
    failure::Failure,
    printer::{human::failure::push_hints, outcome::Told},
    spool::{REFUSED_HINT, RefusedRun},
    verbs::flush::{Flushed, StuckRun},
};

/// The maximum number of runs listed from earlier flushes.
const MOST_EARLIER: usize = 20;

/// What to do with runs that fail by themselves.
const STUCK_HINT: &str = "`bench-push flush` tries it again, after all others; `--timeout` waits longer for one answer, and\n\
     the database's `statement_timeout` bounds how large a run it stores";

/// The result of `flush`.
pub(crate) fn flushed(flushed: &Flushed) -> Told {
    let mut told = Told::default();
    for (_, row) in &flushed.kept {
        let _ = if row.is_new() {
            writeln!(told.out, "stored run {}", row.id)
        } else {
            writeln!(told.out, "run {} was already stored", row.id)
        };
    }
    for RefusedRun { file, reason } in &flushed.removed {
        let _ = writeln!(told.out, "removed `{}`: {reason}", file.display());
    }
    for RefusedRun { file, reason } in &flushed.refused {
        let _ = writeln!(
            told.talk,
            "error: {reason}\n  the run was put aside in `{}`",
            file.display()
        );
    }
    for StuckRun { file, reason, .. } in &flushed.stuck {
        let _ = writeln!(
            told.talk,
            "error: {reason}\n  `{}` stays in the spool; other runs do not wait for it",
            file.display()
        );
    }
    if let Some(failed) = &flushed.failure {
        let _ = writeln!(told.talk, "error: {failed}");
        if flushed.waiting > 0 {
            let _ = writeln!(
                told.talk,
                "  {} still {} in the spool",
                counted(flushed.waiting, "run"),
                if flushed.waiting == 1 {
                    "waits"
                } else {
                    "wait"
                }
            );
        }
    } else if flushed.kept.is_empty() && flushed.refused.is_empty() && flushed.stuck.is_empty() {
        let _ = writeln!(told.talk, "the spool is empty, nothing to send");
    }
    push_earlier(&mut told.talk, &flushed.refused_earlier);
    let mut hints: Vec<String> = flushed.failure.iter().filter_map(Failure::hint).collect();
    if flushed.stuck.iter().any(|stuck| stuck.is_temporary) {
        hints.push(STUCK_HINT.to_owned());
    }
    if !flushed.refused_earlier.is_empty() || !flushed.refused.is_empty() {
        hints.push(REFUSED_HINT.to_owned());
    }
    push_hints(&mut told.talk, &hints);
    told
}

/// The runs that an earlier flush set aside.
fn push_earlier(talk: &mut String, earlier: &[RefusedRun]) {
    if earlier.is_empty() {
        return;
    }
    let runs = counted(earlier.len(), "run");
    let _ = writeln!(talk, "warning: {runs} refused in an earlier flush");
    for RefusedRun { file, reason } in earlier.iter().take(MOST_EARLIER) {
        let _ = writeln!(talk, "  `{}`: {reason}", file.display());
    }
    if let Some(more @ 1..) = earlier.len().checked_sub(MOST_EARLIER) {
        let _ = writeln!(talk, "  and {more} more");
    }
}
