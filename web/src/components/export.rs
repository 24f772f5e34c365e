//! Exports a table: as a file, or to the clipboard.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{browser, view_model::table_view::TableView};

/// The buttons below a table.
#[component]
pub fn Export(
    /// What is exported.
    table: Signal<TableView>,
    /// The file name, without an extension.
    file_name: &'static str,
) -> impl IntoView {
    let said = RwSignal::new("");
    let is_empty = move || table.with(|table| table.rows.is_empty());
    let save = move |ending: &'static str, kind: &'static str, write: fn(&TableView) -> String| {
        let text = table.with_untracked(write);
        let is_saved = browser::download(&format!("{file_name}.{ending}"), kind, &text);
        said.set(if is_saved {
            "Saved"
        } else {
            "The browser blocked it"
        });
    };
    let copy = move |text: String| {
        spawn_local(async move {
            let is_copied = browser::copy(&text).await;
            said.try_set(if is_copied {
                "Copied"
            } else {
                "The browser blocked it"
            });
        });
    };
    view! {
        <div class="export" role="group" aria-label="Export this table">
            <button
                type="button"
                class="link-button"
                disabled=is_empty
                on:click=move |_| save("csv", "text/csv", TableView::to_csv)
            >
                "CSV"
            </button>
            <button
                type="button"
                class="link-button"
                disabled=is_empty
                on:click=move |_| save("json", "application/json", TableView::to_json)
            >
                "JSON"
            </button>
            <button
                type="button"
                class="link-button"
                disabled=is_empty
                on:click=move |_| copy(table.with_untracked(TableView::to_markdown))
            >
                "Copy as Markdown"
            </button>
            <button type="button" class="link-button" on:click=move |_| copy(browser::address())>
                "Copy link"
            </button>
            <span class="said" role="status">{said}</span>
        </div>
    }
    .into_any()
}
