//! The run log: search, filters, keyset paging, comparison and export.

mod controls;
mod export_all;
mod log;
mod search_box;
mod waiting;

use leptos::prelude::*;

use self::{log::Log, waiting::Waiting};
use crate::{
    api, browser,
    components::{Command, Staged},
    feed::Feed,
    pulse::Pulse,
    settings::Settings,
    url_state::use_url_state,
    view_model::runs::{self, Place, RunsState},
};

/// Pages of the log, by query.
type RunsFeed = Feed<runs::RunsPage, RunsState>;

/// The log of runs.
#[component]
pub fn RunsPage() -> impl IntoView {
    browser::set_title("Runs · Benchmark Monitor");
    let url = use_url_state::<RunsState>();
    let asked = Memo::new(move |_| url.state.with(RunsState::asked));
    let feed = feed(Signal::derive(move || Some(asked.get())));
    // On an older page, the newest page is polled to report new runs.
    let newest = feed_of_newest(asked);
    view! {
        <Staged
            feed=feed
            is_empty=|page| page.is_log_empty
            waiting=move || view! { <Waiting feed=feed url=url /> }
            empty=Empty
        >
            <Log feed=feed newest=newest url=url />
        </Staged>
    }
}

fn feed(key: Signal<Option<RunsState>>) -> RunsFeed {
    let settings = expect_context::<RwSignal<Settings>>();
    Feed::keyed(
        settings,
        expect_context::<Pulse>(),
        key,
        |connection, asked| Box::pin(async move { api::runs(&connection, &asked).await }),
    )
}

fn feed_of_newest(asked: Memo<RunsState>) -> RunsFeed {
    feed(Signal::derive(move || {
        asked.with(|asked| (asked.place != Place::Newest).then(|| asked.at(Place::Newest)))
    }))
}

/// An empty log.
#[component]
fn Empty() -> impl IntoView {
    view! {
        <section class="state">
            <h1>"No runs yet"</h1>
            <p>"Every pushed run is kept permanently. Push a report and it will appear here automatically."</p>
            <Command text="bench-push --input FILE --environment local" />
        </section>
    }
}
