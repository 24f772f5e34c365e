//! A request to any address, signed, in the form of Alertmanager's webhooks.

use bench_model::{alert::Message, rest::rows::ClaimedRow};
use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    alert::{
        http::{Http, Undelivered},
        sink::{secret, url},
        text::data,
    },
    settings::secret::Secret,
};

/// A webhook.
#[derive(Debug, Clone)]
pub(crate) struct Webhook {
    address: Secret,
    secret: Secret,
}

impl Webhook {
    /// From `ALERT_WEBHOOK_URL` and `ALERT_WEBHOOK_SECRET`.
    pub(crate) fn of<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Self>, String> {
        let Some(address) = get("ALERT_WEBHOOK_URL") else {
            return Ok(None);
        };
        url("ALERT_WEBHOOK_URL", address)?;
        let key = get("ALERT_WEBHOOK_SECRET").ok_or(
            "`ALERT_WEBHOOK_URL` is set without `ALERT_WEBHOOK_SECRET`, which signs the requests",
        )?;
        Ok(Some(Self {
            address: secret(address),
            secret: secret(key),
        }))
    }

    pub(crate) async fn deliver(
        &self,
        http: &Http<'_>,
        claimed: &ClaimedRow,
        message: &Message,
        now: Timestamp,
    ) -> Result<Value, Undelivered> {
        if !claimed.event.is_told {
            return Ok(json!({ "skipped": "nothing new is told" }));
        }
        let body = data::webhook(claimed, message).to_string();
        let time = now.as_second().to_string();
        let headers = [
            ("X-Bench-Signature-256", sign(&self.secret, &time, &body)),
            ("X-Bench-Timestamp", time),
            // The same for every attempt: a receiver that knows it has nothing to do.
            ("X-Bench-Delivery", claimed.event.id.to_string()),
        ];
        let url = url("ALERT_WEBHOOK_URL", self.address.expose())
            .map_err(|why| Undelivered::Never { why })?;
        http.send(Method::POST, &url, &headers, Some(body)).await?;
        Ok(json!({ "sent": true }))
    }
}

/// `sha256=` and the HMAC of the time, a full stop and the body.
fn sign(secret: &Secret, time: &str, body: &str) -> String {
    let key = secret.expose().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    let bytes = mac.finalize().into_bytes();
    bytes.iter().fold("sha256=".to_owned(), |hex, byte| {
        hex + &format!("{byte:02x}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_that_of_other_tools() {
        // printf '7.{}' | openssl dgst -sha256 -hmac secret
        assert_eq!(
            sign(&Secret::new("secret"), "7", "{}"),
            "sha256=76aad9429f417882918162a1928a38769fff65cc07b6bfa344ac9c5fb1e3448e"
        );
    }
}
