use std::fmt::Write as _;

use crate::{
    printer::{human::failure::push_hints, outcome::Told},
    verbs::doctor::{Diagnosis, Finding},
};

/// The result of `doctor`.
pub(crate) fn diagnosis(diagnosis: &Diagnosis) -> Told {
    let mut told = Told::default();
    for Finding {
        subject,
        sentence,
        trouble,
    } in &diagnosis.findings
    {
        let mark = if trouble.is_none() { "ok   " } else { "WRONG" };
        let _ = writeln!(told.out, "{mark}  {subject:<8} {sentence}");
    }
    let hints: Vec<String> = diagnosis
        .findings
        .iter()
        .filter_map(|finding| finding.trouble.as_ref()?.hint.clone())
        .collect();
    push_hints(&mut told.talk, &hints);
    told
}
