//! The retry policy: attempts and waits. Pure, without a clock.
//!
//! [`bench_model::rest::errors::Refusal`] decides whether a response is worth a retry. Every
//! request is idempotent: reads change nothing, and each writing function changes nothing the
//! second time.

use std::time::Duration;

use jiff::Timestamp;

/// A retry policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Policy {
    /// The maximum number of attempts, including the first.
    pub(crate) attempts: u32,
    /// The timeout of one attempt.
    pub(crate) timeout: Duration,
    /// The total time limit, including waits.
    pub(crate) give_up_after: Duration,
}

/// The longest wait between two attempts, unless the server requests more.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// The maximum wait after the first failure.
const FIRST_WAIT: Duration = Duration::from_millis(500);

impl Policy {
    /// The wait after `failed` attempts that took `elapsed` in total; none to give up.
    ///
    /// The wait doubles each time, up to ten seconds, and `random` (0 to 1) removes up to half of
    /// it, so that a hundred jobs that failed together don't retry together. The wait is never
    /// shorter than `Retry-After`.
    pub(crate) fn wait(
        &self,
        failed: u32,
        elapsed: Duration,
        retry_after: Option<Duration>,
        random: f64,
    ) -> Option<Duration> {
        if failed >= self.attempts {
            return None;
        }
        let doubled = FIRST_WAIT.saturating_mul(
            1_u32
                .checked_shl(failed.saturating_sub(1))
                .unwrap_or(u32::MAX),
        );
        let wait = doubled
            .min(LONGEST_WAIT)
            .mul_f64(1.0 - random.clamp(0.0, 1.0) / 2.0);
        let wait = retry_after.map_or(wait, |asked| asked.max(wait));
        (elapsed + wait < self.give_up_after).then_some(wait)
    }

    /// The timeout of the next attempt after `elapsed`.
    pub(crate) fn timeout_after(&self, elapsed: Duration) -> Duration {
        self.timeout
            .min(self.give_up_after.saturating_sub(elapsed))
            .max(Duration::from_millis(1))
    }
}

/// The wait requested by `Retry-After`: seconds, or a date relative to `now`.
pub(crate) fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(header)
        .ok()?;
    Some(Duration::from_secs(
        date.as_second()
            .saturating_sub(now.as_second())
            .try_into()
            .unwrap_or(0),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);
    const POLICY: Policy = Policy {
        attempts: 10,
        timeout: Duration::from_secs(15),
        give_up_after: Duration::from_secs(60),
    };

    #[test]
    fn waits_double_up_to_a_limit_and_chance_takes_at_most_half() {
        let waits: Vec<_> = (1..8)
            .filter_map(|failed| POLICY.wait(failed, SECOND, None, 0.0))
            .collect();
        let millis: Vec<_> = waits.iter().map(Duration::as_millis).collect();
        assert_eq!(millis, [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
        assert_eq!(
            POLICY.wait(1, SECOND, None, 1.0),
            Some(Duration::from_millis(250))
        );
    }

    #[test]
    fn a_server_that_names_a_time_is_not_asked_earlier_and_the_last_attempt_is_the_last() {
        let policy = Policy {
            attempts: 3,
            ..POLICY
        };
        assert_eq!(
            policy.wait(2, SECOND, Some(7 * SECOND), 0.0),
            Some(7 * SECOND)
        );
        assert_eq!(policy.wait(3, SECOND, None, 0.0), None);
    }

    #[test]
    fn the_whole_never_takes_longer_than_promised() {
        assert_eq!(POLICY.wait(1, 59 * SECOND + SECOND / 2, None, 0.0), None);
        assert_eq!(POLICY.wait(1, SECOND, Some(3_600 * SECOND), 0.0), None);
        assert_eq!(POLICY.timeout_after(55 * SECOND), 5 * SECOND);
    }

    #[test]
    fn retry_after_is_understood_as_seconds_and_as_a_date() {
        let now: Timestamp = "2026-11-24T09:00:00Z".parse().expect("a time");
        assert_eq!(retry_after("7", now), Some(7 * SECOND));
        assert_eq!(
            retry_after("Tue, 24 Nov 2026 09:00:30 GMT", now),
            Some(30 * SECOND)
        );
        assert_eq!(
            retry_after("Tue, 24 Nov 2026 08:00:30 GMT", now),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after("soon", now), None);
    }

    proptest::proptest! {
        #[test]
        fn no_retry_after_is_waited_for_longer_than_promised(header in ".*", number: u64, failed in 1..20_u32, chance: f64) {
            let now = Timestamp::UNIX_EPOCH;
            for header in [header, number.to_string()] {
                let wait = POLICY.wait(failed, SECOND, retry_after(&header, now), chance);
                proptest::prop_assert!(wait.is_none_or(|wait| wait < POLICY.give_up_after));
            }
        }
    }
}
