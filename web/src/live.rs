//! Notifications of new runs from projects with Supabase Realtime.
//!
//! Enabled by the setting `"realtime": true`. It only triggers [`Pulse`] earlier: if the connection
//! fails, the page still polls at its interval. The content of messages is ignored.

use std::time::Duration;

use bench_model::rest::tables::SNAPSHOTS;
use leptos::prelude::*;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{MessageEvent, WebSocket};

use crate::{
    pulse::Pulse,
    settings::{Connection, Settings},
};

/// The server closes connections that are silent for a minute.
const HEARTBEAT: Duration = Duration::from_secs(25);

const HEARTBEAT_MESSAGE: &str = r#"{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}"#;

/// Rows of one push arrive almost together: poll once for all of them.
const PAUSE: Duration = Duration::from_millis(300);

/// An open connection; closed on drop.
struct Live {
    socket: WebSocket,
    heartbeat: Option<IntervalHandle>,
    _told: Closure<dyn Fn(MessageEvent)>,
    _opened: Closure<dyn Fn()>,
}

/// Listens while the settings name a project with Realtime.
pub fn listen(settings: RwSignal<Settings>, pulse: Pulse) {
    let live = StoredValue::new_local(None::<Live>);
    let connect = move || {
        let connection = settings.with_untracked(|settings| settings.connection().cloned());
        let wanted = connection.filter(|connection| connection.is_realtime);
        live.set_value(wanted.and_then(|connection| Live::open(&connection, pulse)));
    };
    Effect::new(move |_| {
        settings.track();
        connect();
    });
    // A broken connection is reopened when the page becomes visible or online again.
    for event in ["online", "visibilitychange"] {
        let _ = window_event_listener_untyped(event, move |_| {
            let is_broken = live.with_value(|live| {
                live.as_ref()
                    .is_some_and(|live| live.socket.ready_state() > WebSocket::OPEN)
            });
            if is_broken && crate::browser::is_visible() {
                connect();
            }
        });
    }
}

impl Live {
    /// None if the browser refuses the URL.
    fn open(connection: &Connection, pulse: Pulse) -> Option<Self> {
        let socket = WebSocket::new(&address(connection)).ok()?;
        let opened = Closure::<dyn Fn()>::new({
            let (socket, join) = (socket.clone(), join(connection));
            // A socket that closed at once counts as none.
            move || drop(socket.send_with_str(&join))
        });
        let is_due = StoredValue::new(false);
        let told = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            let text = message.data().as_string().unwrap_or_default();
            if is_change(&text) && !is_due.get_value() {
                is_due.set_value(true);
                set_timeout(
                    move || {
                        is_due.try_set_value(false);
                        pulse.ask_if_seen();
                    },
                    PAUSE,
                );
            }
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(told.as_ref().unchecked_ref()));
        let heartbeat = set_interval_with_handle(
            {
                let socket = socket.clone();
                move || {
                    if socket.ready_state() == WebSocket::OPEN {
                        // The server notices a missing heartbeat.
                        let _ = socket.send_with_str(HEARTBEAT_MESSAGE);
                    }
                }
            },
            HEARTBEAT,
        );
        Some(Self {
            socket,
            heartbeat: heartbeat.ok(),
            _told: told,
            _opened: opened,
        })
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        if let Some(heartbeat) = self.heartbeat {
            heartbeat.clear();
        }
        // Closing twice is harmless.
        let _ = self.socket.close();
    }
}

/// The WebSocket URL of the project.
fn address(connection: &Connection) -> String {
    let origin = connection.url.as_str().replacen("http", "ws", 1);
    // Keys contain no characters that need escaping in a URL.
    format!(
        "{origin}/realtime/v1/websocket?apikey={}&vsn=1.0.0",
        connection.key.expose()
    )
}

/// Subscribes to changes of snapshots (Phoenix version 1: one JSON object per message).
///
/// Built and parsed by hand, because the first page contains this code and must be small.
fn join(connection: &Connection) -> String {
    // The newer keys are not tokens; they are in the URL.
    let token = if connection.key.is_jwt() {
        serde_json::to_string(connection.key.expose()).unwrap_or_default()
    } else {
        "null".to_owned()
    };
    format!(
        r#"{{"topic":"realtime:benchmark-monitor","event":"phx_join","ref":"1","payload":{{"access_token":{token},"config":{{"postgres_changes":[{{"event":"*","schema":"public","table":"{}"}}]}}}}}}"#,
        SNAPSHOTS.0
    )
}

/// Whether a message reports a row. Replies to the join and to heartbeats are messages too.
fn is_change(message: &str) -> bool {
    message.contains("\"postgres_changes\"") && !message.contains("\"phx_reply\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::WrittenSettings;

    fn connection(key: &str) -> Connection {
        let written = WrittenSettings {
            supabase_url: Some("https://abc.supabase.co".to_owned()),
            publishable_key: Some(key.to_owned()),
            realtime: true,
            ..WrittenSettings::default()
        };
        written.check("https://team.github.io").expect("valid")
    }

    #[test]
    fn only_a_token_is_sent_as_one() {
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2ln";

        assert!(join(&connection(token)).contains(token));
        assert!(!join(&connection("sb_publishable_abc")).contains("sb_publishable_abc"));
        for key in [token, "sb_publishable_abc"] {
            let message = serde_json::from_str::<serde_json::Value>(&join(&connection(key)));
            assert!(message.is_ok(), "{message:?}");
        }
    }

    #[test]
    fn only_a_changed_row_is_news() {
        assert!(is_change(
            r#"{"topic":"realtime:x","event":"postgres_changes","payload":{},"ref":null}"#
        ));
        for other in [
            r#"{"topic":"realtime:x","event":"phx_reply","payload":{"response":{"postgres_changes":[{"id":1}]}},"ref":"1"}"#,
            r#"{"topic":"phoenix","event":"phx_reply","payload":{"status":"ok"},"ref":"2"}"#,
            "<html>",
        ] {
            assert!(!is_change(other), "{other}");
        }
    }
}
