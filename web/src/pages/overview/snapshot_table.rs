//! Every configuration, sortable by most columns.

use std::{collections::BTreeMap, sync::Arc};

use leptos::prelude::*;

use crate::{
    browser,
    components::{DataTable, Pager},
    settings::Settings,
    view_model::{
        format,
        snapshot::{self, Beside, Column, Configuration, SnapshotState, Table},
        table_view::Sorted,
        verdicts::{Judged, Tally},
    },
};

/// Every configuration.
#[component]
pub(super) fn SnapshotTable(
    /// All configurations there are.
    all: Signal<Arc<Vec<Configuration>>>,
    /// The verdicts, once they are there.
    judged: Signal<Option<Arc<BTreeMap<i64, Judged>>>>,
    /// Receives the configurations in sight, whose verdicts are wanted.
    on_sight: Callback<Vec<i64>>,
    /// What the address bar says.
    #[prop(into)]
    state: Signal<SnapshotState>,
    /// Changes the address bar.
    go: Callback<SnapshotState>,
) -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let table = Memo::new(move |_| {
        let (all, judged) = (all.get(), judged.get());
        settings.with(|settings| {
            let connection = settings.connection();
            let beside = Beside {
                judged: judged.as_deref(),
                repository: connection.and_then(|connection| connection.repository.as_deref()),
                now_ms: browser::now_ms(),
            };
            state.with(|state| snapshot::table(&snapshot::shown(&all, state), state, beside))
        })
    });
    let table: Signal<Table> = table.into();
    let in_sight = Memo::new(move |_| table.with(|table| table.ids.clone()));
    // After the next paint: no number waits for the question.
    Effect::new(move |_| {
        let ids = in_sight.get();
        request_animation_frame(move || on_sight.run(ids));
    });
    let tally = move || {
        let judged = judged.get()?;
        let of_page = in_sight.with(|ids| Tally::of(ids.iter().filter_map(|id| judged.get(id))));
        let words = of_page.words();
        (!words.is_empty()).then(|| format!(" · {words}"))
    };
    let on_sort = Callback::new(move |name: String| {
        if let Some(column) = Column::from_name(&name) {
            go.run(state.with_untracked(|state| state.sorted_by(column)));
        }
    });
    view! {
        <section class="block">
            <div class="block-head">
                <h2 id="configurations">"All configurations"</h2>
                <p>{move || table.with(|table| format::count(table.total))} {tally}</p>
            </div>
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
