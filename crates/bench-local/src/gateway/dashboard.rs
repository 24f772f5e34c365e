use std::{
    convert::Infallible,
    io::ErrorKind,
    path::{Component, Path, PathBuf},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use percent_encoding::percent_decode_str;
use tower::{ServiceExt as _, service_fn};
use tower_http::{
    compression::CompressionLayer,
    services::{ServeDir, ServeFile},
};

use super::{
    answer,
    compressed::{self, Compressed},
    embedded, security,
};
use crate::failure::Failure;

const NO_DASHBOARD: &str = include_str!("no_dashboard.html");

/// Far larger than any page; scripts and programs are separate files.
const LARGEST_PAGE: usize = 16 << 20;

/// The built dashboard: the one inside of this program, or a folder with an `index.html`. A new build
/// in the folder is served from the next request on.
pub(crate) struct Dashboard {
    folder: Option<PathBuf>,
    files: Router,
}

impl Dashboard {
    /// The one in `folder`; without a folder the one inside of this program, if there is one.
    pub(crate) fn choose(folder: Option<&Path>) -> Result<Option<Self>, Failure> {
        folder.map_or_else(
            || Ok(Self::embedded()),
            |folder| Self::open(folder).map(Some),
        )
    }

    /// The one in `folder`.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        let found = folder
            .canonicalize()
            .ok()
            .filter(|folder| folder.join("index.html").is_file());
        let folder = found.ok_or_else(|| Failure::NoDashboard {
            folder: folder.to_owned(),
        })?;
        Ok(Self {
            files: files(&folder),
            folder: Some(folder),
        })
    }

    /// The one inside of this program, if it was built with one.
    pub(crate) fn embedded() -> Option<Self> {
        let files = embedded::FILES;
        let service = service_fn(move |request: Request| {
            std::future::ready(Ok::<_, Infallible>(embedded::answer(files, &request)))
        });
        (!files.is_empty()).then(|| Self {
            folder: None,
            files: Router::new()
                .fallback_service(service)
                .layer(middleware::from_fn(describe))
                .layer(CompressionLayer::new()),
        })
    }

    /// Its folder; none for the one inside of this program.
    pub(crate) fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }
}

/// Serves the folder's files, compressed once, with their cache lifetime and content security policy.
fn files(folder: &Path) -> Router {
    let index = ServeFile::new(folder.join("index.html"));
    let missing = service_fn(move |request: Request| missing(index.clone(), request));
    Router::new()
        .fallback_service(ServeDir::new(folder).fallback(missing))
        .layer(middleware::from_fn_with_state(
            folder.to_owned(),
            stay_inside,
        ))
        .layer(middleware::from_fn(describe))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(
            Compressed::of(folder.to_owned()),
            compressed::once,
        ))
}

/// A path without an extension is a page of the application; other missing files are not found.
async fn missing(index: ServeFile, request: Request) -> Result<Response, Infallible> {
    if Path::new(request.uri().path()).extension().is_some() {
        return Ok(no_such_file());
    }
    let response = index.oneshot(request).await?;
    Ok(response.into_response())
}

pub(super) fn no_such_file() -> Response {
    answer::message(
        StatusCode::NOT_FOUND,
        "No such file",
        "the dashboard is at /",
    )
}

/// A symbolic link must not lead out of the folder.
async fn stay_inside(State(folder): State<PathBuf>, request: Request, next: Next) -> Response {
    if is_inside(&folder, request.uri().path()) {
        next.run(request).await
    } else {
        no_such_file()
    }
}

/// Whether a URL path names a file in the folder, or no file at all.
pub(super) fn is_inside(folder: &Path, path: &str) -> bool {
    let Some(file) = file_of(folder, path) else {
        return false;
    };
    match file.canonicalize() {
        Ok(real) => real.starts_with(folder),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

/// The file or folder that a URL path names below `folder`, whether it exists or not.
pub(super) fn file_of(folder: &Path, path: &str) -> Option<PathBuf> {
    let relative = percent_decode_str(path.trim_start_matches('/'))
        .decode_utf8()
        .ok()?;
    let relative = Path::new(&*relative);
    let is_plain = |part| matches!(part, Component::Normal(_));
    relative
        .components()
        .all(is_plain)
        .then(|| folder.join(relative))
}

/// Adds the cache lifetime, and the content security policy of a page.
async fn describe(request: Request, next: Next) -> Response {
    let lifetime = lifetime(request.uri().path());
    let response = next.run(request).await;
    if response.status().is_client_error() {
        return response;
    }
    let mut response = with_policy(response).await;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    response
}

async fn with_policy(response: Response) -> Response {
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut head, body) = response.into_parts();
    match to_bytes(body, LARGEST_PAGE).await {
        Ok(page) => {
            let policy = security::policy(&String::from_utf8_lossy(&page));
            head.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            Response::from_parts(head, Body::from(page))
        }
        Err(_) => answer::message(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The page cannot be read",
            "build the dashboard again",
        ),
    }
}

/// All other paths: the dashboard's files, or instructions to build them.
pub(super) async fn answer(dashboard: Option<&Dashboard>, mut request: Request) -> Response {
    match *request.method() {
        Method::GET => {}
        // The same response; hyper omits the body.
        Method::HEAD => *request.method_mut() = Method::GET,
        _ => {
            let hint = "the REST API is at /rest/v1";
            return answer::message(StatusCode::METHOD_NOT_ALLOWED, "Only GET works here", hint);
        }
    }
    let response = match dashboard {
        Some(Dashboard { files, .. }) => match files.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        },
        None => no_dashboard(),
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

fn lifetime(path: &str) -> &'static str {
    if has_hash_in_name(path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    }
}

/// Whether the name contains a content hash, as in `app-1a2b3c4d5e6f7a8b_bg.wasm`. Such a file
/// never changes.
fn has_hash_in_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.contains('.')
        && name.split(['-', '_', '.']).skip(1).any(|part| {
            matches!(part.len(), 15..=40) && part.bytes().all(|b| b.is_ascii_hexdigit())
        })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn dist() -> (tempfile::TempDir, PathBuf) {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let dist = scratch.path().join("dist");
        fs::create_dir(&dist).expect("a folder");
        let dist = dist.canonicalize().expect("a folder");
        fs::write(dist.join("index.html"), "<p>").expect("a page");
        fs::write(scratch.path().join("keys.json"), "{}").expect("a file");
        (scratch, dist)
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let (_scratch, dist) = dist();

        for path in [
            "/",
            "/index.html",
            "/gone.js",
            "/trends/a%20b",
            "//index.html",
        ] {
            assert!(is_inside(&dist, path), "{path}");
        }
        for path in [
            "/../keys.json",
            "/a/../../keys.json",
            "/%2e%2e/keys.json",
            "/..%2fkeys.json",
            "/%2fetc/passwd",
            "//etc/passwd/..",
            "/../gone",
            "/a%00b",
            "/%ff",
        ] {
            assert!(!is_inside(&dist, path), "{path}");
        }
    }

    #[test]
    fn a_link_does_not_lead_out_of_the_folder() {
        let (_scratch, dist) = dist();
        std::os::unix::fs::symlink("../keys.json", dist.join("keys.json")).expect("a link");
        std::os::unix::fs::symlink("index.html", dist.join("start.html")).expect("a link");

        assert!(!is_inside(&dist, "/keys.json"));
        assert!(is_inside(&dist, "/start.html"));
    }

    #[tokio::test]
    async fn a_file_is_compressed_once_until_it_changes() {
        let (_scratch, dist) = dist();
        let script = dist.join("app.js");
        fs::write(&script, "a".repeat(10_000)).expect("a file");
        let dashboard = Dashboard::open(&dist).expect("a dashboard");
        let get = async |range: bool| {
            let mut request = Request::get("/app.js").header("accept-encoding", "gzip");
            if range {
                request = request.header("range", "bytes=0-9");
            }
            let request = request.body(Body::empty()).expect("a request");
            let response = answer(Some(&dashboard), request).await;
            let (head, body) = response.into_parts();
            assert_eq!(head.headers["cache-control"], "no-cache");
            let body = to_bytes(body, LARGEST_PAGE).await.expect("a body");
            (head.headers.get("content-encoding").is_some(), body)
        };

        let (is_compressed, first) = get(false).await;
        assert!(is_compressed && first.len() < 1_000, "{}", first.len());
        let (is_compressed, second) = get(false).await;
        // The same memory, not only the same bytes.
        assert!(is_compressed && first.as_ptr() == second.as_ptr());
        assert_eq!(get(true).await.1, "aaaaaaaaaa");

        fs::write(&script, "b".repeat(10_001)).expect("a file");
        assert_ne!(get(false).await.1, first);
    }

    /// The response's headers and body.
    async fn get(
        dashboard: &Dashboard,
        path: &str,
        headers: &[(&str, &str)],
    ) -> (axum::http::response::Parts, axum::body::Bytes) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let (head, body) = answer(Some(dashboard), request).await.into_parts();
        let body = to_bytes(body, LARGEST_PAGE).await.expect("a body");
        (head, body)
    }

    #[tokio::test]
    async fn a_file_is_kept_once_however_its_address_and_the_encodings_are_written() {
        let (_scratch, dist) = dist();
        fs::write(dist.join("app.js"), "a".repeat(10_000)).expect("a file");
        fs::write(dist.join("index.html"), "<p>".repeat(1_000)).expect("a page");
        let dashboard = Dashboard::open(&dist).expect("a dashboard");
        let kept = async |path: &str, encodings: &str| {
            let headers = [("accept-encoding", encodings)];
            let (head, body) = get(&dashboard, path, &headers).await;
            assert_eq!(head.status, StatusCode::OK, "{path}");
            assert_eq!(head.headers["content-encoding"], "gzip", "{path}");
            body.as_ptr()
        };

        let first = kept("/app.js", "gzip").await;
        for path in ["/app.js", "//app.js", "/%61pp.js", "/app.js?a=1"] {
            for encodings in ["gzip", "gzip;q=0.1", "br, gzip, x-1", "*"] {
                assert_eq!(kept(path, encodings).await, first, "{path} {encodings}");
            }
        }
        let page = kept("/", "gzip").await;
        for path in ["/index.html", "/trends", "/runs/0123456789abcdef", "/?a=1"] {
            assert_eq!(kept(path, "gzip").await, page, "{path}");
        }
        let old = "Thu, 01 Jan 1970 00:00:00 GMT";
        let headers = [("accept-encoding", "gzip"), ("if-modified-since", old)];
        assert_eq!(get(&dashboard, "/app.js", &headers).await.1.as_ptr(), first);
        let (head, body) = get(&dashboard, "/app.js", &[("accept-encoding", "gzip;q=0")]).await;
        assert!(!head.headers.contains_key("content-encoding"));
        assert_eq!(body.len(), 10_000);
        let (head, _) = get(&dashboard, "/gone.js", &headers).await;
        assert_eq!(head.status, StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn a_page_that_is_written_anew_is_served_anew_at_every_address() {
        let (_scratch, dist) = dist();
        let dashboard = Dashboard::open(&dist).expect("a dashboard");
        let mut before = None;
        for text in ["<p>one", "<p>and two"] {
            fs::write(dist.join("index.html"), text.repeat(100)).expect("a page");
            let length = text.len() * 100;
            for path in ["/", "/index.html", "/trends"] {
                let (head, body) = get(&dashboard, path, &[("accept-encoding", "gzip")]).await;
                assert_eq!(head.headers["content-encoding"], "gzip", "{path}");
                assert_ne!(Some(&body), before.as_ref(), "{path}");
                if path == "/trends" {
                    before = Some(body);
                }
                let (head, body) = get(&dashboard, path, &[]).await;
                assert!(!head.headers.contains_key("content-encoding"));
                assert_eq!(body.len(), length, "{path}");
                let since = head.headers["last-modified"].to_str().expect("a date");
                let headers = [("accept-encoding", "gzip"), ("if-modified-since", since)];
                let (head, _) = get(&dashboard, path, &headers).await;
                assert_eq!(head.status, StatusCode::NOT_MODIFIED, "{path}");
            }
        }
    }

    #[test]
    fn only_a_hash_makes_a_name_immutable() {
        assert!(has_hash_in_name("/web-1a2b3c4d5e6f7a8b_bg.wasm"));
        assert!(has_hash_in_name("/repo/styles-dc0a7b3f1e2d4c5b.css"));
        assert!(!has_hash_in_name("/index.html"));
        assert!(!has_hash_in_name("/echarts-6.0.0.min.js"));
        assert!(!has_hash_in_name("/runs/run-0123456789abcdef"));
    }
}
