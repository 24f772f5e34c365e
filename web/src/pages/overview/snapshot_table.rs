//! Every configuration, sortable by each column.

use std::sync::Arc;

use leptos::prelude::*;

use crate::{
    browser,
    settings::Settings,
    view_model::{
        format,
        snapshot::{self, Cell, Column, Configuration, Order, Row, SnapshotState, Table},
    },
};

/// Every configuration.
#[component]
pub(super) fn SnapshotTable(
    /// All configurations there are.
    all: Signal<Arc<Vec<Configuration>>>,
    /// What the address bar says.
    #[prop(into)]
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let table = Memo::new(move |_| {
        let all = all.get();
        state.with(|state| snapshot::table(&snapshot::shown(&all, state), state, browser::now_ms()))
    });
    let table: Signal<Table> = table.into();
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
        table.with(|table| {
            table
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
                <p>{move || table.with(|table| format::count(table.total))}</p>
            </div>
            <div class="table-box" role="region" aria-labelledby="configurations" tabindex="0">
                <table class="table">
                    <caption class="visually-hidden">
                        "The current state of every configuration. A column's heading sorts by it."
                    </caption>
                    <thead>
                        <tr>
                            {Column::ALL.map(|column| view! { <ColumnHead column=column table=table state=state go=go /> })}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <Pager table=table state=state go=go />
        </section>
    }
}

/// The head of a column; a click sorts by it, a second one the other way.
#[component]
fn ColumnHead(
    /// Which one.
    column: Column,
    /// The page of the table that is shown.
    table: Signal<Table>,
    /// What the address bar says.
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let sorted = move || {
        table.with(|table| {
            (table.sort == column).then_some(match table.order {
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
                <bdi>{model_label}</bdi>
                {provider.map(|provider| view! { " " <bdi class="provider">{provider}</bdi> })}
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
    /// The page of the table that is shown.
    table: Signal<Table>,
    /// What the address bar says.
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let page = move || table.with(|table| table.page);
    let pages = move || table.with(|table| table.pages);
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
                <span role="status">{move || table.with(|table| table.range_label.clone())}</span>
            </nav>
        </Show>
    }
}
