use std::{
    net::IpAddr,
    path::PathBuf,
    sync::{Arc, atomic::AtomicU32},
};

use axum::{body::Body, http::Request};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::{
    gateway::{dashboard::Dashboard, health::Finding, lanes::Lanes},
    keys::Keys,
    postgrest::PostgrestPorts,
};

type HttpClient = Client<HttpConnector, Body>;

/// State shared by all requests.
pub(crate) struct Gateway {
    pub(crate) keys: Keys,
    pub(crate) postgrest: PostgrestPorts,
    pub(crate) dashboard: Option<Dashboard>,
    pub(crate) health: Health,
    pub(crate) data_folder: PathBuf,
    /// The address it listens on.
    pub(crate) host: IpAddr,
    /// The names, besides addresses and `localhost`, under which it may be asked.
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) lanes: Lanes,
    pub(crate) client: HttpClient,
}

/// The state of the parts that is known without asking them.
pub(crate) struct Health {
    pub(crate) postgres_port: u16,
    pub(crate) postgres_version: String,
    pub(crate) postgrest_version: String,
    pub(crate) postgres_restarts: Arc<AtomicU32>,
    pub(crate) postgrest_restarts: Arc<AtomicU32>,
    pub(crate) last: Finding,
}

/// A client with persistent connections to PostgREST.
pub(crate) fn http_client() -> HttpClient {
    let mut connector = HttpConnector::new();
    // A response must not wait for the acknowledgement of the previous one.
    connector.set_nodelay(true);
    Client::builder(TokioExecutor::new()).build(connector)
}

impl Gateway {
    /// Whether PostgREST is connected to the database and has loaded the schema.
    pub(crate) async fn postgrest_answers(&self) -> bool {
        let address = format!("http://127.0.0.1:{}/ready", self.postgrest.admin);
        let request = Request::get(address)
            .body(Body::empty())
            .expect("a plain request");
        self.client
            .request(request)
            .await
            .is_ok_and(|response| response.status().is_success())
    }
}
