//! A check as GitHub's workflow commands: annotations on the run.

use std::fmt::Write as _;

use bench_model::{stats::VerdictKind, words::counted};

use crate::{
    gate::Consequence, printer::human::run::name_of, terminal::text::plain, verbs::check::Checked,
};

/// GitHub shows ten of a kind a step, and drops the others without a word.
const MOST: usize = 9;
/// A longer message is unreadable.
const MOST_TEXT: usize = 500;

/// The annotations, the worst first.
pub(crate) fn checked(checked: &Checked) -> String {
    let (mut errors, mut warnings, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for run in &checked.runs {
        let name = name_of(&run.run);
        for metric in &run.metrics {
            let check = &metric.check;
            let title = format!("{} {}: {name}", check.definition.name, check.kind);
            let line = (title, check.reason.clone());
            match (metric.consequence(), check.kind) {
                (Consequence::Fails, _) => errors.push(line),
                (Consequence::Warns, _) => warnings.push(line),
                (Consequence::Passes, VerdictKind::Regressed) => notices.push(line),
                (Consequence::Passes, _) if metric.is_suspect() => notices.push(line),
                (Consequence::Passes, _) => {}
            }
        }
        for missing in &run.missing {
            let line = (
                format!("{} is missing: {name}", missing.metric.name),
                missing.metric.reason(),
            );
            match missing.consequence() {
                Consequence::Fails => errors.push(line),
                Consequence::Warns => warnings.push(line),
                Consequence::Passes => {}
            }
        }
    }
    let mut text = String::new();
    for (command, lines) in [
        ("error", errors),
        ("warning", warnings),
        ("notice", notices),
    ] {
        for (title, message) in lines.iter().take(MOST) {
            let _ = writeln!(
                text,
                "::{command} title={}::{}",
                property(&short(title)),
                data(&short(message))
            );
        }
        if lines.len() > MOST {
            let more = counted(lines.len() - MOST, "more");
            let _ = writeln!(
                text,
                "::{command} title={more}::`bench-push check` lists them"
            );
        }
    }
    text
}

fn short(text: &str) -> String {
    plain(text).chars().take(MOST_TEXT).collect()
}

/// Escaped as the message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escaped as a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_name_ends_a_command_or_begins_another(name in "(?s).*") {
            let line = format!("::error title={}::{}", property(&short(&name)), data(&short(&name)));
            proptest::prop_assert_eq!(line.lines().count(), 1);
            let title = line.trim_start_matches("::error title=");
            let title = title.split("::").next().unwrap_or_default();
            proptest::prop_assert!(!title.contains([',', '\r']));
        }
    }
}
