//! Alertmanager: one alert per incident, renewed while it is open.

use bench_model::{alert::Message, rest::rows::ClaimedRow};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    alert::{
        http::{Http, Undelivered},
        sink::{below, secret, url},
        text::data,
    },
    settings::secret::Secret,
};

/// An Alertmanager. Its address may have a password in it.
#[derive(Debug, Clone)]
pub(crate) struct Alertmanager {
    address: Secret,
}

impl Alertmanager {
    /// From `ALERTMANAGER_URL`.
    pub(crate) fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, String> {
        let Some(address) = get("ALERTMANAGER_URL") else {
            return Ok(None);
        };
        url("ALERTMANAGER_URL", address)?;
        Ok(Some(Self {
            address: secret(address),
        }))
    }

    /// The same alert again has no effect, so nothing needs to be looked up.
    pub(crate) async fn deliver(
        &self,
        http: &Http<'_>,
        claimed: &ClaimedRow,
        message: &Message,
        now: Timestamp,
    ) -> Result<Value, Undelivered> {
        let base = url("ALERTMANAGER_URL", self.address.expose())
            .map_err(|why| Undelivered::Never { why })?;
        let url = below(&base, "api/v2/alerts")?;
        let body = json!([data::alert(claimed, message, now)]).to_string();
        http.send(Method::POST, &url, &[], Some(body)).await?;
        Ok(json!({ "sent": true }))
    }
}
