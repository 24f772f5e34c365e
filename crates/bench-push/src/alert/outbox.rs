//! The outbox: each message is leased, delivered and settled. A sender that dies in between leaves a lease
//! that ends; the next one delivers again, which the sink takes for the same.

use bench_model::rest::{
    functions::{ClaimDeliveries, SettleDelivery},
    rows::ClaimedRow,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    alert::{
        http::{Http, Undelivered},
        sink::Sink,
    },
    failure::Failure,
    server::reader::Reader,
};

/// Longer than all requests of one message together may take.
const LEASE_SECONDS: u32 = 180;
/// Without a word from the sink, the next attempt is made so much later, doubled with each attempt.
const AGAIN_SECONDS: u64 = 30;
/// The longest of these waits.
const LONGEST_WAIT: u64 = 3_600;
/// After so many attempts a message is given up.
const MOST_ATTEMPTS: i64 = 20;

/// What became of the messages of a sink.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Sent {
    /// Where they went.
    pub(crate) sink: String,
    /// Delivered ones.
    pub(crate) delivered: usize,
    /// Those that the sink did not need.
    pub(crate) skipped: usize,
    /// Those that will be tried again: why.
    pub(crate) postponed: Vec<String>,
    /// Those that the sink refused: why.
    pub(crate) given_up: Vec<String>,
}

/// Sends what waits for `sink`, until nothing does or the sink asks to wait.
///
/// # Errors
///
/// [`Failure`] if the database refused or was not reached.
pub(crate) async fn send(
    reader: &Reader<'_>,
    http: &Http<'_>,
    sink: &Sink,
    now: Timestamp,
) -> Result<Sent, Failure> {
    let mut sent = Sent {
        sink: sink.name().as_str().to_owned(),
        ..Sent::default()
    };
    loop {
        // One at a time: a sender that dies holds up one message.
        let claimed: Vec<ClaimedRow> = reader
            .call(&ClaimDeliveries {
                p_sink: &sent.sink,
                p_lease_seconds: LEASE_SECONDS,
                p_most: 1,
            })
            .await?;
        let Some(claimed) = claimed.first() else {
            return Ok(sent);
        };
        let result = sink.deliver(http, claimed, now).await;
        match result {
            Ok(receipt) => {
                settle(reader, claimed, Some(&receipt), None, None).await?;
                if receipt.get("skipped").is_some() {
                    sent.skipped += 1;
                } else {
                    sent.delivered += 1;
                }
            }
            Err(Undelivered::Later { why, after }) if claimed.attempts < MOST_ATTEMPTS => {
                let doublings = u32::try_from(claimed.attempts - 1).unwrap_or(0).min(10);
                let usual = (AGAIN_SECONDS << doublings).min(LONGEST_WAIT);
                let again = after.unwrap_or(usual);
                settle(reader, claimed, None, Some(&why), Some(again)).await?;
                sent.postponed.push(why);
                // The others would meet the same.
                return Ok(sent);
            }
            Err(Undelivered::Later { why, .. } | Undelivered::Never { why }) => {
                settle(reader, claimed, None, Some(&why), None).await?;
                sent.given_up.push(why);
            }
        }
    }
}

async fn settle(
    reader: &Reader<'_>,
    claimed: &ClaimedRow,
    receipt: Option<&Value>,
    failure: Option<&str>,
    again: Option<u64>,
) -> Result<bool, Failure> {
    reader
        .call(&SettleDelivery {
            p_id: claimed.id,
            p_receipt: receipt,
            p_failure: failure,
            p_again_after_seconds: again,
        })
        .await
}
