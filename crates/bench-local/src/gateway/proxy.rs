use std::error::Error as _;

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::{HeaderName, StatusCode, Uri, Version, header, request::Parts},
    response::Response,
};
use http_body_util::{LengthLimitError, Limited};

use crate::gateway::{
    answer,
    authorize::{self, Caller, Refusal},
    connections::{Connection, State},
    cors,
    lanes::{Full, Lane, Place, Room},
    limits,
    patient_body::PatientBody,
    reader_body::{self, NotTaken},
    state::Gateway,
};

/// Hop-by-hop headers, which belong to a connection rather than the message.
const HOP_BY_HOP: [HeaderName; 8] = [
    header::CONNECTION,
    header::EXPECT,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    header::PROXY_AUTHORIZATION,
    HeaderName::from_static("keep-alive"),
];

/// Why a request does not reach PostgREST.
enum Stop {
    Refused(Refusal),
    TooLarge { limit: usize },
    TooSlow,
    Broken,
    Full,
}

impl From<Full> for Stop {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

/// `/rest/v1/*`: checks the key, waits for a place, and forwards the request to PostgREST. A body
/// with a secret key is streamed, a reader's is received first; responses are streamed.
pub(super) async fn answer(
    gateway: &Gateway,
    connection: &Connection,
    request: Request,
) -> Response {
    if cors::is_preflight(request.method(), request.headers()) {
        return cors::preflight(request.headers());
    }
    let response = match forwarded(gateway, connection, request).await {
        Ok((request, lane, place)) => forward(gateway, lane, place, request).await,
        Err(stop) => stop.answer(),
    };
    cors::open(response)
}

/// The request for PostgREST, and its place there.
async fn forwarded<'a>(
    gateway: &'a Gateway,
    connection: &Connection,
    request: Request,
) -> Result<(Request, &'a Lane, Place), Stop> {
    let (mut head, body) = request.into_parts();
    let caller = readdress(gateway, &mut head).map_err(Stop::Refused)?;
    let lane = gateway.lanes.of(caller);
    let limit = lane.largest_body;

    // Without a length it may become as large as allowed.
    let announced = match body.size_hint().exact() {
        Some(length) => usize::try_from(length).unwrap_or(usize::MAX),
        None => limit,
    };
    if announced > limit {
        return Err(Stop::TooLarge { limit });
    }
    if caller == Caller::Writer {
        let place = lane.place(announced, Room::default()).await?;
        let body = PatientBody::new(Body::new(Limited::new(body, limit)), limits::STALL);
        let body = Body::new(body);
        return Ok((Request::from_parts(head, body), lane, place));
    }
    if announced == 0 {
        let place = lane.place(0, Room::default()).await?;
        return Ok((Request::from_parts(head, Body::empty()), lane, place));
    }
    // A connection that is still sending its body may be closed to admit another.
    connection.now(State::Waiting);
    let room = lane.room(announced).await?;
    let body = reader_body::receive(body)
        .await
        .map_err(|not_taken| match not_taken {
            NotTaken::TooLarge => Stop::TooLarge { limit },
            NotTaken::TooSlow => Stop::TooSlow,
            NotTaken::Broken => Stop::Broken,
        })?;
    connection.now(State::Working);
    let place = lane.place(body.len(), room).await?;
    Ok((Request::from_parts(head, Body::from(body)), lane, place))
}

/// Turns the head of a request to the gateway into one to PostgREST.
fn readdress(gateway: &Gateway, head: &mut Parts) -> Result<Caller, Refusal> {
    let Target {
        path_and_query,
        key,
    } = Target::of(&head.uri);
    let (authorization, caller) =
        authorize::authorization(&head.headers, key.as_deref(), &gateway.keys)?;

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
    // The client frames the body anew, as it is.
    head.headers.remove(header::CONTENT_LENGTH);
    head.headers.insert(header::AUTHORIZATION, authorization);
    Ok(caller)
}

async fn forward(gateway: &Gateway, lane: &Lane, place: Place, request: Request) -> Response {
    let client = gateway.client.clone();
    // PostgREST goes on when a client leaves, so its place stays taken: a task of its own ends only
    // with PostgREST's response, which comes after the transaction.
    let outcome = tokio::spawn(async move {
        let outcome = client.request(request).await;
        drop(place);
        outcome
    });
    let Ok(outcome) = outcome.await else {
        return no_answer();
    };
    match outcome {
        Ok(response) => {
            let mut response = response.map(Body::new);
            for name in HOP_BY_HOP {
                response.headers_mut().remove(name);
            }
            response
        }
        Err(error) if is_too_large(&error) => Stop::TooLarge {
            limit: lane.largest_body,
        }
        .answer(),
        Err(error) if error.is_connect() => answer::message(
            StatusCode::SERVICE_UNAVAILABLE,
            "PostgREST does not answer",
            "it may be starting; `bench-local status` says more",
        ),
        Err(_) => no_answer(),
    }
}

fn no_answer() -> Response {
    answer::message(
        StatusCode::BAD_GATEWAY,
        "An invalid response was received from the upstream server",
        "`bench-local status` says whether PostgREST runs",
    )
}

impl Stop {
    fn answer(self) -> Response {
        match self {
            Self::Refused(refusal) => {
                answer::message(Refusal::STATUS, refusal.message(), refusal.hint())
            }
            Self::TooLarge { limit } => answer::message(
                StatusCode::PAYLOAD_TOO_LARGE,
                &format!("The request is larger than {} MiB", limit >> 20),
                "send it in parts",
            ),
            Self::TooSlow => answer::message(
                StatusCode::REQUEST_TIMEOUT,
                "The request did not arrive in time",
                "send its body in one go",
            ),
            Self::Broken => answer::message(
                StatusCode::BAD_REQUEST,
                "The request ended early",
                "send as many bytes as it announces",
            ),
            Self::Full => answer::busy(),
        }
    }
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

/// Checks that a request's URL leads to PostgREST, without a key.
#[cfg(fuzzing)]
pub(super) fn read_target(uri: &Uri) {
    let Target { path_and_query, .. } = Target::of(uri);
    let sent = Uri::builder().scheme("http").authority("127.0.0.1:1");
    let sent = sent.path_and_query(path_and_query).build();
    let sent = sent.expect("a part of a valid address");
    let mut pairs = sent.query().unwrap_or_default().split('&');
    assert!(!pairs.any(|pair| pair.starts_with("apikey=")), "{sent}");
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
