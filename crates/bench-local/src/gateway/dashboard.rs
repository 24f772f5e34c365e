use std::{
    collections::HashMap,
    fs,
    io::Write as _,
    path::{Component, Path, PathBuf},
    sync::Mutex,
    time::SystemTime,
};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

use super::{
    answer,
    content::{ContentType, has_hash_in_name, type_of},
    security,
};
use crate::failure::Failure;

const NO_DASHBOARD: &str = include_str!("no_dashboard.html");

/// The built dashboard: a folder with an `index.html`. A new build is served from the next request
/// on.
pub(crate) struct Dashboard {
    folder: PathBuf,
    files: Mutex<HashMap<PathBuf, File>>,
}

/// A cached response, valid until the file on disk changes.
#[derive(Clone)]
struct File {
    changed: SystemTime,
    content: ContentType,
    tag: HeaderValue,
    plain: Bytes,
    packed: Option<Bytes>,
}

impl Dashboard {
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        let found = folder
            .canonicalize()
            .ok()
            .filter(|folder| folder.join("index.html").is_file());
        let folder = found.ok_or_else(|| Failure::NoDashboard {
            folder: folder.to_owned(),
        })?;
        Ok(Self {
            folder,
            files: Mutex::default(),
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    async fn find(&self, path: &str) -> Option<(PathBuf, File)> {
        let path = self.locate(path)?;
        let changed = fs::metadata(&path).ok()?.modified().ok()?;
        let known = self.files.lock().ok()?.get(&path).cloned();
        if let Some(file) = known.filter(|file| file.changed == changed) {
            return Some((path, file));
        }
        // Compressing the largest file takes a tenth of a second; other requests continue
        // meanwhile.
        let reading = path.clone();
        let file = tokio::task::spawn_blocking(move || File::read(&reading, changed))
            .await
            .ok()??;
        self.files.lock().ok()?.insert(path.clone(), file.clone());
        Some((path, file))
    }

    /// The file for a URL path. A path without an extension is a page of the application.
    fn locate(&self, path: &str) -> Option<PathBuf> {
        let relative = safe_path(path)?;
        let file = self.folder.join(&relative);
        if file.is_file() {
            // A symbolic link must not lead out of the folder.
            return file
                .canonicalize()
                .ok()
                .filter(|file| file.starts_with(&self.folder));
        }
        relative
            .extension()
            .is_none()
            .then(|| self.folder.join("index.html"))
    }
}

impl File {
    fn read(path: &Path, changed: SystemTime) -> Option<Self> {
        let plain = fs::read(path).ok()?;
        let content = type_of(path);
        let hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(&plain)[..12]);
        Some(Self {
            changed,
            content,
            tag: HeaderValue::try_from(format!("W/\"{hash}\"")).ok()?,
            packed: if content.packs { pack(&plain) } else { None },
            plain: plain.into(),
        })
    }

    fn answer(self, path: &Path, headers: &HeaderMap) -> Response {
        let is_known = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| {
            known
                .as_bytes()
                .split(|b| *b == b',')
                .any(|tag| tag.trim_ascii() == self.tag.as_bytes())
        });
        let packed = self.packed.filter(|_| takes_gzip(headers));
        let is_packed = packed.is_some();
        let is_page = path
            .extension()
            .is_some_and(|extension| extension == "html");
        let policy = is_page.then(|| security::policy(&String::from_utf8_lossy(&self.plain)));

        let mut response = if is_known {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            response
        } else {
            Response::new(Body::from(packed.unwrap_or(self.plain)))
        };
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag);
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        headers.insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static(lifetime(path)),
        );
        if !is_known {
            headers.insert(
                header::CONTENT_TYPE,
                HeaderValue::from_static(self.content.name),
            );
            if is_packed {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        if let Some(policy) = policy {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        response
    }
}

/// All other paths: the dashboard's files, or instructions to build them.
pub(super) async fn answer(dashboard: Option<&Dashboard>, request: &Parts) -> Response {
    if !matches!(request.method, Method::GET | Method::HEAD) {
        let hint = "the REST API is at /rest/v1";
        return answer::message(StatusCode::METHOD_NOT_ALLOWED, "Only GET works here", hint);
    }
    let Some(dashboard) = dashboard else {
        return security::protect(no_dashboard());
    };
    let response = match dashboard.find(request.uri.path()).await {
        Some((path, file)) => file.answer(&path, &request.headers),
        None => answer::message(
            StatusCode::NOT_FOUND,
            "No such file",
            "the dashboard is at /",
        ),
    };
    security::protect(response)
}

fn no_dashboard() -> Response {
    let mut response = Response::new(Body::from(NO_DASHBOARD));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        security::policy(NO_DASHBOARD),
    );
    response
}

/// The path inside the folder; `None` if it would leave the folder.
fn safe_path(path: &str) -> Option<PathBuf> {
    let path = percent_decoded(path.trim_start_matches('/'))?;
    let path = PathBuf::from(path);
    path.components()
        .all(|part| matches!(part, Component::Normal(_)))
        .then_some(path)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%' {
            let (digits, tail) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| {
            value
                .split(',')
                .any(|coding| coding.trim().split(';').next() == Some("gzip"))
        })
}

fn lifetime(path: &Path) -> &'static str {
    if has_hash_in_name(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

fn pack(plain: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_folder() {
        assert_eq!(safe_path("/a/b.js"), Some(PathBuf::from("a/b.js")));
        assert_eq!(safe_path("/a%20b.js"), Some(PathBuf::from("a b.js")));
        for path in [
            "/../x",
            "/a/../../x",
            "/%2e%2e/x",
            "/..%2fx",
            "//etc/passwd/..",
            "/a%00b",
            "/%zz",
        ] {
            assert_eq!(safe_path(path), None, "{path}");
        }
        // Without leading slashes this is a path inside the folder, which does not exist.
        assert_eq!(safe_path("//etc/passwd"), Some(PathBuf::from("etc/passwd")));
    }

    #[test]
    fn a_page_of_the_application_is_its_index_and_a_missing_file_is_missing() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        fs::write(scratch.path().join("index.html"), "<p>").expect("a page");
        let dashboard = Dashboard::open(scratch.path()).expect("a dashboard");

        let index = Some(dashboard.folder.join("index.html"));
        assert_eq!(dashboard.locate("/"), index);
        assert_eq!(dashboard.locate("/trends/medgemma"), index);
        assert_eq!(dashboard.locate("/gone.js"), None);
    }

    #[test]
    fn a_link_does_not_lead_out_of_the_folder() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let inside = scratch.path().join("dist");
        fs::create_dir(&inside).expect("a folder");
        fs::write(inside.join("index.html"), "<p>").expect("a page");
        fs::write(scratch.path().join("keys.json"), "{}").expect("a file");
        std::os::unix::fs::symlink("../keys.json", inside.join("keys.json")).expect("a link");
        let dashboard = Dashboard::open(&inside).expect("a dashboard");

        assert_eq!(dashboard.locate("/keys.json"), None);
    }

    #[test]
    fn gzip_is_sent_only_to_those_who_take_it() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            takes_gzip(&headers)
        };
        assert!(with("gzip, deflate, br") && with("br;q=1.0, gzip;q=0.8"));
        assert!(!with("identity") && !takes_gzip(&HeaderMap::new()));
    }
}
