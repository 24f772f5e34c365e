//! The page before anybody said which project to read.

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
        None => "Which project should this page read?",
    };
    let reasons = move || {
        let Some((problems, _)) = wrong() else {
            return vec!["Benchmark Monitor reads your Supabase project from this browser. It needs the project's address and its publishable key, which can only read.".to_owned()];
        };
        let url = problems.url.map(|problem| problem.to_string());
        let key = problems.key.map(|problem| problem.to_string());
        [url, key]
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
                <a class="button primary" href=routes::SETTINGS.href()>"Open the settings"</a>
            </div>
            <p class="request">
                "For everybody who opens this page, put a " <code>"config.json"</code> " beside it: "
                <code>r#"{"supabase_url": "https://abc.supabase.co", "publishable_key": "sb_publishable_…"}"#</code>
            </p>
        </section>
    }
}
