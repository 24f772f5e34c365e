//! Polling for new data: one small request, repeated while the page is visible.
//!
//! The newest `last_updated_at` of all snapshots changes with every new run. While it stays the
//! same, everything on screen is current and nothing else is fetched.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{api, browser, settings::Settings, view_model::failure::RequestFailure};

/// The freshness of the page. Copies are handles to the same pulse.
#[derive(Clone, Copy)]
pub struct Pulse {
    settings: RwSignal<Settings>,
    interval: RwSignal<Option<Duration>>,
    newest: RwSignal<Option<String>>,
    round: RwSignal<u32>,
    checked_ms: RwSignal<Option<i64>>,
    failure: RwSignal<Option<RequestFailure>>,
    is_busy: RwSignal<bool>,
    /// Counts requests, so that an outdated response is discarded.
    request: StoredValue<u32>,
}

impl Pulse {
    /// Polls once the project is known, and every `interval` while the page is visible; none: only
    /// on request.
    pub fn start(settings: RwSignal<Settings>, interval: Option<Duration>) -> Self {
        let pulse = Self {
            settings,
            interval: RwSignal::new(interval),
            newest: RwSignal::new(None),
            round: RwSignal::new(0),
            checked_ms: RwSignal::new(None),
            failure: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            request: StoredValue::new(0),
        };
        Effect::new(move |_| {
            settings.track();
            pulse.newest.set(None);
            pulse.checked_ms.set(None);
            pulse.failure.set(None);
            pulse.ask();
        });
        Effect::new(move |last: Option<Option<IntervalHandle>>| {
            if let Some(Some(last)) = last {
                last.clear();
            }
            let every = pulse.interval.get()?;
            set_interval_with_handle(move || pulse.ask_if_seen(), every).ok()
        });
        let _ = window_event_listener(leptos::ev::online, move |_| pulse.ask_if_seen());
        let _ = window_event_listener_untyped("visibilitychange", move |_| {
            if pulse.is_due() {
                pulse.ask_if_seen();
            }
        });
        pulse
    }

    /// The polling interval; none: only on request.
    pub fn interval(&self) -> RwSignal<Option<Duration>> {
        self.interval
    }

    /// Changes whenever displayed data may be outdated: a run arrived, or the user requested a
    /// refresh.
    pub fn round(&self) -> u32 {
        self.round.get()
    }

    /// When the page was last confirmed to be current, in milliseconds since 1970.
    pub fn checked_ms(&self) -> Option<i64> {
        self.checked_ms.get()
    }

    /// The failure of the last poll; None if it succeeded.
    pub fn failure(&self) -> Option<RequestFailure> {
        self.failure.get()
    }

    /// Whether a poll is pending.
    pub fn is_busy(&self) -> bool {
        self.is_busy.get()
    }

    /// Refetches everything on screen.
    pub fn refresh(&self) {
        self.round.update(|round| *round = round.wrapping_add(1));
        self.ask();
    }

    /// Polls now, if the page is visible and no request is pending.
    pub fn ask_if_seen(&self) {
        if browser::is_visible() && !self.is_busy.get_untracked() {
            self.ask();
        }
    }

    fn ask(&self) {
        let pulse = *self;
        let Some(connection) = pulse
            .settings
            .with_untracked(|settings| settings.connection().cloned())
        else {
            return;
        };
        let request = pulse.request.get_value().wrapping_add(1);
        pulse.request.set_value(request);
        pulse.is_busy.set(true);
        spawn_local(async move {
            let answer = api::newest_change(&connection).await;
            if pulse.request.try_get_value() != Some(request) {
                return;
            }
            pulse.is_busy.set(false);
            match answer {
                Ok(newest) => pulse.take(newest),
                Err(failure) => pulse.failure.set(Some(failure)),
            }
        });
    }

    fn take(&self, newest: Option<String>) {
        // The feeds start at the same time, so the first response only sets the reference. An empty
        // project has none, so the reference itself doesn't tell.
        let is_first = self.checked_ms.with_untracked(Option::is_none);
        self.checked_ms.set(Some(browser::now_ms()));
        self.failure.set(None);
        if self.newest.get_untracked() != newest {
            self.newest.set(newest);
            if !is_first {
                self.round.update(|round| *round = round.wrapping_add(1));
            }
        }
    }

    fn is_due(&self) -> bool {
        let Some(interval) = self.interval.get_untracked() else {
            return false;
        };
        let interval = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
        self.checked_ms
            .get_untracked()
            .is_none_or(|then| browser::now_ms() - then >= interval)
    }
}
