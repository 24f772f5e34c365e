//! Every configuration, sortable by most columns.

use std::sync::Arc;

use leptos::{html, prelude::*};

use crate::{
    browser,
    components::{DataTable, MissingPart, Pager},
    settings::Settings,
    view_model::{
        failure::RequestFailure,
        format,
        snapshot::{self, Beside, Column, Configuration, SnapshotState, Table},
        table_view::Sorted,
        verdicts::{InRow, Tally},
    },
};

/// Every configuration.
#[component]
pub(super) fn SnapshotTable(
    /// All configurations.
    all: Signal<Arc<Vec<Configuration>>>,
    /// The verdicts, once loaded.
    verdicts: Signal<Option<Arc<Vec<InRow>>>>,
    /// Whether some of them are pending.
    are_verdicts_coming: Signal<bool>,
    /// The failure of their request.
    verdicts_failure: Signal<Option<RequestFailure>>,
    /// Retries.
    ask_for_verdicts: Callback<()>,
    /// Whether the program that computes them is unavailable.
    is_judge_lost: Signal<bool>,
    /// Called with the configurations of the visible rows, to request their verdicts.
    in_sight: RwSignal<Vec<i64>>,
    /// The URL state.
    #[prop(into)]
    state: Signal<SnapshotState>,
    /// Updates the URL.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let table = Memo::new(move |_| {
        let (all, verdicts) = (all.get(), verdicts.get());
        let is_lost = verdicts_failure.with(Option::is_some) || is_judge_lost.get();
        settings.with(|settings| {
            let connection = settings.connection();
            let beside = Beside {
                verdicts: verdicts
                    .as_deref()
                    .map(Vec::as_slice)
                    .or(is_lost.then_some(&[])),
                are_verdicts_coming: are_verdicts_coming.get() && !is_lost,
                repository: connection.and_then(|connection| connection.repository.as_deref()),
                now_ms: browser::now_ms(),
            };
            state.with(|state| snapshot::table(&snapshot::shown(&all, state), state, beside))
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
            go.run(state.with_untracked(|state| state.sorted_by(column)));
        }
    });
    view! {
        <section class="block" node_ref=section data-unseen=move || (!is_seen.get()).then_some("")>
            <div class="block-head">
                <h2 id="configurations">"All configurations"</h2>
                <p>{move || table.with(|table| format::count(table.total))} {tally}</p>
            </div>
            <MissingPart what="The verdicts" failure=verdicts_failure on_retry=ask_for_verdicts />
            <DataTable
                table=Signal::derive(move || table.with(|table| table.view.clone()))
                heading="configurations"
                file_name="configurations"
                sorted=Signal::derive(move || {
                    state.with(|state| Some(Sorted { column: state.sort.name().to_owned(), order: state.order }))
                })
                on_sort=on_sort
            />
            <Pager
                page=Signal::derive(move || table.with(|table| table.page))
                pages=Signal::derive(move || table.with(|table| table.pages))
                total=Signal::derive(move || table.with(|table| table.total))
                on_turn=Callback::new(move |to: usize| go.run(state.with_untracked(|state| state.on_page(to))))
            />
        </section>
    }
}
