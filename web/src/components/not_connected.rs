//! The page before a project is configured.

use leptos::prelude::*;

use crate::{
    routes,
    settings::{Origin, Settings},
};

/// Leads to the settings.
#[component]
pub fn NotConnected() -> impl IntoView {
    let settings = expect_context::<RwSignal<Settings>>();
    let wrong = move || {
        settings.with(|settings| match settings {
            Settings::Wrong(problems, origin) => Some((problems.clone(), *origin)),
            Settings::Loading | Settings::Missing | Settings::Ready(..) => None,
        })
    };
    let title = move || match wrong() {
        Some((_, Origin::ConfigFile)) => "config.json cannot be used",
        Some((_, Origin::Saved)) => "The saved settings cannot be used",
        None => "Connect your Supabase project",
    };
    let reasons = move || {
        let Some((problems, _)) = wrong() else {
            return vec!["Benchmark Monitor reads your Supabase project directly from this browser. Enter the project's URL and its publishable (read-only) key.".to_owned()];
        };
        [problems.of_url(), problems.of_key()]
            .into_iter()
            .flatten()
            .map(|text| format!("{text}."))
            .collect()
    };
    view! {
        <section class="state">
            <h1>{title}</h1>
            {move || reasons().into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
            <div class="actions">
                <a class="button primary" href=routes::SETTINGS.href()>"Open settings"</a>
            </div>
            <p class="request">
                "To set this for every visitor, put a " <code>"config.json"</code> " next to this page: "
                <code>r#"{"supabase_url": "https://abc.supabase.co", "publishable_key": "sb_publishable_…"}"#</code>
            </p>
        </section>
    }
}
