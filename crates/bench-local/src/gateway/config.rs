use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

use crate::gateway::{answer, security, state::Gateway};

/// `/config.json`: the dashboard's settings for this stack, with the publishable key.
pub(super) fn answer(gateway: &Gateway, headers: &HeaderMap) -> Response {
    let value = json!({
        "supabase_url": origin(headers),
        "publishable_key": gateway.keys.publishable_key,
        "repository_url": null,
    });
    security::protect(answer::json(StatusCode::OK, &value))
}

/// The address that the browser used; empty (the page's own origin) if it is invalid.
fn origin(headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).filter(|host| is_host(host));
    // Behind a proxy the browser may be using https.
    let scheme = match headers.get("x-forwarded-proto").map(HeaderValue::as_bytes) {
        Some(b"https") => "https",
        _ => "http",
    };
    host.map_or_else(String::new, |host| format!("{scheme}://{host}"))
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dashboard_is_told_the_address_it_was_opened_at() {
        let told = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static(host));
            origin(&headers)
        };
        assert_eq!(told("127.0.0.1:54321"), "http://127.0.0.1:54321");
        assert_eq!(told("[::1]:54321"), "http://[::1]:54321");
        assert_eq!(told("evil\"}<script>"), "");
        assert_eq!(origin(&HeaderMap::new()), "");
    }
}
