//! Which project the dashboard reads: a form, kept in this browser alone.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api, browser,
    settings::{self, Origin, Settings, SettingsProblems, WrittenSettings},
    view_model::format,
};

/// What came of the last click on a button.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Nothing,
    Asking,
    Good(String),
    Bad(String),
}

/// The settings form.
#[component]
pub fn SettingsPage() -> impl IntoView {
    browser::set_title("Settings · Benchmark Monitor");
    let settings = expect_context::<RwSignal<Settings>>();
    let saved = settings::read_saved().unwrap_or_default();
    let url = RwSignal::new(saved.supabase_url.clone().unwrap_or_default());
    let key = RwSignal::new(saved.publishable_key.clone().unwrap_or_default());
    let repository = RwSignal::new(saved.repository_url.clone().unwrap_or_default());
    let problems = RwSignal::new(SettingsProblems::default());
    let outcome = RwSignal::new(Outcome::Nothing);
    let is_saved = RwSignal::new(saved != WrittenSettings::default());

    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let written = WrittenSettings {
            supabase_url: Some(url.get_untracked().trim().to_owned()),
            publishable_key: Some(key.get_untracked().trim().to_owned()),
            repository_url: Some(repository.get_untracked().trim().to_owned()),
        };
        match written.check(&browser::origin()) {
            Err(found) => {
                let field = if found.url.is_some() { "settings-url" } else { "settings-key" };
                problems.set(found);
                outcome.set(Outcome::Nothing);
                browser::focus(field);
            }
            Ok(connection) => {
                problems.set(SettingsProblems::default());
                outcome.set(Outcome::Asking);
                let is_kept = settings::save(&written);
                is_saved.set(is_kept);
                settings.set(Settings::Ready(connection.clone(), Origin::Saved));
                spawn_local(async move {
                    let kept = if is_kept { "Saved in this browser" } else { "Set until you close this tab, since the browser's storage is off" };
                    outcome.try_set(match api::snapshots(&connection).await {
                        Ok(rows) => Outcome::Good(format!(
                            "{kept}. The project answers with {}.",
                            format::counted(rows.len(), "configuration", "configurations")
                        )),
                        Err(failure) => {
                            let view = failure.view();
                            Outcome::Bad(format!("{kept}, but: {}. {}", lower_first(&view.title), view.what))
                        }
                    });
                });
            }
        }
    };
    let forget = move |_| {
        settings::forget();
        for field in [url, key, repository] {
            field.set(String::new());
        }
        problems.set(SettingsProblems::default());
        is_saved.set(false);
        outcome.set(Outcome::Good("Forgotten. What config.json says counts again.".to_owned()));
        spawn_local(async move { settings.set(settings::load().await) });
    };

    view! {
        <div class="settings">
            <h1>"Settings"</h1>
            <p class="lead">{move || settings.with(source)}</p>
            <form on:submit=save novalidate>
                <Field
                    id="settings-url"
                    label="Address of the project"
                    hint="As in Supabase under Settings → API, such as https://abc.supabase.co. Empty: the server that this page came from."
                    value=url
                    problem=Signal::derive(move || problems.with(|found| found.url.as_ref().map(ToString::to_string)))
                />
                <Field
                    id="settings-key"
                    label="Publishable key"
                    hint="sb_publishable_… or the older anon key. It can only read, and stays in this browser. A secret key is refused."
                    value=key
                    problem=Signal::derive(move || problems.with(|found| found.key.map(|problem| problem.to_string())))
                />
                <Field
                    id="settings-repository"
                    label="Repository (optional)"
                    hint="Commits become links: https://github.com/team/models"
                    value=repository
                    problem=Signal::derive(|| None)
                />
                <div class="actions">
                    <button type="submit" class="button primary" disabled=move || outcome.get() == Outcome::Asking>
                        {move || if outcome.get() == Outcome::Asking { "Asking the project …" } else { "Save and test" }}
                    </button>
                    <Show when=move || is_saved.get()>
                        <button type="button" class="button" on:click=forget>"Forget"</button>
                    </Show>
                </div>
                <p
                    role="status"
                    class="outcome"
                    class:good=move || matches!(outcome.get(), Outcome::Good(_))
                    class:bad=move || matches!(outcome.get(), Outcome::Bad(_))
                >
                    {move || match outcome.get() {
                        Outcome::Nothing | Outcome::Asking => String::new(),
                        Outcome::Good(text) | Outcome::Bad(text) => text,
                    }}
                </p>
            </form>
        </div>
    }
}

/// One line of the form.
#[component]
fn Field(
    /// Ties label, hint and problem to the input.
    id: &'static str,
    /// What it is.
    label: &'static str,
    /// What to put there.
    hint: &'static str,
    /// What is there.
    value: RwSignal<String>,
    /// What is wrong with it.
    problem: Signal<Option<String>>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let problem_id = format!("{id}-problem");
    let described_by = format!("{hint_id} {problem_id}");
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <input
                id=id
                type="text"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                aria-describedby=described_by
                aria-invalid=move || problem.with(|problem| problem.is_some().then_some("true"))
                bind:value=value
            />
            <p class="hint" id=hint_id>{hint}</p>
            <p class="problem" id=problem_id role="alert">{move || problem.get()}</p>
        </div>
    }
}

fn source(settings: &Settings) -> String {
    match settings {
        Settings::Loading => "Looking for config.json …".to_owned(),
        Settings::Missing => {
            "No project is set yet. Fill in the form, or put a config.json beside the page.".to_owned()
        }
        Settings::Wrong(_, Origin::ConfigFile) => "config.json cannot be used; what you save here counts instead.".to_owned(),
        Settings::Wrong(_, Origin::Saved) => "What was saved in this browser cannot be used.".to_owned(),
        Settings::Ready(connection, Origin::ConfigFile) => {
            format!("This page reads {}, as its config.json says. What you save here counts instead, in this browser.", connection.url.as_str())
        }
        Settings::Ready(connection, Origin::Saved) => {
            format!("This page reads {}, as saved in this browser.", connection.url.as_str())
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
