//! The dashboard inside of the program, compressed when it was built.

use std::{
    io::{self, Read as _},
    path::Path,
};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use flate2::read::GzDecoder;
use percent_encoding::percent_decode_str;
use sha2::{Digest as _, Sha256};

use super::dashboard::no_such_file;

/// A file's path, with slashes, and its content, compressed with gzip.
pub(super) type File = (&'static str, &'static [u8]);

/// The files of the dashboard that this program was built with, sorted by path; without the feature
/// `dashboard` there are none.
pub(super) static FILES: &[File] = &include!(concat!(env!("OUT_DIR"), "/dashboard.rs"));

/// Answers with the file of the request's path, or with the page for a path without an extension.
pub(super) fn answer(files: &'static [File], request: &Request) -> Response {
    let path = percent_decode_str(request.uri().path().trim_start_matches('/'))
        .decode_utf8_lossy()
        .into_owned();
    let found = find(files, &path).or_else(|| {
        let is_page = Path::new(&path).extension().is_none();
        is_page.then(|| find(files, "index.html")).flatten()
    });
    found.map_or_else(no_such_file, |file| respond(file, request.headers()))
}

fn find(files: &'static [File], path: &str) -> Option<File> {
    let place = files.binary_search_by_key(&path, |(name, _)| name).ok()?;
    Some(files[place])
}

fn respond((name, packed): File, asked: &HeaderMap) -> Response {
    let mut response = Response::new(Body::empty());
    let kind = content_type(name);
    let tag = tag(packed);
    let headers = response.headers_mut();
    headers.insert(header::ETAG, tag.clone());
    headers.insert(
        header::VARY,
        HeaderValue::from_name(header::ACCEPT_ENCODING),
    );
    if asked.get(header::IF_NONE_MATCH) == Some(&tag) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // The content security policy is made from a page's text.
    let is_page = kind.starts_with("text/html");
    if reads_gzip(asked) && !is_page {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        *response.body_mut() = Body::from(packed);
    } else {
        *response.body_mut() = Body::from(unpacked(packed).expect("the build compressed it"));
    }
    response
}

fn unpacked(packed: &[u8]) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    GzDecoder::new(packed).read_to_end(&mut content)?;
    Ok(content)
}

/// Weak, because the compressed and the plain form have the same one.
fn tag(packed: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(packed);
    let digits = digest[..8]
        .iter()
        .fold(0_u64, |all, byte| (all << 8) | u64::from(*byte));
    HeaderValue::try_from(format!("W/\"{digits:016x}\"")).expect("ASCII")
}

fn reads_gzip(asked: &HeaderMap) -> bool {
    let encodings = asked.get_all(header::ACCEPT_ENCODING).iter();
    encodings
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|encoding| {
            let (name, weight) = encoding.split_once(';').unwrap_or((encoding, ""));
            let weight = weight.trim();
            matches!(name.trim(), "gzip" | "*") && !matches!(weight, "q=0" | "q=0.0" | "q=0.00")
        })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use axum::body::to_bytes;
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(text: &str) -> &'static [u8] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory");
        encoder.finish().expect("memory").leak()
    }

    fn files() -> &'static [File] {
        vec![
            ("app-1a2b3c4d5e6f7a8b.js", packed("go()")),
            ("index.html", packed("<p>page")),
            ("styles/app.css", packed("p {}")),
        ]
        .leak()
    }

    async fn get(path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        let (head, body) = answer(files(), &request).into_parts();
        let body = to_bytes(body, 1 << 20).await.expect("a body").to_vec();
        (head.status, head.headers, body)
    }

    #[tokio::test]
    async fn a_file_arrives_compressed_where_that_is_read_and_plain_elsewhere() {
        let path = "/app-1a2b3c4d5e6f7a8b.js";
        let (_, headers, body) = get(path, &[("accept-encoding", "br, gzip;q=0.9")]).await;
        assert_eq!(headers["content-encoding"], "gzip");
        assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(unpacked(&body).expect("gzip"), b"go()");

        for encodings in ["identity", "gzip;q=0"] {
            let (_, headers, body) = get(path, &[("accept-encoding", encodings)]).await;
            assert!(!headers.contains_key("content-encoding"), "{encodings}");
            assert_eq!(body, b"go()");
        }
    }

    #[tokio::test]
    async fn a_path_without_an_extension_is_the_page_and_any_other_is_a_file_or_missing() {
        for page in ["/", "/trends", "/runs/a%20b", "/index.html"] {
            let (status, headers, body) = get(page, &[("accept-encoding", "gzip")]).await;
            assert_eq!(
                (status, body.as_slice()),
                (StatusCode::OK, &b"<p>page"[..]),
                "{page}"
            );
            assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        }
        assert_eq!(get("/styles/app.css", &[]).await.2, b"p {}");
        for missing in ["/gone.js", "/../index.css", "/%2e%2e/Cargo.toml"] {
            assert_eq!(
                get(missing, &[]).await.0,
                StatusCode::NOT_FOUND,
                "{missing}"
            );
        }
    }

    #[tokio::test]
    async fn an_unchanged_file_is_not_sent_again() {
        let (_, headers, _) = get("/index.html", &[]).await;
        let tag = headers["etag"].to_str().expect("ASCII");

        let (status, _, body) = get("/", &[("if-none-match", tag)]).await;
        assert_eq!(
            (status, body.as_slice()),
            (StatusCode::NOT_MODIFIED, &b""[..])
        );
        assert_eq!(
            get("/", &[("if-none-match", "W/\"0\"")]).await.0,
            StatusCode::OK
        );
    }

    #[test]
    fn the_embedded_files_are_sorted_and_begin_at_a_page() {
        assert!(FILES.is_sorted_by_key(|(name, _)| *name));
        assert_eq!(
            FILES.is_empty(),
            !FILES.iter().any(|(name, _)| *name == "index.html")
        );
    }
}
