//! The gateway's parsers, for `cargo fuzz`.

use std::path::Path;

use axum::http::{HeaderMap, HeaderValue, Uri, Version, header};

use super::{dashboard, host, is_text, proxy, under};

/// Reads any bytes as the target and the `Host` of a request: its first line and the rest.
///
/// # Panics
///
/// If a parser panics, or lets something through that it is there to stop.
pub fn read(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    let (target, name) = bytes.split_at(end.unwrap_or(bytes.len()));
    let name = name.strip_prefix(b"\n").unwrap_or(name);
    let Ok(uri) = Uri::try_from(target) else {
        return;
    };
    let mut headers = HeaderMap::new();
    if let Ok(host) = HeaderValue::from_bytes(name) {
        headers.insert(header::HOST, host);
    }
    let allowed = ["bench.example.org".to_owned()];
    if let Err(refusal) = host::check(&uri, Version::HTTP_11, &headers, &allowed) {
        refusal.answer();
    }
    host::is_loopback(&headers);
    if let Ok(name) = host::parse(&String::from_utf8_lossy(name)) {
        assert_eq!(host::parse(&name).as_ref(), Ok(&name));
    }

    let path = uri.path();
    if is_text(path) && under(path, "/rest/v1") {
        proxy::read_target(&uri);
    }
    // No file is in this folder, so whatever lies inside of it is not found.
    let folder = Path::new("/nowhere");
    if dashboard::is_inside(folder, path) {
        let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
        assert!(decoded.split('/').all(|part| part != ".."), "{path}");
    }
}
