use std::fmt::Write as _;

use crate::{
    printer::{human::failure::push_hints, outcome::Told},
    report::gather::count,
    verbs::flush::Flushed,
};

/// The result of `flush`.
pub(crate) fn flushed(flushed: &Flushed) -> Told {
    let mut told = Told::default();
    for (_, row) in &flushed.kept {
        let _ = if row.inserted {
            writeln!(told.out, "stored run {}", row.id)
        } else {
            writeln!(told.out, "run {} was already stored", row.id)
        };
    }
    for (file, reason) in &flushed.refused {
        let _ = writeln!(
            told.talk,
            "error: {reason}\n  the run was put aside in `{}`",
            file.display()
        );
    }
    if let Some(failed) = &flushed.failure {
        let _ = writeln!(told.talk, "error: {failed}");
        if flushed.waiting > 0 {
            let _ = writeln!(
                told.talk,
                "  {} still {} in the spool",
                count(flushed.waiting, "run"),
                if flushed.waiting == 1 {
                    "waits"
                } else {
                    "wait"
                }
            );
        }
        push_hints(&mut told.talk, failed.hint().as_slice());
    } else if flushed.kept.is_empty() && flushed.refused.is_empty() {
        let _ = writeln!(told.talk, "the spool is empty, nothing to send");
    }
    told
}
