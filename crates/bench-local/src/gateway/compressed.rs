//! Compressed files of the dashboard, each compressed once.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
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
///
/// What is kept is found by the file, not by what the client wrote: there is no end of addresses and
/// headers that mean one file.
pub(super) struct Compressed {
    folder: PathBuf,
    kept: Mutex<HashMap<PathBuf, Kept>>,
    /// One file at a time: compression leaves the processor to the other requests.
    turn: tokio::sync::Mutex<()>,
}

/// The file's time and length, by which another one is told.
type Version = (SystemTime, u64);

struct Kept {
    version: Version,
    headers: HeaderMap,
    body: Bytes,
}

impl Compressed {
    pub(super) fn of(folder: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            folder,
            kept: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// The file that a URL path shows.
    fn file(&self, path: &str) -> Option<(PathBuf, Version)> {
        let mut file = file_of(&self.folder, path)?;
        let is_page = path.rsplit('/').next().is_none_or(is_page);
        if file == self.folder || is_page && !file.exists() {
            file = self.folder.join("index.html");
        }
        let metadata = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
        Some((file, (metadata.modified().ok()?, metadata.len())))
    }

    fn find(&self, file: &Path, version: Version) -> Option<Response> {
        let all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = all.get(file).filter(|kept| kept.version == version)?;
        let mut response = Response::new(Body::from(kept.body.clone()));
        *response.headers_mut() = kept.headers.clone();
        Some(response)
    }

    fn keep(&self, file: PathBuf, kept: Kept) {
        let mut all = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: usize = all.values().map(|kept| kept.body.len()).sum();
        if bytes + kept.body.len() > LARGEST_CACHE {
            all.clear();
        }
        all.insert(file, kept);
    }
}

/// Whether the last part of a path, if there is no such file, is a page of the application.
fn is_page(name: &str) -> bool {
    !name.contains(['.', '%'])
}

/// Answers with what an earlier request for the file compressed, or compresses and keeps it.
pub(super) async fn once(
    State(compressed): State<Arc<Compressed>>,
    mut request: Request,
    next: Next,
) -> Response {
    let reads_gzip = reads_gzip(request.headers());
    let headers = request.headers_mut();
    headers.remove(header::ACCEPT_ENCODING);
    let is_part = headers.contains_key(header::RANGE);
    let file = compressed.file(request.uri().path());
    let Some((file, version)) = file.filter(|_| reads_gzip && !is_part) else {
        return next.run(request).await;
    };

    let (mut head, _) = request.into_parts();
    let conditions = [header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE];
    if conditions
        .iter()
        .any(|name| head.headers.contains_key(name))
    {
        let asked = Request::from_parts(head.clone(), Body::empty());
        let response = next.clone().run(asked).await;
        if response.status() != StatusCode::OK {
            return response;
        }
        for name in conditions {
            head.headers.remove(name);
        }
    }
    if let Some(response) = compressed.find(&file, version) {
        return response;
    }
    let _turn = compressed.turn.lock().await;
    if let Some(response) = compressed.find(&file, version) {
        return response;
    }
    let gzip = HeaderValue::from_static("gzip");
    head.headers.insert(header::ACCEPT_ENCODING, gzip);
    let request = Request::from_parts(head, Body::empty());
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
                version,
                headers,
                body: body.clone(),
            };
            compressed.keep(file, kept);
            Response::from_parts(head, Body::from(body))
        }
        Err(_) => super::answer::message(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The file cannot be read",
            "build the dashboard again",
        ),
    }
}

/// Whether `Accept-Encoding` has gzip, or `*` and not gzip, with a weight above 0.
fn reads_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING);
    let encodings: Vec<(&str, bool)> = values
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|encoding| {
            let (name, weight) = encoding.split_once(';').unwrap_or((encoding, ""));
            let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
            let is_read = weight.trim().parse().is_ok_and(|weight: f32| weight > 0.0);
            (name.trim(), is_read)
        })
        .collect();
    let said = |wanted: &str| {
        let found = encodings
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, is_read)| *is_read)
    };
    said("gzip").or_else(|| said("*")).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_read_where_the_client_says_so_and_does_not_weigh_it_0() {
        let said = |text: &'static str| {
            let headers = [(header::ACCEPT_ENCODING, HeaderValue::from_static(text))];
            reads_gzip(&headers.into_iter().collect())
        };
        for text in [
            "gzip",
            "br, GZIP ; q=0.5",
            "deflate,gzip;q=1.0",
            "*",
            "br, *;q=0.1",
        ] {
            assert!(said(text), "{text}");
        }
        for text in [
            "",
            "br",
            "gzip;q=0",
            "gzip;q=0.000, *",
            "*;q=0",
            "gzip;q=much",
            "gzipped",
        ] {
            assert!(!said(text), "{text}");
        }
    }
}
