//! The settings of project and display, stored only in this browser.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    api, browser,
    components::Select,
    pulse::Pulse,
    settings::{
        self, Connection, Origin, Preferences, Settings, SettingsProblems, WrittenSettings,
    },
    theme::{self, Theme},
    view_model::manner::Numbers,
};

/// The result of the last click on a button.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Nothing,
    Asking,
    Good(String),
    Bad(String),
}

/// The form's values and the result.
#[derive(Clone, Copy)]
struct Form {
    url: RwSignal<String>,
    key: RwSignal<String>,
    repository: RwSignal<String>,
    realtime: RwSignal<bool>,
    problems: RwSignal<SettingsProblems>,
    outcome: RwSignal<Outcome>,
    is_saved: RwSignal<bool>,
    settings: RwSignal<Settings>,
}

impl Form {
    fn new(settings: RwSignal<Settings>) -> Self {
        let saved = settings::read_saved().unwrap_or_default();
        let is_saved = RwSignal::new(saved != WrittenSettings::default());
        let WrittenSettings {
            supabase_url,
            publishable_key,
            repository_url,
            realtime,
        } = saved;
        Self {
            url: RwSignal::new(supabase_url.unwrap_or_default()),
            key: RwSignal::new(publishable_key.unwrap_or_default()),
            repository: RwSignal::new(repository_url.unwrap_or_default()),
            realtime: RwSignal::new(realtime),
            problems: RwSignal::new(SettingsProblems::default()),
            outcome: RwSignal::new(Outcome::Nothing),
            is_saved,
            settings,
        }
    }

    /// Validates the fields; if valid, stores them and tests the connection.
    fn save(self) {
        let text = |field: RwSignal<String>| Some(field.get_untracked().trim().to_owned());
        let written = WrittenSettings {
            supabase_url: text(self.url),
            publishable_key: text(self.key),
            repository_url: text(self.repository),
            realtime: self.realtime.get_untracked(),
        };
        match written.check(&browser::origin()) {
            Err(found) => {
                let field = if found.url.is_some() {
                    "settings-url"
                } else {
                    "settings-key"
                };
                self.problems.set(found);
                self.outcome.set(Outcome::Nothing);
                browser::focus(field);
            }
            Ok(connection) => {
                let is_kept = settings::save(&written);
                self.problems.set(SettingsProblems::default());
                self.outcome.set(Outcome::Asking);
                self.is_saved.set(is_kept);
                self.settings
                    .set(Settings::Ready(connection.clone(), Origin::Saved));
                spawn_local(async move {
                    self.outcome.try_set(ask(&connection, is_kept).await);
                });
            }
        }
    }

    /// Clears the fields and the browser's storage; `config.json` applies again.
    fn forget(self) {
        settings::forget();
        for field in [self.url, self.key, self.repository] {
            field.set(String::new());
        }
        self.realtime.set(false);
        self.problems.set(SettingsProblems::default());
        self.is_saved.set(false);
        self.outcome.set(Outcome::Good(
            "Cleared. Using config.json again.".to_owned(),
        ));
        spawn_local(async move { self.settings.set(settings::load().await) });
    }
}

/// Reports in a sentence whether the project responds.
async fn ask(connection: &Connection, is_kept: bool) -> Outcome {
    let kept = if is_kept {
        "Saved in this browser"
    } else {
        "Set until you close this tab, because the browser's storage is disabled"
    };
    match api::probe(connection).await {
        Ok(()) => Outcome::Good(format!(
            "{kept}. The project answers, the key is accepted, and every table can be read."
        )),
        Err(failure) => {
            let view = failure.view();
            Outcome::Bad(format!(
                "{kept}, but: {}. {}",
                lower_first(&view.title),
                view.what
            ))
        }
    }
}

/// The settings form.
#[component]
pub fn SettingsPage() -> impl IntoView {
    browser::set_title("Settings · Benchmark Monitor");
    let settings = expect_context::<RwSignal<Settings>>();
    let form = Form::new(settings);
    let Form {
        url,
        key,
        repository,
        realtime,
        problems,
        outcome,
        is_saved,
        settings: _,
    } = form;
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.save();
    };

    view! {
        <div class="settings">
            <h1>"Settings"</h1>
            <p class="lead">{move || settings.with(source)}</p>
            <form on:submit=save novalidate>
                <Field
                    id="settings-url"
                    label="Project URL"
                    hint="From Supabase under Settings → API, for example https://abc.supabase.co. Leave empty to use the server this page came from."
                    value=url
                    problem=Signal::derive(move || problems.with(SettingsProblems::of_url))
                />
                <Field
                    id="settings-key"
                    label="Publishable key"
                    hint="sb_publishable_… or the legacy anon key. It is read-only and stays in this browser. Secret keys are refused."
                    value=key
                    problem=Signal::derive(move || problems.with(SettingsProblems::of_key))
                />
                <Field
                    id="settings-repository"
                    label="Repository (optional)"
                    hint="Turns commits into links, for example https://github.com/team/models"
                    value=repository
                    problem=Signal::derive(|| None)
                />
                <label class="check">
                    <input type="checkbox" bind:checked=realtime />
                    "Supabase Realtime is enabled for benchmark_snapshots: show new runs immediately"
                </label>
                <div class="actions">
                    <button type="submit" class="button primary" disabled=move || outcome.get() == Outcome::Asking>
                        {move || if outcome.get() == Outcome::Asking { "Testing the connection …" } else { "Save and test" }}
                    </button>
                    <Show when=move || is_saved.get()>
                        <button type="button" class="button" on:click=move |_| form.forget()>"Clear"</button>
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
            <Reading />
        </div>
    }
}

/// The display preferences.
#[component]
fn Reading() -> impl IntoView {
    let theme = expect_context::<Theme>();
    let pulse = expect_context::<Pulse>();
    let preferences = RwSignal::new(Preferences::load());
    let change = move |change: &dyn Fn(&mut Preferences)| {
        preferences.update(change);
        preferences.with_untracked(|now| {
            now.keep();
            now.apply();
            pulse.interval().set(now.interval());
        });
    };
    let refreshes = [
        ("5", "every 5 s"),
        ("10", "every 10 s"),
        ("30", "every 30 s"),
        ("60", "every minute"),
        ("0", "only when I refresh"),
    ];
    let themes = [
        theme::Choice::System,
        theme::Choice::Light,
        theme::Choice::Dark,
    ];
    let theme_name = |choice: theme::Choice| choice.name().unwrap_or("system").to_owned();
    view! {
        <section class="reading" aria-labelledby="reading">
            <h2 id="reading">"Display"</h2>
            <Select
                id="settings-refresh"
                label="Check for new runs"
                choices=Signal::stored(refreshes.map(|(value, words)| (value.to_owned(), words.to_owned())).to_vec())
                chosen=Signal::derive(move || preferences.with(|now| now.refresh_seconds.to_string()))
                on_choose=Callback::new(move |value: String| {
                    change(&|now| now.refresh_seconds = value.parse().unwrap_or(10));
                })
            />
            <Select
                id="settings-theme"
                label="Theme"
                choices=Signal::stored(themes.map(|one| (theme_name(one), one.label().to_owned())).to_vec())
                chosen=Signal::derive(move || theme_name(theme.choice()))
                on_choose=Callback::new(move |value: String| {
                    theme.choose(themes.into_iter().find(|one| theme_name(*one) == value).unwrap_or(theme::Choice::System));
                })
            />
            <Select
                id="settings-times"
                label="Times"
                choices=Signal::stored(vec![
                    ("utc".to_owned(), "in UTC".to_owned()),
                    ("local".to_owned(), "in my time zone".to_owned()),
                ])
                chosen=Signal::derive(move || {
                    preferences.with(|now| if now.local_times { "local" } else { "utc" }.to_owned())
                })
                on_choose=Callback::new(move |value: String| change(&|now| now.local_times = value == "local"))
            />
            <Select
                id="settings-numbers"
                label="Numbers"
                choices=Signal::stored(
                    Numbers::ALL.map(|one| (one.name().to_owned(), one.example().to_owned())).to_vec(),
                )
                chosen=Signal::derive(move || preferences.with(|now| now.numbers().name().to_owned()))
                on_choose=Callback::new(move |value: String| change(&|now| now.numbers.clone_from(&value)))
            />
            <p class="hint">"Saved in this browser. Exports always use exact values with a decimal point and UTC times."</p>
        </section>
    }
    .into_any()
}

/// One field of the form.
#[component]
fn Field(
    /// The id that connects label, hint and error with the input.
    id: &'static str,
    /// The label.
    label: &'static str,
    /// The hint.
    hint: &'static str,
    /// The value.
    value: RwSignal<String>,
    /// The error.
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
            "No project is set. Fill in the form, or put a config.json next to the page.".to_owned()
        }
        Settings::Wrong(_, Origin::ConfigFile) => {
            "config.json cannot be used; settings saved here replace it.".to_owned()
        }
        Settings::Wrong(_, Origin::Saved) => {
            "The settings saved in this browser cannot be used.".to_owned()
        }
        Settings::Ready(connection, Origin::ConfigFile) => {
            format!(
                "Reading {}, from config.json. Settings saved here override it in this browser.",
                connection.url.as_str()
            )
        }
        Settings::Ready(connection, Origin::Saved) => {
            format!(
                "Reading {}, from the settings saved in this browser.",
                connection.url.as_str()
            )
        }
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}
