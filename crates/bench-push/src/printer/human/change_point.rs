use std::fmt::Write as _;

use bench_model::{
    rest::{
        change_points::Effect,
        rows::{ChangePointRow, ChangePointStateRow},
    },
    words::{ends, short_commit},
};

use crate::{printer::outcome::Told, terminal::text::plain, verbs::change_point::ChangePointDone};

/// The result of a verb of `change-point`.
pub(crate) fn change_point(done: &ChangePointDone) -> Told {
    match done {
        ChangePointDone::Set(rows) => Told::out(rows.iter().map(set).collect()),
        ChangePointDone::List(rows) if rows.is_empty() => {
            Told::talk("no change point matches; `bench-push check` finds them\n".to_owned())
        }
        ChangePointDone::List(rows) => {
            let mut out = String::new();
            for row in rows {
                push_row(&mut out, row);
            }
            Told::out(out)
        }
    }
}

fn set(
    ChangePointStateRow {
        change_point_id,
        state,
        set_by,
        reason,
        ..
    }: &ChangePointStateRow,
) -> String {
    format!(
        "change point {change_point_id} is {state}{}\n",
        said(set_by.as_deref(), reason.as_deref())
    )
}

fn push_row(out: &mut String, row: &ChangePointRow) {
    let effect = match row.effect {
        Effect::Regressed => "regressed",
        Effect::Improved => "improved",
        Effect::Changed => "changed",
    };
    let [from, to] = ends(row.before, row.after);
    let _ = writeln!(
        out,
        "{}  {effect}  {}  {from} → {to}  version {} at {}, {}",
        row.id,
        plain(&row.metric),
        row.began_version,
        plain(&short_commit(&row.commit_sha)),
        row.began_at.strftime("%Y-%m-%d %H:%M"),
    );
    let name = [
        &row.model_version,
        &row.dataset_version,
        &row.prompt_version,
        &row.environment,
    ]
    .map(String::as_str)
    .join(" / ");
    let _ = writeln!(out, "  {}", plain(&name));
    let _ = writeln!(
        out,
        "  {}{}",
        row.state,
        said(row.set_by.as_deref(), row.reason.as_deref())
    );
}

fn said(by: Option<&str>, why: Option<&str>) -> String {
    let by = by.map_or_else(String::new, |name| format!(" by {}", plain(name)));
    let why = why.map_or_else(String::new, |reason| format!(": {}", plain(reason)));
    format!("{by}{why}")
}
