use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::json;

/// A response of the gateway itself, in Supabase's format: `{"message": …, "hint": …}`.
pub(super) fn message(status: StatusCode, message: &str, hint: &str) -> Response {
    json(status, &json!({"message": message, "hint": hint}))
}

/// For a request that finds no place in time.
pub(super) fn busy() -> Response {
    let mut response = message(
        StatusCode::SERVICE_UNAVAILABLE,
        "Too many requests at once",
        "send it again in a moment",
    );
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    response
}

pub(super) fn json(status: StatusCode, value: &serde_json::Value) -> Response {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
