//! The frame around the pages, and their shared state.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    path,
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    api, browser,
    clock::Clock,
    components::{Footer, Header, SkipLink},
    feed::Feed,
    judging::{self, Judge},
    live,
    pages::{
        ComparePage, NotFoundPage, OverviewPage, RegressionsPage, RunPage, RunsPage, SettingsPage,
        TrendsPage,
    },
    pulse::Pulse,
    settings::{self, Preferences, Settings},
    theme::Theme,
    view_model::{
        metrics::Metrics,
        snapshot::{Configuration, configurations},
    },
};

/// The current state of all configurations, shared by the pages.
pub type SnapshotFeed = Feed<Vec<Configuration>>;

/// The definitions of metrics, shared by the pages beyond the first. Until they arrive, the
/// catalogue is used.
pub type MetricsFeed = Feed<Metrics>;

/// The first page of the dashboard.
///
/// It is a separate program, so that the first numbers don't wait for the code of the other pages.
#[component]
pub fn FirstPage() -> impl IntoView {
    provide_context(Judge(judging::elsewhere));
    view! {
        <Frame>
            <Routes fallback=HandOver>
                <Route path=path!("") view=OverviewPage />
            </Routes>
        </Frame>
    }
}

/// The whole dashboard.
#[component]
pub fn EveryPage() -> impl IntoView {
    provide_context(Judge(judging::here));
    view! {
        <Frame prepare=provide_metrics>
            <Routes fallback=NotFoundPage>
                <Route path=path!("") view=OverviewPage />
                <Route path=path!("trends") view=TrendsPage />
                <Route path=path!("compare") view=ComparePage />
                <Route path=path!("regressions") view=RegressionsPage />
                <Route path=path!("runs") view=RunsPage />
                <Route path=path!("runs/:id") view=RunPage />
                <Route path=path!("settings") view=SettingsPage />
            </Routes>
        </Frame>
    }
}

fn provide_metrics() {
    let (settings, pulse) = (expect_context(), expect_context());
    provide_context::<MetricsFeed>(Feed::new(settings, pulse, |connection, ()| {
        Box::pin(async move { api::metrics(&connection).await.map(Metrics::new) })
    }));
}

/// A URL outside the first page: `js/boot.js` starts the whole dashboard there.
#[component]
fn HandOver() -> impl IntoView {
    Effect::new(|_| browser::open_whole());
    view! { <p class="boot-text" role="status">"Opening the page …"</p> }
}

/// The frame around every page, and the shared state.
#[component]
fn Frame(
    /// Provides the additional shared state of its pages.
    #[prop(optional)]
    prepare: Option<fn()>,
    /// The pages.
    children: Children,
) -> impl IntoView {
    let settings = RwSignal::new(Settings::Loading);
    provide_context(settings);
    provide_context(Theme::start());
    provide_context(Clock::start());
    let preferences = Preferences::load();
    preferences.apply();
    let pulse = Pulse::start(settings, preferences.interval());
    provide_context(pulse);
    live::listen(settings, pulse);
    provide_context::<SnapshotFeed>(Feed::new(settings, pulse, |connection, ()| {
        Box::pin(async move {
            api::snapshots(&connection)
                .await
                .map(|rows| configurations(&rows))
        })
    }));
    if let Some(prepare) = prepare {
        prepare();
    }
    spawn_local(async move { settings.set(settings::load().await) });

    let base = browser::base_path().trim_end_matches('/').to_owned();
    view! {
        <Router base=base>
            <SkipLink />
            <Header />
            <main class="page" id="main" tabindex="-1">
                {children()}
            </main>
            <Footer />
        </Router>
    }
}
