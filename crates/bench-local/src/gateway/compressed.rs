//! Compressed files of the dashboard, each compressed once.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};

use super::dashboard::file_of;

/// The most bytes that are kept: many times the dashboard's own.
const LARGEST_CACHE: usize = 64 << 20;

/// The compressed files of a folder. A file that changes is compressed again.
pub(super) struct Compressed {
    folder: PathBuf,
    kept: Mutex<HashMap<Asked, Kept>>,
}

/// The address and the encodings that the client reads.
type Asked = (String, Option<HeaderValue>);

struct Kept {
    /// The file's time and length, by which another one is told.
    file: (SystemTime, u64),
    headers: HeaderMap,
    body: Bytes,
}

impl Compressed {
    pub(super) fn of(folder: PathBuf) -> Arc<Self> {
        let kept = Mutex::default();
        Arc::new(Self { folder, kept })
    }

    fn file(&self, path: &str) -> Option<(SystemTime, u64)> {
        let metadata = file_of(&self.folder, path)?.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    fn find(&self, asked: &Asked, file: (SystemTime, u64)) -> Option<Response> {
        let all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get(asked).filter(|kept| kept.file == file)?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.headers_mut() = kept.headers.clone();
        Some(response)
    }

    fn keep(&self, asked: Asked, kept: Kept) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: usize = all.values().map(|kept| kept.body.len()).sum();
        if bytes + kept.body.len() > LARGEST_CACHE {
            all.clear();
        }
        all.insert(asked, kept);
    }
}

/// Answers with what an earlier request of the same kind compressed, or compresses and keeps it.
pub(super) async fn once(
    State(compressed): State<Arc<Compressed>>,
    request: Request,
    next: Next,
) -> Response {
    let encodings = request.headers().get(header::ACCEPT_ENCODING).cloned();
    let asked = (request.uri().path().to_owned(), encodings);
    let is_whole = [
        header::RANGE,
        header::IF_MODIFIED_SINCE,
        header::IF_UNMODIFIED_SINCE,
    ]
    .iter()
    .all(|name| !request.headers().contains_key(name));
    let Some(file) = compressed.file(&asked.0).filter(|_| is_whole) else {
        return next.run(request).await;
    };
    if let Some(response) = compressed.find(&asked, file) {
        return response;
    }
    let response = next.run(request).await;
    let is_compressed = response.headers().contains_key(header::CONTENT_ENCODING);
    if response.status() != StatusCode::OK || !is_compressed {
        return response;
    }
    let (head, body) = response.into_parts();
    match to_bytes(body, LARGEST_CACHE).await {
        Ok(body) => {
            let headers = head.headers.clone();
            let kept = Kept {
                file,
                headers,
                body: body.clone(),
            };
            compressed.keep(asked, kept);
            Response::from_parts(head, Body::from(body))
        }
        Err(_) => super::answer::message(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The file cannot be read",
            "build the dashboard again",
        ),
    }
}
