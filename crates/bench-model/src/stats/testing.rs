//! Chance for tests: seeded, so that a failure happens again.

/// A small generator of random numbers (`SplitMix64`, Steele, Lea and Flood 2014).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Between 0 and 1, both excluded.
    pub(crate) fn uniform(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        let bits = (self.next() >> 11) as f64;
        (bits + 0.5) / 9_007_199_254_740_992.0
    }

    /// Standard normal.
    pub(crate) fn normal(&mut self) -> f64 {
        crate::stats::distribution::normal_quantile(self.uniform())
    }

    /// `count` values of a stationary process of order one with unit variance.
    pub(crate) fn correlated(&mut self, count: usize, correlation: f64) -> Vec<f64> {
        let mut value = self.normal();
        let rest = (1.0 - correlation * correlation).sqrt();
        let mut next = || {
            value = correlation * value + rest * self.normal();
            value
        };
        (0..count).map(|_| next()).collect()
    }
}
