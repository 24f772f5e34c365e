//! The provenance of a run.

use bench_model::rest::rows::{Retraction, RunRow};
use serde_json::Value;

use super::command::plain;
use crate::{
    routes,
    view_model::{format, table_view::CellView, time},
};

/// A name and a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// `Commit`.
    pub label: &'static str,
    /// The value, with a link if available.
    pub cell: CellView,
}

/// The delay between running and storing.
pub struct Recorded {
    /// In milliseconds since 1970.
    created_ms: i64,
    recorded_ms: i64,
}

impl Recorded {
    /// None if one of the times is invalid.
    pub fn new(run: &RunRow) -> Option<Self> {
        Some(Self {
            created_ms: time::parse_ms(&run.created_at)?,
            recorded_ms: time::parse_ms(&run.recorded_at)?,
        })
    }

    /// `3 h after the run`; empty if the database stored it within a minute.
    pub fn delay(&self) -> String {
        let seconds = (self.recorded_ms - self.created_ms) / 1_000;
        if seconds < 60 {
            String::new()
        } else {
            format!(
                "{} after the run",
                format::age(seconds).trim_end_matches(" ago")
            )
        }
    }
}

/// The provenance of a run, without unknown facts.
pub fn provenance(run: &RunRow, repository: Option<&str>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |label, cell: Option<CellView>| {
        if let Some(cell) = cell {
            facts.push(Fact { label, cell });
        }
    };
    let text = |value: &Option<String>| value.as_deref().map(CellView::text);
    add("Ran at", Some(moment(&run.created_at)));
    let delay = Recorded::new(run)
        .map(|recorded| recorded.delay())
        .unwrap_or_default();
    add(
        "Recorded",
        Some(CellView {
            note: delay,
            ..moment(&run.recorded_at).explained("When the run was stored; set by the database")
        }),
    );
    add(
        "Commit",
        Some(CellView {
            label: run.commit_sha.clone(),
            ..CellView::commit(&run.commit_sha, repository)
        }),
    );
    add("Branch", text(&run.branch_name));
    add("Retracted", run.retraction.as_ref().map(retracted));
    add(
        "Line",
        (run.is_mainline == Some(false)).then(|| {
            CellView::text("side run").explained(
                "Judged against the main line, and no part of its levels, averages and baselines",
            )
        }),
    );
    add(
        "CI run",
        run.run_id.as_deref().map(|id| CellView {
            note: run
                .run_attempt
                .map(|attempt| format!("attempt {attempt}"))
                .unwrap_or_default(),
            href: ci_href(id, repository).unwrap_or_default(),
            ..CellView::text(id)
        }),
    );
    add("Actor", text(&run.triggered_by));
    add("Provider", text(&run.model_provider));
    let number = |value: i64| CellView::labelled(value.to_string(), value.to_string());
    add("Dataset size", run.dataset_size.map(number));
    add("Succeeded", run.success_count.map(number));
    add("Failed", run.error_count.map(number));
    add(
        "Duration",
        run.duration_seconds.map(|seconds| {
            CellView::number(Some(seconds), |seconds| format::duration_ms(seconds * 1e3))
        }),
    );
    let tags = run.tags.join(", ");
    add(
        "Tags",
        (!tags.is_empty()).then(|| CellView {
            label: tags.clone(),
            ..CellView::text(&tags)
        }),
    );
    add(
        "Notes",
        run.notes.as_deref().map(|notes| CellView {
            label: notes.to_owned(),
            ..CellView::text(notes)
        }),
    );
    for (label, cell) in of_file(run) {
        add(label, Some(cell));
    }
    add(
        "Version",
        Some(
            number(run.version)
                .explained("1, 2, 3 … within its configuration, in order of arrival"),
        ),
    );
    let key = &run.idempotency_key;
    add(
        "Idempotency key",
        (!key.is_empty()).then(|| {
            CellView {
                label: key.clone(),
                ..CellView::text(key)
            }
            .explained("Runs with the same key are the same run: pushing it again stores nothing")
        }),
    );
    facts
}

/// `wrong data set`, by whom and when, with a link to the run in its place.
fn retracted(retraction: &Retraction) -> CellView {
    let Retraction {
        reason,
        instead,
        set_by,
        set_at,
    } = retraction;
    let by = set_by
        .as_ref()
        .map_or_else(String::new, |name| format!("by {name}, "));
    let href = instead.as_deref().map(routes::run_href).unwrap_or_default();
    let see = if href.is_empty() {
        ""
    } else {
        "; opens the run in its place"
    };
    CellView {
        label: reason.clone(),
        note: format!("{by}{}{see}", set_at.strftime("%Y-%m-%d %H:%M")),
        href,
        ..CellView::text(reason)
    }
    .explained("The run does not count any more")
}

/// The source file of a run.
fn of_file(run: &RunRow) -> Vec<(&'static str, CellView)> {
    let Some(source) = &run.source else {
        return Vec::new();
    };
    [
        ("File", "file_name"),
        ("Format", "format"),
        ("SHA-256 of the file", "sha256"),
    ]
    .into_iter()
    .filter_map(|(label, name)| {
        let value = plain(source.get(name).filter(|value| !value.is_null())?);
        let cell = CellView::text(&value);
        Some((
            label,
            CellView {
                label: value,
                ..cell
            },
        ))
    })
    .collect()
}

/// The run's URLs; only web URLs become links.
pub fn links(run: &RunRow) -> Vec<(String, CellView)> {
    let Some(links) = &run.links else {
        return Vec::new();
    };
    links
        .iter()
        .map(|(name, value)| (name.clone(), link_of(value)))
        .collect()
}

/// A value, as a link if it is a web URL.
pub fn link_of(value: &Value) -> CellView {
    let text = plain(value);
    let is_web = ["https://", "http://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    }) && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    CellView {
        href: if is_web { text.clone() } else { String::new() },
        ..CellView::text(&text)
    }
}

fn moment(text: &str) -> CellView {
    match time::parse_ms(text) {
        Some(ms) => CellView::labelled(time::stamp(ms), text),
        None => CellView::text(text),
    }
}

/// The URL of a GitHub Actions run.
fn ci_href(run_id: &str, repository: Option<&str>) -> Option<String> {
    let repository = repository.filter(|address| address.starts_with("https://github.com/"))?;
    let is_number = !run_id.is_empty() && run_id.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("{repository}/actions/runs/{run_id}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_address_of_the_web_becomes_a_link() {
        for (value, is_link) in [
            (json!("https://example.com/a?b#c"), true),
            (json!("HTTP://example.com"), true),
            (json!("javascript:alert(1)"), false),
            (json!(" https://example.com"), false),
            (json!("https://example.com/\n"), false),
            (json!("data:text/html,x"), false),
            (json!("httpfoo:bar"), false),
            (json!("é"), false),
            (json!({"url": "https://example.com"}), false),
            (json!(null), false),
        ] {
            assert_eq!(!link_of(&value).href.is_empty(), is_link, "{value}");
        }
    }

    #[test]
    fn an_unknown_fact_is_left_out() {
        let run = RunRow {
            created_at: "2026-11-24T02:00:00+00:00".to_owned(),
            recorded_at: "2026-11-24T05:30:00+00:00".to_owned(),
            commit_sha: "6a79d84".to_owned(),
            run_id: Some("77".to_owned()),
            run_attempt: Some(2),
            version: 3,
            is_mainline: Some(false),
            retraction: serde_json::from_value(json!({
                "reason": "wrong data set", "instead": "0191", "set_by": "ann", "set_at": "2026-11-25T09:30:00+00:00",
            }))
            .ok(),
            source: json!({"file_name": "medgemma.json", "sha256": null})
                .as_object()
                .cloned(),
            ..RunRow::default()
        };

        let facts = provenance(&run, Some("https://github.com/team/models"));

        let told: Vec<String> = facts
            .iter()
            .map(|Fact { label, cell }| {
                format!("{label}: {} ({}) → {}", cell.label, cell.note, cell.href)
            })
            .collect();
        insta::assert_snapshot!(told.join("\n"));
    }
}
