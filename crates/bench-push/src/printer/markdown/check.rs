//! A check as Markdown: the verdict and the next step first, then what moved, the rest folded.
//!
//! A step summary, a comment on a pull request and `--format markdown` are this text.

use std::fmt::Write as _;

use bench_model::{
    metric::Scale,
    stats::VerdictKind,
    words::{counted, number, short_commit, signed, signed_percent},
};

use crate::{
    gate::Consequence,
    printer::{human::check::advice, human::sparkline::sparkline, markdown::escape::escape},
    settings::secret::Scrubber,
    verbs::check::{Checked, CheckedMetric, CheckedRun, Missing},
};

/// More rows are unreadable.
const MOST_ROWS: usize = 100;
/// More lines of one kind are unreadable.
const MOST_LINES: usize = 10;
/// The longest reason, in characters.
const MOST_REASON: usize = 600;
/// The longest name, in characters.
const MOST_NAME: usize = 80;
/// The bars of a series.
const BARS: usize = 20;
/// What the last section may need to say how much was left out.
const RESERVE: usize = 200;

/// The check as Markdown of at most `budget` bytes: whole sections are left out, the last ones
/// first.
pub(crate) fn review(checked: &Checked, budget: usize, scrubber: &Scrubber) -> String {
    let words = Words { checked, scrubber };
    let mut text = words.heading();
    for section in [
        words.next_step(),
        words.asides(),
        words.moved(),
        words.missing(),
        words.rest(),
        words.unmarked(),
        words.footer(),
    ] {
        if section.is_empty() {
            continue;
        }
        if text.len() + section.len() + RESERVE > budget {
            text.push_str(
                "\nThe rest is too long for this place: `bench-push check --all` shows it.\n",
            );
            break;
        }
        text.push('\n');
        text.push_str(&section);
    }
    text
}

struct Words<'a> {
    checked: &'a Checked,
    scrubber: &'a Scrubber,
}

type Row<'a> = (&'a CheckedRun, &'a CheckedMetric);

impl Words<'_> {
    /// Text from a report: shortened, without keys and without markup.
    fn clean(&self, text: &str, most: usize) -> String {
        // Scrub before escaping markup, which would change a key with a backslash.
        let text = self.scrubber.scrub(text.to_owned());
        let short: String = text.chars().take(most).collect();
        let dots = if short.len() < text.len() { "…" } else { "" };
        format!("{}{dots}", escape(&short))
    }

    fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let runs = self.checked.runs.iter();
        runs.flat_map(|run| run.metrics.iter().map(move |metric| (run, metric)))
    }

    /// What wants to be read, worst first.
    fn moving(&self) -> Vec<Row<'_>> {
        let mut rows: Vec<Row<'_>> = self
            .rows()
            .filter(|(_, metric)| rank(metric) <= 3)
            .collect();
        rows.sort_by_key(|(_, metric)| rank(metric));
        rows
    }

    fn heading(&self) -> String {
        let regressed = self.checked.count(VerdictKind::Regressed);
        let improved = self.checked.count(VerdictKind::Improved);
        let suspects = self
            .rows()
            .filter(|(_, metric)| metric.is_suspect())
            .count();
        let required = self.checked.required().count();
        let spared = self.checked.spared();
        let mut parts = Vec::new();
        if regressed > 0 {
            // The worst by name: it is all that a mail's subject or a phone shows.
            let moving = self.moving();
            let worst = moving.first().map_or_else(String::new, |(_, metric)| {
                let name = self.clean(&metric.check.definition.name, MOST_NAME);
                match change(metric) {
                    Some(change) => format!("{name} {change}"),
                    None => name,
                }
            });
            let spared = match spared {
                0 => String::new(),
                all if all == regressed => "; the gate file lets it pass".to_owned(),
                some => format!("; the gate file lets {some} pass"),
            };
            parts.push(match regressed {
                1 => format!("{worst} regressed{spared}"),
                many => format!("{many} metrics regressed, first {worst}{spared}"),
            });
        }
        if required > 0 {
            parts.push(format!("{} missing", counted(required, "required metric")));
        }
        if suspects > 0 {
            parts.push(format!("{} out of line once", counted(suspects, "metric")));
        }
        if improved > 0 {
            parts.push(format!("{} improved", counted(improved, "metric")));
        }
        if parts.is_empty() {
            parts.push("nothing regressed".to_owned());
        }
        let sign = match self.checked.consequence() {
            Consequence::Fails => "❌",
            Consequence::Warns => "⚠️",
            Consequence::Passes => "✅",
        };
        format!("### {sign} Benchmark: {}\n", parts.join(", "))
    }

    /// One sentence: what to do now.
    fn next_step(&self) -> String {
        let failing = |(_, metric): &Row<'_>| metric.consequence() == Consequence::Fails;
        let open: Vec<Row<'_>> = self.rows().filter(failing).collect();
        if let Some((id, _)) = open.iter().find_map(|(_, metric)| metric.change_point) {
            return format!(
                "**Next:** mend it, or, if it is meant to be, \
                 `bench-push change-point accept {id} --reason \"…\"`.\n"
            );
        }
        if let Some((run, _)) = open.first() {
            return if run.run.is_mainline {
                "**Next:** mend it, or mark a run of the new level as the baseline.\n".to_owned()
            } else {
                "**Next:** mend it before the merge; if it is meant to be, accept it on the main \
                 line afterwards.\n"
                    .to_owned()
            };
        }
        if self.checked.required().next().is_some() {
            return "**Next:** find out why the benchmark no longer reports it.\n".to_owned();
        }
        if self.rows().any(|(_, metric)| metric.is_suspect()) {
            return "**Next:** run the benchmark once more; one run can be noise.\n".to_owned();
        }
        String::new()
    }

    /// Which runs are no part of the main line.
    fn asides(&self) -> String {
        let mut text = String::new();
        let mut asides: Vec<String> = self
            .checked
            .runs
            .iter()
            .filter_map(CheckedRun::aside)
            .collect();
        asides.dedup();
        for aside in asides.iter().take(MOST_LINES) {
            let _ = writeln!(text, "- {}", self.clean(aside, MOST_REASON));
        }
        text
    }

    /// The configurations without a baseline, folded: it is known to everybody after the first time.
    fn unmarked(&self) -> String {
        let mut text = String::new();
        let unmarked = self
            .checked
            .runs
            .iter()
            .filter(|run| run.baseline.is_none());
        for run in unmarked.clone().take(MOST_LINES) {
            let _ = writeln!(
                text,
                "- {} has no baseline: {}",
                self.name(run),
                // Ids contain no markup, unless the server is hostile.
                advice(&run.run, run.to_mark.as_ref()).replace(['<', '>', '&'], "")
            );
        }
        let count = unmarked.count();
        push_more(&mut text, count, "without a baseline");
        if count == 0 {
            return text;
        }
        let count = counted(count, "configuration");
        format!("<details><summary>{count} without a baseline</summary>\n\n{text}\n</details>\n")
    }

    fn name(&self, run: &CheckedRun) -> String {
        let name = |text: &str| self.clean(text, MOST_NAME);
        let run = &run.run;
        format!(
            "{} · {} · {}",
            name(&run.model_version),
            name(&run.dataset_version),
            name(&run.prompt_version)
        )
    }

    fn moved(&self) -> String {
        let rows = self.moving();
        if rows.is_empty() {
            return String::new();
        }
        let mut text = self.table(&rows[..rows.len().min(MOST_ROWS)]);
        if rows.len() > MOST_ROWS {
            let _ = writeln!(text, "\nand {} more", rows.len() - MOST_ROWS);
        }
        for (run, metric) in rows.iter().take(MOST_LINES) {
            let mut reason = self.clean(&metric.check.reason, MOST_REASON);
            if let Some(note) = metric
                .terms
                .note(metric.check.kind, self.checked.gate_path())
            {
                let _ = write!(reason, "; {}", self.clean(&note, MOST_REASON));
            }
            let _ = write!(
                text,
                "\n**{}**, {}: {reason}\n",
                self.clean(&metric.check.definition.name, MOST_NAME),
                self.name(run)
            );
        }
        text
    }

    fn table(&self, rows: &[Row<'_>]) -> String {
        let mut text = String::from(
            "| verdict | metric | level that counts | now | change | last runs | configuration |\n\
             | --- | --- | ---: | ---: | ---: | --- | --- |\n",
        );
        for (run, metric) in rows {
            let CheckedMetric { check, recent, .. } = metric;
            let verdict = match (check.kind, metric.is_suspect()) {
                (VerdictKind::Regressed, _) => "**regressed**",
                (_, true) => "out of line once",
                (kind, _) => kind.as_str(),
            };
            let (before, now) = match metric.levels() {
                Some((before, now, _)) => (number(before), number(now)),
                None => ("–".to_owned(), number(check.value)),
            };
            let change = change(metric).unwrap_or_else(|| "–".to_owned());
            let _ = writeln!(
                text,
                "| {verdict} | {} | {before} | {now} | {change} | `{}` | {} |",
                self.clean(&check.definition.name, MOST_NAME),
                sparkline(recent, BARS),
                self.name(run)
            );
        }
        text
    }

    fn missing(&self) -> String {
        let runs = self.checked.runs.iter();
        let missing = runs.flat_map(|run| run.missing.iter().map(move |missing| (run, missing)));
        let mut missing: Vec<(&CheckedRun, &Missing)> = missing.collect();
        missing.sort_by_key(|(_, missing)| !missing.is_required);
        let mut text = String::new();
        for (run, missing) in missing.iter().take(MOST_LINES) {
            let reason = self.clean(&missing.metric.reason(), MOST_REASON);
            let _ = writeln!(text, "- {}: {reason}", self.name(run));
        }
        push_more(&mut text, missing.len(), "missing");
        text
    }

    /// What needs no reading, folded.
    fn rest(&self) -> String {
        let mut rows: Vec<Row<'_>> = self.rows().filter(|(_, metric)| rank(metric) > 3).collect();
        if rows.is_empty() {
            return String::new();
        }
        rows.sort_by_key(|(_, metric)| rank(metric));
        let count = |kind| {
            let of_kind = rows.iter().filter(|(_, metric)| metric.check.kind == kind);
            (of_kind.count(), kind)
        };
        let counts = [VerdictKind::Uncertain, VerdictKind::Unchanged].map(count);
        let parts: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, kind)| format!("{count} {kind}"))
            .collect();
        let mut table = self.table(&rows[..rows.len().min(MOST_ROWS)]);
        if rows.len() > MOST_ROWS {
            let _ = writeln!(table, "\nand {} more", rows.len() - MOST_ROWS);
        }
        format!(
            "<details><summary>{}</summary>\n\n{table}\n</details>\n",
            parts.join(", ")
        )
    }

    fn footer(&self) -> String {
        let mut commits: Vec<String> = self
            .checked
            .runs
            .iter()
            .map(|run| short_commit(&run.run.commit_sha))
            .collect();
        commits.sort_unstable();
        commits.dedup();
        let commits: Vec<String> = commits
            .iter()
            .take(3)
            .map(|commit| self.clean(commit, MOST_NAME))
            .collect();
        let gate = match &self.checked.gate {
            Some(gate) => format!(
                "gate {} ({})",
                self.clean(&gate.path, MOST_NAME),
                gate.digest
            ),
            None => "no gate file: a regression fails".to_owned(),
        };
        format!(
            "<sub>{} of {}; {gate}</sub>\n",
            counted(self.checked.runs.len(), "run"),
            commits.join(", ")
        )
    }
}

/// The change from the level that counts: a difference for a metric with a fixed range, a share for
/// the others, as in the verdict.
fn change(metric: &CheckedMetric) -> Option<String> {
    let (before, _, delta) = metric.levels()?;
    let share = delta / before.abs();
    let is_share = metric.check.definition.scale() == Scale::Relative && share.is_finite();
    Some(if is_share {
        signed_percent(share)
    } else {
        signed(delta)
    })
}

/// The order of verdicts: what fails first; from 4 on it needs no reading.
fn rank(metric: &CheckedMetric) -> u8 {
    match (metric.check.kind, metric.consequence()) {
        (VerdictKind::Regressed, Consequence::Fails) => 0,
        (VerdictKind::Regressed, _)
        | (VerdictKind::Uncertain, Consequence::Fails | Consequence::Warns) => 1,
        (VerdictKind::Uncertain, _) if metric.is_suspect() => 2,
        (VerdictKind::Improved, _) => 3,
        (VerdictKind::Uncertain, _) => 4,
        (VerdictKind::Unchanged, _) => 5,
    }
}

/// Says how many lines were left out.
fn push_more(text: &mut String, all: usize, what: &str) {
    if all > MOST_LINES {
        let _ = writeln!(text, "- and {} more {what}", all - MOST_LINES);
    }
}
