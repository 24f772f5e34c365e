//! Rows on screen: fetched once, fetched again while somebody looks, never lost to a failed refresh.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::{
    browser,
    settings::{Connection, Settings},
    view_model::failure::RequestFailure,
};

/// How long what is on screen may get before it is fetched again.
const REFRESH: Duration = Duration::from_secs(30);

/// How rows are fetched.
pub type Fetch<T> = fn(Connection) -> Pin<Box<dyn Future<Output = Result<T, RequestFailure>>>>;

/// Something fetched from the project that the page keeps fresh.
///
/// A refresh that fails leaves the last value where it is and sets [`Feed::failure`] beside it.
/// Copies are handles to the same feed.
pub struct Feed<T: 'static> {
    settings: RwSignal<Settings>,
    fetch: StoredValue<Fetch<T>>,
    value: RwSignal<Option<Arc<T>>>,
    checked_ms: RwSignal<Option<i64>>,
    failure: RwSignal<Option<RequestFailure>>,
    is_busy: RwSignal<bool>,
    /// Counts requests, so that an answer that was overtaken is thrown away.
    request: StoredValue<u32>,
}

impl<T> Clone for Feed<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Feed<T> {}

impl<T: PartialEq + Send + Sync + 'static> Feed<T> {
    /// Fetches as soon as the project is known, whenever it changes, and every 30 seconds while the
    /// page is visible.
    pub fn new(settings: RwSignal<Settings>, fetch: Fetch<T>) -> Self {
        let feed = Self {
            settings,
            fetch: StoredValue::new(fetch),
            value: RwSignal::new(None),
            checked_ms: RwSignal::new(None),
            failure: RwSignal::new(None),
            is_busy: RwSignal::new(false),
            request: StoredValue::new(0),
        };
        Effect::new(move |_| {
            settings.track();
            feed.value.set(None);
            feed.checked_ms.set(None);
            feed.failure.set(None);
            feed.refresh();
        });
        set_interval(move || feed.refresh_if_seen(), REFRESH);
        let _ = window_event_listener(leptos::ev::online, move |_| feed.refresh_if_seen());
        let _ = window_event_listener_untyped("visibilitychange", move |_| {
            if feed.age_ms() >= i64::try_from(REFRESH.as_millis()).unwrap_or(i64::MAX) {
                feed.refresh_if_seen();
            }
        });
        feed
    }

    /// The value, once it has arrived.
    pub fn value(&self) -> Option<Arc<T>> {
        self.value.get()
    }

    /// When the value was last known to be current, in milliseconds since 1970.
    pub fn checked_ms(&self) -> Option<i64> {
        self.checked_ms.get()
    }

    /// Why the last request brought nothing; None when it did.
    pub fn failure(&self) -> Option<RequestFailure> {
        self.failure.get()
    }

    /// Whether a request is on its way.
    pub fn is_busy(&self) -> bool {
        self.is_busy.get()
    }

    /// Fetches now.
    pub fn refresh(&self) {
        let feed = *self;
        let Some(connection) = feed
            .settings
            .with_untracked(|settings| settings.connection().cloned())
        else {
            return;
        };
        let request = feed.request.get_value().wrapping_add(1);
        feed.request.set_value(request);
        feed.is_busy.set(true);
        let answer = feed.fetch.with_value(|fetch| fetch(connection));
        spawn_local(async move {
            let answer = answer.await;
            if feed.request.try_get_value() != Some(request) {
                return;
            }
            feed.is_busy.set(false);
            match answer {
                Ok(value) => feed.take(value),
                Err(failure) => feed.failure.set(Some(failure)),
            }
        });
    }

    fn take(&self, value: T) {
        self.checked_ms.set(Some(browser::now_ms()));
        self.failure.set(None);
        // Equal rows repaint nothing.
        let is_new = self
            .value
            .with_untracked(|old| old.as_deref() != Some(&value));
        if is_new {
            self.value.set(Some(Arc::new(value)));
        }
    }

    /// Fetches now, if somebody looks and no request is on its way.
    pub fn refresh_if_seen(&self) {
        if browser::is_visible() && !self.is_busy.get_untracked() {
            self.refresh();
        }
    }

    fn age_ms(&self) -> i64 {
        self.checked_ms
            .get_untracked()
            .map_or(i64::MAX, |then| browser::now_ms() - then)
    }
}
