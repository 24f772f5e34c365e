//! Exports all runs that match the search and the filters, page by page, up to a limit.

use bench_model::rest::rows::RunRow;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api,
    app::MetricsFeed,
    browser,
    settings::{Connection, Settings},
    view_model::{
        failure::RequestFailure,
        format,
        runs::{Cursor, Place, RunsState, table},
    },
};

/// The limit; larger exports should query the database directly.
const MOST: usize = 20_000;

/// Assembles a file from pages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Csv,
    Json,
}

/// The buttons that export all matching runs.
#[component]
pub(super) fn ExportAll(
    /// The URL state, with the metrics shown.
    state: Signal<RunsState>,
) -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let known = expect_context::<MetricsFeed>();
    let said = RwSignal::new(String::new());
    let is_busy = RwSignal::new(false);
    // Counts exports: any but the newest has been cancelled.
    let export = StoredValue::new(0u32);
    let cancel = move || {
        export.try_update_value(|count| *count = count.wrapping_add(1));
        is_busy.try_set(false);
    };
    on_cleanup(cancel);
    let start = move |kind: Kind| {
        let connection = settings.with_untracked(|settings| settings.connection().cloned());
        let Some(connection) = connection else { return };
        cancel();
        let number = export.get_value();
        let state = state.get_untracked();
        let known = known.value_untracked().unwrap_or_default();
        is_busy.set(true);
        said.set("Reading …".to_owned());
        spawn_local(async move {
            let is_cancelled = || export.try_get_value() != Some(number);
            let mut text = String::new();
            let write = |rows: &[RunRow]| {
                let table = table(rows, &state, &known, connection.repository.as_deref());
                append(&mut text, kind, &table);
            };
            let told = |count: usize| {
                said.try_set(format!("{} read …", format::counted(count, "run")));
            };
            let read = read_all(&connection, &state, is_cancelled, told, write).await;
            if is_cancelled() {
                said.try_set("Cancelled".to_owned());
                return;
            }
            is_busy.set(false);
            said.set(match read {
                Ok((count, is_whole)) => save(kind, &text, count, is_whole),
                Err(failure) => failure.view().title,
            });
        });
    };
    view! {
        <div class="export" role="group" aria-label="Export all matching runs">
            <span>{format!("All matching runs, up to {}:", format::count(MOST))}</span>
            {[("CSV", Kind::Csv), ("JSON", Kind::Json)].map(|(label, kind)| view! {
                <button type="button" class="link-button" disabled=move || is_busy.get() on:click=move |_| start(kind)>
                    {label}
                </button>
            })}
            <Show when=move || is_busy.get()>
                <button type="button" class="link-button" on:click=move |_| cancel()>"Cancel"</button>
            </Show>
            <span class="said" role="status">{said}</span>
        </div>
    }
    .into_any()
}

/// Reads page after page; returns the number of runs, and whether that was all.
async fn read_all(
    connection: &Connection,
    state: &RunsState,
    is_cancelled: impl Fn() -> bool,
    told: impl Fn(usize),
    mut write: impl FnMut(&[RunRow]),
) -> Result<(usize, bool), RequestFailure> {
    let mut count = 0;
    let mut place = Place::Newest;
    loop {
        let mut rows = api::runs_from(connection, state, &place).await?;
        // A project may return fewer rows than requested, so only an empty page is the end.
        let Some(last) = rows.last() else {
            return Ok((count, true));
        };
        place = Place::Before(Cursor::of(last));
        rows.retain(|run| state.lets_through(run));
        rows.truncate(MOST - count);
        write(&rows);
        count += rows.len();
        told(count);
        if count >= MOST || is_cancelled() {
            return Ok((count, false));
        }
    }
}

fn append(text: &mut String, kind: Kind, table: &crate::view_model::table_view::TableView) {
    match kind {
        Kind::Csv => {
            let head = if text.is_empty() {
                0
            } else {
                table.head_of_csv().len()
            };
            text.push_str(table.to_csv().get(head..).unwrap_or_default());
        }
        Kind::Json => {
            let rows = table.to_json();
            let rows = rows
                .trim_start_matches('[')
                .trim_end_matches(']')
                .trim_end();
            if !rows.is_empty() {
                text.push(if text.is_empty() { '[' } else { ',' });
                text.push_str(rows);
            }
        }
    }
}

fn save(kind: Kind, text: &str, count: usize, is_whole: bool) -> String {
    let is_saved = match kind {
        Kind::Csv => browser::download("all-runs.csv", "text/csv", text),
        Kind::Json if text.is_empty() => {
            browser::download("all-runs.json", "application/json", "[]\n")
        }
        Kind::Json => {
            browser::download("all-runs.json", "application/json", &format!("{text}\n]\n"))
        }
    };
    let counted = format::counted(count, "run");
    match (is_saved, is_whole) {
        (false, _) => "The browser blocked it".to_owned(),
        (true, true) => format!("Saved all matching runs ({counted})"),
        (true, false) => format!("Saved the newest {counted}; there may be more"),
    }
}
