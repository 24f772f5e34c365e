//! The stack's single port: a gateway like Supabase's in front of PostgREST, the dashboard, and
//! `/health`.

mod answer;
mod authorize;
mod compressed;
mod config;
mod connections;
mod cors;
mod dashboard;
mod delivery;
mod embedded;
#[cfg(fuzzing)]
pub mod fuzzing;
mod health;
mod host;
mod lanes;
mod limits;
mod patient_body;
mod patient_stream;
mod proxy;
mod reader_body;
mod security;
mod state;

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, http::StatusCode, response::Response};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use percent_encoding::percent_decode_str;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::sleep,
};

use self::{
    connections::{Connection, Connections, State},
    patient_stream::PatientStream,
};
pub(crate) use self::{
    dashboard::Dashboard,
    health::{Finding, PartReport, Report},
    host::parse as parse_host,
    lanes::Lanes,
    limits::POOL,
    state::{Gateway, Health, http_client},
};

/// How long to wait when the system gives no more connections.
const PAUSE: Duration = Duration::from_millis(20);

/// Serves until `stop` turns true, then finishes open requests.
pub(crate) async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    mut stop: watch::Receiver<bool>,
) {
    let connections = Arc::new(Connections::default());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = told(&mut stop) => break,
        };
        let Ok((stream, _)) = accepted else {
            // The system is out of file descriptors, or the client has gone already.
            connections.make_room();
            sleep(PAUSE).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        match connections.admit() {
            Some(connection) => {
                let (gateway, stop) = (Arc::clone(&gateway), stop.clone());
                tokio::spawn(converse(stream, connection, gateway, stop));
            }
            None => turn_away(&stream),
        }
    }
    drop(listener);
    while !connections.is_empty() {
        sleep(PAUSE).await;
    }
}

/// Waits until `stop` turns true or its sender is dropped.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Answers the requests of one connection.
async fn converse(
    stream: TcpStream,
    connection: Connection,
    gateway: Arc<Gateway>,
    mut stop: watch::Receiver<bool>,
) {
    let connection = Arc::new(connection);
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let (gateway, connection) = (Arc::clone(&gateway), Arc::clone(&connection));
        async move {
            connection.now(State::Working);
            let response = route(&gateway, &connection, request.map(Body::new)).await;
            Ok::<_, Infallible>(delivery::deliver(response, connection))
        }
    });
    let stream = TokioIo::new(PatientStream::new(stream, limits::STALL));
    let conversation = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD)
        .max_buf_size(limits::HEAD_BYTES)
        .serve_connection(stream, service);
    let mut conversation = pin!(conversation);
    tokio::select! {
        // An error is the client's: it has gone, or it does not speak HTTP.
        _ = conversation.as_mut() => {}
        () = connection.closed() => {}
        () = told(&mut stop) => {
            conversation.as_mut().graceful_shutdown();
            let _ = conversation.await;
        }
    }
}

/// Says that all places are taken, and closes. The few bytes fit into the socket's buffer.
fn turn_away(stream: &TcpStream) {
    const BUSY: &[u8] =
        b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\
        Connection: close\r\n\r\n";
    let _ = stream.try_write(BUSY);
}

async fn route(gateway: &Gateway, connection: &Connection, request: Request) -> Response {
    let (uri, headers) = (request.uri(), request.headers());
    if let Err(refusal) = host::check(uri, request.version(), headers, &gateway.allowed_hosts) {
        return refusal.answer();
    }
    let path = uri.path();
    let is_rest = under(path, "/rest/v1");
    // The query of a page is the page's own matter: it says what is wrong in it.
    if !is_text(path) || is_rest && !uri.query().is_none_or(is_text) {
        return cors::open(answer::message(
            StatusCode::BAD_REQUEST,
            "The address contains `%00`, or `%` sequences that are not UTF-8",
            "PostgreSQL stores no such text; write other characters as UTF-8",
        ));
    }
    match path {
        "/health" => health::answer(gateway, headers).await,
        "/config.json" => config::answer(gateway, headers),
        _ if is_rest => proxy::answer(gateway, connection, request).await,
        _ if [
            "/auth/v1",
            "/storage/v1",
            "/realtime/v1",
            "/functions/v1",
            "/graphql/v1",
        ]
        .iter()
        .any(|service| under(path, service)) =>
        {
            cors::open(answer::message(
                StatusCode::NOT_FOUND,
                "bench-local has no such service",
                "of Supabase's services only `/rest/v1` is here",
            ))
        }
        _ => dashboard::answer(gateway.dashboard.as_ref(), request).await,
    }
}

/// Whether a part of an address stands for text that PostgreSQL can hold.
fn is_text(encoded: &str) -> bool {
    percent_decode_str(encoded)
        .decode_utf8()
        .is_ok_and(|text| !text.contains('\0'))
}

fn under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_text_without_nul() {
        assert!(is_text("/runs/a%20b%C3%A9"));
        for part in ["a%00b", "%ff", "%C3", "%ed%a0%80"] {
            assert!(!is_text(part), "{part}");
        }
    }

    #[test]
    fn a_path_is_under_a_service_only_at_a_slash() {
        assert!(under("/rest/v1", "/rest/v1"));
        assert!(under("/rest/v1/rpc/f", "/rest/v1"));
        assert!(!under("/rest/v10", "/rest/v1"));
    }
}
