use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::Response,
};

const METHODS: &str = "GET,HEAD,PUT,PATCH,POST,DELETE,OPTIONS";
const HEADERS: &str = "apikey,authorization,content-type,accept,accept-profile,content-profile,prefer,range,x-client-info,x-supabase-api-version";
const EXPOSED: &str = "Content-Range,Content-Location,Content-Encoding,Content-Length,Location,Preference-Applied,Range-Unit,Retry-After";

/// A browser's preflight request; it carries no key.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// Every origin is allowed, with any headers: the key decides, not the page.
pub(super) fn preflight(headers: &HeaderMap) -> Response {
    let mut response = open(Response::new(Body::empty()));
    let wanted = headers.get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let answer = response.headers_mut();
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static(METHODS),
    );
    answer.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        wanted.unwrap_or(HeaderValue::from_static(HEADERS)),
    );
    answer.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("3600"),
    );
    answer.insert(
        header::VARY,
        HeaderValue::from_static("Access-Control-Request-Headers"),
    );
    response
}

/// Lets a page of any origin read the response. Replaces PostgREST's own CORS headers.
pub(super) fn open(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let theirs: Vec<HeaderName> = headers
        .keys()
        .filter(|name| name.as_str().starts_with("access-control-"))
        .cloned()
        .collect();
    for name in theirs {
        headers.remove(name);
    }
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static(EXPOSED),
    );
    response
}
