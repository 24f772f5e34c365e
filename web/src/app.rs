//! The frame around the pages, and what they share.

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
    pages::{NotFoundPage, SettingsPage, SnapshotPage},
    settings::{self, Settings},
    theme::Theme,
    view_model::snapshot::{Configuration, configurations},
};

/// The current state of all configurations, shared by the pages.
pub type SnapshotFeed = Feed<Vec<Configuration>>;

/// The whole dashboard.
#[component]
pub fn App() -> impl IntoView {
    let settings = RwSignal::new(Settings::Loading);
    provide_context(settings);
    provide_context(Theme::start());
    provide_context(Clock::start());
    provide_context::<SnapshotFeed>(Feed::new(settings, |connection| {
        Box::pin(async move {
            api::snapshots(&connection)
                .await
                .map(|rows| configurations(&rows))
        })
    }));
    spawn_local(async move { settings.set(settings::load().await) });

    let base = browser::base_path().trim_end_matches('/').to_owned();
    view! {
        <Router base=base>
            <SkipLink />
            <Header />
            <main class="page" id="main" tabindex="-1">
                <Routes fallback=NotFoundPage>
                    <Route path=path!("") view=SnapshotPage />
                    <Route path=path!("settings") view=SettingsPage />
                </Routes>
            </main>
            <Footer />
        </Router>
    }
}
