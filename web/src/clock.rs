//! The time of day as a signal, for labels such as `updated 5 s ago`.

use std::time::Duration;

use leptos::prelude::*;

use crate::{browser, view_model::format};

/// Ticks every second while the page is visible.
#[derive(Clone, Copy)]
pub struct Clock(RwSignal<i64>);

impl Clock {
    /// Starts the clock.
    pub fn start() -> Self {
        let now = RwSignal::new(browser::now_ms());
        set_interval(
            move || {
                if browser::is_visible() {
                    now.set(browser::now_ms());
                }
            },
            Duration::from_secs(1),
        );
        Self(now)
    }

    /// How long ago a time was, in words; tracks the clock.
    pub fn age_of(&self, then_ms: i64) -> String {
        format::age((self.0.get() - then_ms) / 1_000)
    }
}
