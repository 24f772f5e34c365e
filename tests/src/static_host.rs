//! A static host like GitHub Pages: a folder under a sub-path, and `404.html` for missing paths.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// A running host; it stops with the test's process.
pub struct StaticHost {
    address: SocketAddr,
    below: &'static str,
}

struct Site {
    folder: PathBuf,
    below: &'static str,
    config: String,
}

impl StaticHost {
    /// Serves `folder` at `below`, such as `/team/`, with this `config.json`.
    ///
    /// # Panics
    ///
    /// If no port is free.
    pub fn start(folder: &Path, below: &'static str, config: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        listener.set_nonblocking(true).expect("a socket can wait");
        let site = Arc::new(Site {
            folder: folder.to_owned(),
            below,
            config,
        });
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
                let app = Router::new().fallback(answer).with_state(site);
                axum::serve(listener, app).await.expect("it serves");
            });
        });
        Self { address, below }
    }

    /// The URL of a page of the dashboard.
    pub fn url(&self, page: &str) -> String {
        format!("http://{}{}{page}", self.address, self.below)
    }
}

async fn answer(State(site): State<Arc<Site>>, uri: Uri) -> Response {
    let Some(name) = uri.path().strip_prefix(site.below) else {
        return (StatusCode::NOT_FOUND, "another site").into_response();
    };
    let name = if name.is_empty() { "index.html" } else { name };
    if name == "config.json" {
        let kind = [(header::CONTENT_TYPE, "application/json")];
        return (kind, site.config.clone()).into_response();
    }
    let is_plain = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
    let (status, name, content) = match fs::read(site.folder.join(name)) {
        Ok(content) if is_plain => (StatusCode::OK, name, content),
        _ => (
            StatusCode::NOT_FOUND,
            "404.html",
            fs::read(site.folder.join("404.html")).unwrap_or_default(),
        ),
    };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    };
    (status, [(header::CONTENT_TYPE, kind)], content).into_response()
}
