//! Light, dark, or the system's theme.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MediaQueryList, MediaQueryListEvent};

use crate::browser;

/// The storage key; `js/boot.js` reads it before the first paint.
const STORED: &str = "benchmark-monitor:theme";

/// The user's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The system's.
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Choice {
    /// The next choice in the button's cycle.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Its name in the storage and the style sheet; none for the system's.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The shared theme state.
#[derive(Clone, Copy)]
pub struct Theme {
    choice: RwSignal<Choice>,
    system_is_dark: RwSignal<bool>,
}

impl Theme {
    /// Reads the stored choice, and follows the system from now on.
    pub fn start() -> Self {
        let choice = match browser::stored(STORED).as_deref() {
            Some("light") => Choice::Light,
            Some("dark") => Choice::Dark,
            _ => Choice::System,
        };
        let theme = Self {
            choice: RwSignal::new(choice),
            system_is_dark: RwSignal::new(false),
        };
        if let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") {
            theme.system_is_dark.set(query.matches());
            theme.follow(&query);
        }
        theme
    }

    /// The user's choice.
    pub fn choice(&self) -> Choice {
        self.choice.get()
    }

    /// Whether the page is dark now.
    pub fn is_dark(&self) -> bool {
        match self.choice.get() {
            Choice::System => self.system_is_dark.get(),
            Choice::Light => false,
            Choice::Dark => true,
        }
    }

    /// Applies another theme and stores it.
    pub fn choose(&self, choice: Choice) {
        self.choice.set(choice);
        browser::set_theme(choice.name());
        match choice.name() {
            Some(name) => {
                browser::store(STORED, name);
            }
            None => browser::forget(STORED),
        }
    }

    fn follow(&self, query: &MediaQueryList) {
        let system_is_dark = self.system_is_dark;
        let changed =
            Closure::<dyn Fn(MediaQueryListEvent)>::new(move |event: MediaQueryListEvent| {
                system_is_dark.set(event.matches());
            });
        query.set_onchange(Some(changed.as_ref().unchecked_ref()));
        // Lives as long as the page.
        changed.forget();
    }
}
