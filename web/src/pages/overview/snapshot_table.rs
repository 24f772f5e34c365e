//! Every configuration, sortable by most columns.

use std::sync::Arc;

use leptos::{html, prelude::*};

use super::Verdicts;
use crate::{
    browser,
    components::{DataTable, MissingPart, Pager},
    settings::Settings,
    url_state::UrlState,
    view_model::{
        format,
        snapshot::{self, Beside, Column, Configuration, SnapshotState, Table},
        table_view::Sorted,
        verdicts::Tally,
    },
};

/// Every configuration.
#[component]
pub(super) fn SnapshotTable(
    /// All configurations.
    all: Signal<Arc<Vec<Configuration>>>,
    /// The verdicts on its rows.
    verdicts: Verdicts,
    /// The URL.
    url: UrlState<SnapshotState>,
) -> impl IntoView {
    let Verdicts {
        rows: verdicts,
        are_coming,
        failure,
        ask,
        is_judge_lost,
        in_sight,
    } = verdicts;
    let settings = expect_context::<RwSignal<Settings>>();
    let table = Memo::new(move |_| {
        let (all, verdicts) = (all.get(), verdicts.get());
        let is_lost = failure.with(Option::is_some) || is_judge_lost.get();
        settings.with(|settings| {
            let connection = settings.connection();
            let beside = Beside {
                verdicts: verdicts
                    .as_deref()
                    .map(Vec::as_slice)
                    .or(is_lost.then_some(&[])),
                are_verdicts_coming: are_coming.get() && !is_lost,
                repository: connection.and_then(|connection| connection.repository.as_deref()),
                now_ms: browser::now_ms(),
            };
            url.state
                .with(|state| snapshot::table(&snapshot::shown(&all, state), state, beside))
        })
    });
    let table: Signal<Table> = table.into();
    let of_page = Memo::new(move |_| table.with(|table| table.ids.clone()));
    let is_seen = RwSignal::new(false);
    Effect::new(move |_| {
        if is_seen.get() {
            in_sight.set(of_page.get());
        }
    });
    let section = NodeRef::<html::Section>::new();
    section.on_load(move |section| browser::when_seen(&section, move || is_seen.set(true)));
    let tally = move || {
        let verdicts = verdicts.get();
        let Some(verdicts) = verdicts else {
            return is_judge_lost
                .get()
                .then(|| " · verdicts unavailable".to_owned());
        };
        let shown = verdicts
            .iter()
            .filter(|one| of_page.with(|ids| ids.contains(&one.id)));
        let words = Tally::of(shown.map(|one| one.verdict.tone)).words();
        (!words.is_empty()).then(|| format!(" · {words}"))
    };
    let on_sort = Callback::new(move |name: String| {
        if let Some(column) = Column::from_name(&name) {
            url.change(|state| state.sorted_by(column));
        }
    });
    view! {
        <section class="block" node_ref=section data-unseen=move || (!is_seen.get()).then_some("")>
            <div class="block-head">
                <h2 id="configurations">"All configurations"</h2>
                <p>{move || table.with(|table| format::count(table.total))} {tally}</p>
            </div>
            <MissingPart what="The verdicts" failure=failure on_retry=ask />
            <DataTable
                table=Signal::derive(move || table.with(|table| table.view.clone()))
                heading="configurations"
                file_name="configurations"
                sorted=Signal::derive(move || {
                    url.state.with(|state| Some(Sorted { column: state.sort.name().to_owned(), order: state.order }))
                })
                on_sort=on_sort
            />
            <Pager
                page=Signal::derive(move || table.with(|table| table.page))
                pages=Signal::derive(move || table.with(|table| table.pages))
                total=Signal::derive(move || table.with(|table| table.total))
                on_turn=Callback::new(move |to: usize| url.change(|state| state.on_page(to)))
            />
        </section>
    }
}
