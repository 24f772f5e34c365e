//! The result of `push`, as sentences.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt::Write as _,
};

use bench_model::words::counted;
use serde_json::Value;

use crate::{
    failure::Failure,
    printer::{human::failure::push_hints, outcome::Told, rendered::pretty},
    report::gather::{FileWarning, Trouble},
    server::call_error::CallError,
    spelling::cut,
    terminal::{shell::word, text::plain},
    verbs::{
        push::{Fate, Pushed, PushedRun, Verified},
        remarks::Remark,
    },
};

/// Further warnings are counted, not shown.
const MOST_WARNINGS: usize = 20;
/// More fields than these are counted, not named.
const MOST_FIELDS: usize = 20;

/// The result of `push`.
pub(crate) fn pushed(pushed: &Pushed) -> Told {
    let mut told = Told::default();
    let is_told_before = is_known_configuration(pushed);
    let told_now = pushed.warnings.iter();
    let told_now = told_now.filter(|one| !(one.warning.is_lasting && is_told_before));
    warnings(&mut told.talk, told_now.collect());
    if pushed.dry_run {
        dry_run(&mut told, pushed);
    }
    for run in &pushed.runs {
        told.out.push_str(&fate(run));
    }
    for trouble in &pushed.troubles {
        told.talk.push_str(&troubled(trouble, pushed));
    }
    conflicts(&mut told.talk, pushed);
    side_runs(&mut told.talk, pushed);
    if let Some(failed) = &pushed.failure {
        told.talk.push_str(&ended_early(failed, pushed));
    }
    if let Some(read_back) = &pushed.verified {
        verified(&mut told.talk, read_back);
    }
    if let Some(why) = &pushed.unverified {
        let _ = writeln!(
            told.talk,
            "warning: what is stored could not be read back: {why}"
        );
    }
    for remark in &pushed.remarks {
        told.talk.push_str(&remarked(remark));
    }
    let (stored, duplicates, _) = pushed.counts();
    if stored + duplicates > 1 {
        let _ = match (stored, duplicates) {
            (stored, 0) => writeln!(told.talk, "{} stored", counted(stored, "run")),
            (0, all) => writeln!(told.talk, "all {} were stored before", counted(all, "run")),
            (stored, before) => writeln!(
                told.talk,
                "{} stored, {before} stored before",
                counted(stored, "run")
            ),
        };
    }
    told
}

fn remarked(remark: &Remark) -> String {
    match remark {
        Remark::NoDirection { metrics } => {
            let shown: Vec<String> = metrics
                .iter()
                .take(MOST_FIELDS)
                .map(|name| cut(name))
                .collect();
            let more = match metrics.len() - shown.len() {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            let name = metrics.first().map_or("NAME", String::as_str);
            let (has, is) = match metrics.len() {
                1 => ("has", "it is"),
                _ => ("have", "they are"),
            };
            format!(
                "warning: {}{more} {has} no direction, so {is} shown and never judged; state it once:\n  \
                 bench-push metric set {} --direction higher|lower|neither --reason '…'\n  \
                 or in the report: \"metric_definitions\": {{{}: {{\"direction\": \"higher_is_better\"}}}}\n",
                shown.join(", "),
                word(name),
                Value::from(name),
            )
        }
        Remark::DeclarationIgnored {
            metric,
            said,
            in_force,
            origin,
        } => format!(
            "warning: the report declares {} as {}, which is ignored: {} is in force, {}\n",
            cut(metric),
            plain(said),
            plain(in_force),
            plain(origin)
        ),
        Remark::NewName {
            field,
            found,
            known,
        } => format!(
            "warning: new configuration: no run had the {field} {} before; did you mean {}?\n",
            cut(found),
            cut(known)
        ),
    }
}

fn fate(PushedRun { run, fate, .. }: &PushedRun) -> String {
    match fate {
        Fate::Kept(row) if row.is_new() => {
            format!(
                "stored run {} ({})\n",
                row.id,
                counted(run.metrics.len(), "metric")
            )
        }
        Fate::Kept(row) => format!("run {} was already stored\n", row.id),
        Fate::Conflict(_) | Fate::Spooled | Fate::NotSent => String::new(),
    }
}

/// Runs whose key is that of another run.
fn conflicts(talk: &mut String, pushed: &Pushed) {
    for PushedRun { place, fate, .. } in &pushed.runs {
        let Fate::Conflict(row) = fate else { continue };
        let Some(why) = row.conflict() else { continue };
        let path = if place.path.is_empty() {
            String::new()
        } else {
            format!(" {}", place.path)
        };
        let _ = writeln!(
            talk,
            "error: conflict: the run of `{}`{path} was not stored: {why}",
            place.file
        );
    }
}

/// Which runs are side runs, and why; those of one reason in one line.
fn side_runs(talk: &mut String, pushed: &Pushed) {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    let runs = pushed.runs.iter();
    for why in runs.filter_map(|run| run.place.side_run.as_deref()) {
        match reasons.iter_mut().find(|(known, _)| *known == why) {
            Some((_, runs)) => *runs += 1,
            None => reasons.push((why, 1)),
        }
    }
    for (why, runs) in reasons {
        let which = if pushed.runs.len() == 1 {
            "side run".to_owned()
        } else {
            counted(runs, "side run")
        };
        let _ = writeln!(
            talk,
            "{which}: {}; no part of the main line (`--mainline` decides otherwise)",
            plain(why)
        );
    }
}

fn dry_run(told: &mut Told, pushed: &Pushed) {
    let runs: Vec<_> = pushed.runs.iter().map(|pushed| &pushed.run).collect();
    if !runs.is_empty() {
        told.out
            .push_str(&pretty(&serde_json::json!({ "p_runs": runs })));
    }
    let target = pushed
        .project_url
        .as_ref()
        .map_or_else(String::new, |url| format!(" to `{url}`"));
    let _ = writeln!(
        told.talk,
        "{} would be sent{target}; nothing was sent",
        counted(runs.len(), "run")
    );
}

fn troubled(trouble: &Trouble, pushed: &Pushed) -> String {
    let sent = match trouble {
        _ if !pushed.keep_going => "nothing was sent",
        Trouble::Invalid { .. } => "the reports with problems were left out",
        _ => "it was left out",
    };
    let mut text = format!("error: {trouble}, {sent}\n");
    if let Trouble::Invalid {
        problems, unlisted, ..
    } = trouble
    {
        for problem in problems {
            let _ = writeln!(text, "  {problem}");
        }
        if *unlisted > 0 {
            let _ = writeln!(text, "  and {unlisted} more");
        }
    }
    push_hints(&mut text, &trouble.hints());
    text
}

fn ended_early(failed: &Failure, pushed: &Pushed) -> String {
    let (stored, duplicates, spooled) = pushed.counts();
    let left = pushed.runs.len() - stored - duplicates - spooled - pushed.conflicts();
    // After a success response that could not be parsed, the state is unknown.
    let is_no = match failed {
        Failure::Settings(_) => true,
        Failure::Call(CallError::Refused(no)) => no.status >= 300,
        _ => false,
    };
    let is_nothing = left == pushed.runs.len() && is_no;
    let mut text = format!(
        "error: {failed}{}\n",
        if is_nothing {
            "; nothing was stored"
        } else {
            ""
        }
    );
    if stored + duplicates > 0 {
        let _ = writeln!(
            text,
            "  {} before it {} stored",
            counted(stored + duplicates, "run"),
            were(stored + duplicates)
        );
    }
    if left > 0 && !is_nothing {
        let _ = writeln!(
            text,
            "  {} {} not sent or not taken",
            counted(left, "run"),
            were(left)
        );
    }
    let mut hints: Vec<String> = failed.hint().into_iter().collect();
    if let (Some(folder), true) = (&pushed.spool, spooled > 0) {
        let _ = writeln!(
            text,
            "  {} {} in the spool `{}`",
            counted(spooled, "run"),
            if spooled == 1 { "waits" } else { "wait" },
            folder.display()
        );
        hints
            .push("nothing is lost: `bench-push flush` sends what waits, each run once".to_owned());
    }
    push_hints(&mut text, &hints);
    text
}

fn were(number: usize) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

/// Warnings of one message, said once: the first of them, and which fields of how many reports.
struct Alike<'a> {
    first: &'a FileWarning,
    fields: Vec<&'a str>,
    reports: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Alike<'a> {
    fn among(warnings: Vec<&'a FileWarning>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut known: HashSet<(usize, &str)> = HashSet::new();
        for one in warnings {
            let (report, field) = one.warning.path.report_and_field();
            let place = *places.entry(&one.warning.message).or_insert_with(|| {
                groups.push(Self {
                    first: one,
                    fields: Vec::new(),
                    reports: BTreeSet::new(),
                });
                groups.len() - 1
            });
            let group = &mut groups[place];
            if known.insert((place, field)) {
                group.fields.push(field);
            }
            group.reports.insert((&one.file, report));
        }
        groups
    }

    /// `; likewise host, seed (in 7 reports)`
    fn others(&self) -> String {
        let mut text = String::new();
        let others = &self.fields[1..];
        let named = &others[..others.len().min(MOST_FIELDS)];
        if !named.is_empty() {
            let _ = write!(text, "; likewise {}", named.join(", "));
        }
        if others.len() > named.len() {
            let _ = write!(
                text,
                " and {}",
                counted(others.len() - named.len(), "more field")
            );
        }
        if self.reports.len() > 1 {
            let _ = write!(text, " (in {})", counted(self.reports.len(), "report"));
        }
        text
    }
}

/// Whether all runs are stored, and none is the first of its configuration.
fn is_known_configuration(pushed: &Pushed) -> bool {
    let is_later = |run: &PushedRun| matches!(&run.fate, Fate::Kept(row) if row.version > 1);
    !pushed.runs.is_empty() && pushed.runs.iter().all(is_later)
}

fn warnings(talk: &mut String, warnings: Vec<&FileWarning>) {
    let groups = Alike::among(warnings);
    for group in groups.iter().take(MOST_WARNINGS) {
        let FileWarning { file, warning } = group.first;
        let _ = writeln!(talk, "warning: `{file}`: {warning}{}", group.others());
    }
    if let Some(more) = groups
        .len()
        .checked_sub(MOST_WARNINGS)
        .filter(|more| *more > 0)
    {
        let _ = writeln!(talk, "warning: and {more} more");
    }
}

fn verified(
    talk: &mut String,
    Verified {
        agree,
        differ,
        older,
    }: &Verified,
) {
    for (id, differences) in differ {
        let _ = writeln!(talk, "error: run {id} is not stored as it was sent");
        for difference in differences {
            let _ = writeln!(talk, "  {difference}");
        }
    }
    for (id, differences) in older {
        let _ = writeln!(
            talk,
            "warning: run {id} was stored before with other values, which stay"
        );
        for difference in differences {
            let _ = writeln!(talk, "  {difference}");
        }
    }
    if *agree > 0 {
        let _ = writeln!(talk, "verified {}: stored as sent", counted(*agree, "run"));
    }
}

#[cfg(test)]
mod tests {
    use bench_model::{
        path::Path,
        problem::{Problem, Warning},
    };

    use super::*;
    use crate::{exit, report::gather::Place};

    fn outcome() -> Pushed {
        Pushed {
            runs: Vec::new(),
            troubles: Vec::new(),
            warnings: Vec::new(),
            keep_going: false,
            dry_run: false,
            project_url: None,
            spool: None,
            verified: None,
            unverified: None,
            remarks: Vec::new(),
            failure: None,
        }
    }

    fn run(id: &str, outcome: &str) -> PushedRun {
        let run = serde_json::from_value(serde_json::json!({
            "commit_sha": "abc123", "model_version": "m", "dataset_version": "d", "prompt_version": "p",
            "environment": "local", "metrics": {"f1": 0.9, "latency_ms": 12}, "idempotency_key": "k",
        }))
        .expect("a run");
        let row = serde_json::from_value(serde_json::json!({
            "idempotency_key": "k", "id": id, "version": 1, "outcome": outcome, "created_at": "2026-11-24T09:00:00Z",
        }))
        .expect("a row");
        PushedRun {
            place: Place {
                file: "r.json".into(),
                path: String::new(),
                side_run: None,
            },
            run,
            fate: Fate::Kept(row),
        }
    }

    #[test]
    fn a_push_says_what_was_stored_and_what_was_there() {
        let pushed_runs = Pushed {
            runs: vec![run("0191f3", "stored"), run("0191f4", "known")],
            ..outcome()
        };
        let Told { out, talk } = pushed(&pushed_runs);
        assert_eq!(
            out,
            "stored run 0191f3 (2 metrics)\nrun 0191f4 was already stored\n"
        );
        assert_eq!(
            (talk.as_str(), pushed_runs.status()),
            ("1 run stored, 1 stored before\n", 0)
        );
    }

    #[test]
    fn a_push_says_which_runs_are_side_runs_and_why() {
        let side = |mut run: PushedRun, why: &str| {
            run.place.side_run = Some(why.to_owned());
            run
        };
        let one = Pushed {
            runs: vec![side(run("0191f3", "stored"), "pull request")],
            ..outcome()
        };
        assert_eq!(
            pushed(&one).talk,
            "side run: pull request; no part of the main line (`--mainline` decides otherwise)\n"
        );
        let several = Pushed {
            runs: vec![
                side(run("a", "stored"), "pull request"),
                run("b", "stored"),
                side(run("c", "stored"), "pull request"),
            ],
            ..outcome()
        };
        assert!(
            pushed(&several)
                .talk
                .starts_with("2 side runs: pull request;")
        );
    }

    #[test]
    fn fields_that_are_alike_are_named_in_one_line_with_how_many_reports_have_them() {
        let kept = "is not a field of a report and is kept in details";
        let of = |path: Path, message: &str| FileWarning {
            file: "r.json".into(),
            warning: Warning::new(path, message),
        };
        let at = |report: usize, field: &str| of(Path::root().index(report).key(field), kept);
        let rendered = pushed(&Pushed {
            warnings: vec![
                at(0, "gpu"),
                at(0, "host"),
                at(1, "gpu"),
                at(2, "seed"),
                of(Path::root().index(1).key("tags"), "is one string"),
            ],
            ..outcome()
        })
        .talk;
        assert!(
            rendered.starts_with(
                "warning: `r.json`: [0].gpu: is not a field of a report and is kept in details; likewise host, seed (in 3 reports)\n\
                 warning: `r.json`: [1].tags: is one string\n"
            ),
            "{rendered}"
        );
    }

    #[test]
    fn all_problems_of_a_file_stand_below_each_other_and_a_hint_is_given_once() {
        let percent = "89.5 looks like percent; write 0.895, or declare the unit `percent`";
        let path = |index: usize| Path::root().index(index).key("metrics").key("f1");
        let problem = |index: usize| {
            Problem::new(path(index), "must be between 0 and 1, found 89.5").with_hint(percent)
        };
        let trouble = Trouble::Invalid {
            unlisted: 0,
            file: "medgemma.json".into(),
            problems: vec![problem(3), problem(5)],
        };
        let refused = Pushed {
            troubles: vec![trouble],
            ..outcome()
        };
        insta::assert_snapshot!(pushed(&refused).talk);
        assert_eq!(refused.status(), exit::INVALID_REPORT);
    }
}
