use std::error::Error as _;

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, Uri, Version, header},
    response::Response,
};
use http_body_util::{LengthLimitError, Limited};

use crate::gateway::{
    answer,
    authorize::{self, Refusal},
    cors,
    state::Gateway,
};

/// Far more than a request with a thousand runs needs; the limit protects memory.
const LARGEST_BODY: usize = 64 << 20;

/// Hop-by-hop headers, which belong to a connection rather than the message.
const HOP_BY_HOP: [HeaderName; 7] = [
    header::CONNECTION,
    header::EXPECT,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHORIZATION,
];

/// `/rest/v1/*`: checks the key and forwards the request to PostgREST, streaming in both
/// directions.
pub(super) async fn answer(gateway: &Gateway, request: Request) -> Response {
    if cors::is_preflight(request.method(), request.headers()) {
        return cors::preflight(request.headers());
    }
    let response = match forwarded(gateway, request) {
        Ok(request) => forward(gateway, request).await,
        Err(refusal) => answer::message(Refusal::STATUS, refusal.message(), refusal.hint()),
    };
    cors::open(response)
}

/// The request for PostgREST.
fn forwarded(gateway: &Gateway, request: Request) -> Result<Request, Refusal> {
    let (mut head, body) = request.into_parts();
    let Target {
        path_and_query,
        key,
    } = Target::of(&head.uri);
    let authorization = authorize::authorization(&head.headers, key.as_deref(), &gateway.keys)?;

    head.uri = Uri::builder()
        .scheme("http")
        .authority(format!("127.0.0.1:{}", gateway.postgrest.api))
        .path_and_query(path_and_query)
        .build()
        .expect("a part of a valid address");
    head.version = Version::HTTP_11;
    for name in HOP_BY_HOP {
        head.headers.remove(name);
    }
    head.headers.remove(header::HOST);
    head.headers.remove("apikey");
    head.headers.insert(header::AUTHORIZATION, authorization);
    Ok(Request::from_parts(
        head,
        Body::new(Limited::new(body, LARGEST_BODY)),
    ))
}

async fn forward(gateway: &Gateway, request: Request) -> Response {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(length);
    if announced.is_some_and(|length| length > LARGEST_BODY) {
        return too_large();
    }
    match gateway.client.request(request).await {
        Ok(response) => {
            let mut response = response.map(Body::new);
            for name in HOP_BY_HOP {
                response.headers_mut().remove(name);
            }
            response
        }
        Err(error) if is_too_large(&error) => too_large(),
        Err(error) if error.is_connect() => answer::message(
            StatusCode::SERVICE_UNAVAILABLE,
            "PostgREST does not answer",
            "it may be starting; `bench-local status` says more",
        ),
        Err(_) => answer::message(
            StatusCode::BAD_GATEWAY,
            "An invalid response was received from the upstream server",
            "`bench-local status` says whether PostgREST runs",
        ),
    }
}

fn length(value: &HeaderValue) -> Option<usize> {
    value.to_str().ok()?.parse().ok()
}

fn too_large() -> Response {
    answer::message(
        StatusCode::PAYLOAD_TOO_LARGE,
        "The request is larger than 64 MiB",
        "send it in parts",
    )
}

fn is_too_large(error: &hyper_util::client::legacy::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The request's URL at PostgREST, and the key from its query string.
#[derive(Debug, PartialEq, Eq)]
struct Target {
    path_and_query: String,
    key: Option<String>,
}

impl Target {
    /// `/rest/v1/runs?select=id&apikey=K` becomes `/runs?select=id`, with the key `K`.
    fn of(uri: &Uri) -> Self {
        let path = uri.path().strip_prefix("/rest/v1").unwrap_or_default();
        let path = if path.is_empty() { "/" } else { path };
        let (keys, others): (Vec<&str>, Vec<&str>) = uri
            .query()
            .into_iter()
            .flat_map(|query| query.split('&'))
            .partition(|pair| pair.starts_with("apikey="));
        let key = keys
            .first()
            .and_then(|pair| pair.strip_prefix("apikey="))
            .map(str::to_owned);
        let path_and_query = if others.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{}", others.join("&"))
        };
        Self {
            path_and_query,
            key,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(uri: &str) -> (String, Option<String>) {
        let Target {
            path_and_query,
            key,
        } = Target::of(&uri.parse().expect("an address"));
        (path_and_query, key)
    }

    #[test]
    fn the_prefix_goes_and_the_query_stays_as_it_was_written() {
        let query = "select=id&tags=cs.%7Ba%2Bb%7D&or=(f1.gt.0.9,f1.is.null)";
        assert_eq!(
            target(&format!("/rest/v1/runs?{query}")),
            (format!("/runs?{query}"), None)
        );
        assert_eq!(target("/rest/v1"), ("/".to_owned(), None));
    }

    #[test]
    fn a_key_in_the_address_does_not_become_a_filter() {
        assert_eq!(
            target("/rest/v1/runs?apikey=K&limit=1"),
            ("/runs?limit=1".to_owned(), Some("K".to_owned()))
        );
    }
}
