//! The last hovered run, with links, which a canvas tooltip can't contain.

use leptos::prelude::*;

use crate::view_model::table_view::{CellView, TableView};

/// The last hovered run, in a line below the chart.
#[component]
pub(super) fn Pointed(
    /// All runs of the chart.
    table: Memo<TableView>,
    /// The id of the run.
    pointed: RwSignal<Option<String>>,
) -> impl IntoView {
    let row = Memo::new(move |_| {
        let id = pointed.get()?;
        table.with(|table| {
            table
                .rows
                .iter()
                .find(|row| row.key.starts_with(&id))
                .cloned()
        })
    });
    let piece = |cell: &CellView| {
        let label = cell.label.clone();
        if cell.href.is_empty() {
            view! { <span><bdi>{label}</bdi></span> }.into_any()
        } else {
            let is_elsewhere = cell.href.starts_with("http");
            let href = cell.href.clone();
            view! { <a href=href rel=is_elsewhere.then_some("external noreferrer")>{label}</a> }
                .into_any()
        }
    };
    move || {
        match row.get() {
        None => view! { <p class="pointed">"Hover over a run to see its commit; click to open it. Zoom with Ctrl + wheel, the slider below, or the + and − keys."</p> }.into_any(),
        Some(row) => {
            let pieces = row.cells.iter().filter(|cell| !cell.exact.is_empty()).map(piece);
            view! { <p class="pointed">{pieces.collect_view()}</p> }.into_any()
        }
    }
    }
}
