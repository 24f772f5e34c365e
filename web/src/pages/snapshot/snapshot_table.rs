//! Every configuration, sortable by each column.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    settings::Settings,
    view_model::{
        format,
        snapshot::{Cell, Column, Order, Row, SnapshotState, SnapshotView},
    },
};

/// Every configuration.
#[component]
pub(super) fn SnapshotTable(
    /// The page's numbers.
    view: Signal<Arc<SnapshotView>>,
    /// What the address bar says.
    #[prop(into)]
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let repository = Memo::new(move |_| {
        settings.with(|settings| {
            settings
                .connection()
                .and_then(|connection| connection.repository.clone())
        })
    });
    let rows = move || {
        let repository = repository.get();
        view.with(|view| {
            view.table
                .rows
                .iter()
                .map(|row| table_row(row.clone(), repository.as_deref()))
                .collect_view()
        })
    };
    view! {
        <section class="block">
            <div class="block-head">
                <h2 id="configurations">"All configurations"</h2>
                <p>{move || view.with(|view| format::count(view.shown))}</p>
            </div>
            <div class="table-box" role="region" aria-labelledby="configurations" tabindex="0">
                <table class="table">
                    <caption class="visually-hidden">
                        "The current state of every configuration. A column's heading sorts by it."
                    </caption>
                    <thead>
                        <tr>
                            {Column::ALL.map(|column| view! { <ColumnHead column=column view=view state=state go=go /> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Pager view=view state=state go=go />
        </section>
    }
}

/// The head of a column; a click sorts by it, a second one the other way.
#[component]
fn ColumnHead(
    /// Which one.
    column: Column,
    /// The page's numbers.
    view: Signal<Arc<SnapshotView>>,
    /// What the address bar says.
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let sorted = move || {
        view.with(|view| {
            (view.table.sort == column).then_some(match view.table.order {
                Order::Ascending => "ascending",
                Order::Descending => "descending",
            })
        })
    };
    view! {
        <th scope="col" class:number=column.is_number() aria-sort=sorted>
            <button
                type="button"
                class="sort"
                on:click=move |_| go.run(state.with_untracked(|state| state.sorted_by(column)))
            >
                {column.label()}
                <svg viewBox="0 0 10 12" aria-hidden="true">
                    <path d="M5 10 1.5 5.5h7z"></path>
                </svg>
            </button>
        </th>
    }
}

fn table_row(row: Row, repository: Option<&str>) -> impl IntoView + use<> {
    let Row {
        model,
        model_label,
        provider,
        is_baseline,
        cells,
        commit,
        commit_label,
    } = row;
    let cell = |cell: Cell| {
        let Cell {
            column,
            label,
            exact,
            is_missing,
        } = cell;
        let class = match (column.is_number(), is_missing) {
            (true, true) => "number missing",
            (true, false) => "number",
            (false, _) if column == Column::LastRun => "nowrap",
            (false, _) => "text",
        };
        view! { <td class=class title=exact>{label}</td> }
    };
    let commit = match repository {
        Some(repository) => view! {
            <a href=format!("{repository}/commit/{commit}") rel="external noreferrer" title=commit.clone()>
                <code>{commit_label}</code>
            </a>
        }
        .into_any(),
        None => view! { <code title=commit.clone()>{commit_label}</code> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row" title=model>
                {model_label}
                {provider.map(|provider| view! { " " <span class="provider">{provider}</span> })}
                {is_baseline.then(|| view! { " " <span class="badge">"baseline"</span> })}
            </th>
            {cells.into_iter().map(cell).collect_view()}
            <td class="commit">{commit}</td>
        </tr>
    }
}

/// Leads through the pages of a long table.
#[component]
fn Pager(
    /// The page's numbers.
    view: Signal<Arc<SnapshotView>>,
    /// What the address bar says.
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let page = move || view.with(|view| view.table.page);
    let pages = move || view.with(|view| view.table.pages);
    let turn = move |to: usize| go.run(state.with_untracked(|state| state.on_page(to)));
    view! {
        <Show when=move || { pages() > 1 }>
            <nav class="pager" aria-label="Pages of the table">
                <button
                    type="button"
                    class="button"
                    disabled=move || page() == 1
                    on:click=move |_| turn(page().saturating_sub(1))
                >
                    "Previous"
                </button>
                <button type="button" class="button" disabled=move || page() == pages() on:click=move |_| turn(page() + 1)>
                    "Next"
                </button>
                <span role="status">{move || view.with(|view| view.table.range_label.clone())}</span>
            </nav>
        </Show>
    }
}
