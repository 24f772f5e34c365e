//! Seeded random numbers and the noises made of them.

use bench_model::stats::random::SplitMix;

use crate::score::real;

/// Seeded random numbers: the same series everywhere.
pub(crate) struct Chance(SplitMix);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        // Neighbouring seeds must not give shifted copies of one sequence.
        Self(SplitMix::new(SplitMix::new(seed).bits()))
    }

    pub(crate) fn normal(&mut self) -> f64 {
        self.0.normal()
    }

    /// In [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        self.0.unit()
    }

    pub(crate) fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * self.unit()
    }

    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// The number of `items` that come out right.
    pub(crate) fn successes(&mut self, items: usize, probability: f64) -> f64 {
        real((0..items).filter(|_| self.happens(probability)).count())
    }

    /// A Poisson count, from a single random number (inversion): counts of different means that
    /// are drawn from the same seed stay in step.
    pub(crate) fn poisson(&mut self, mean: f64) -> f64 {
        let target = self.unit();
        let (mut count, mut term) = (0.0, (-mean).exp());
        let mut reached = term;
        while reached < target && count < 1000.0 {
            count += 1.0;
            term *= mean / count;
            reached += term;
        }
        count
    }

    /// From `least` to `most`, both included.
    pub(crate) fn whole(&mut self, least: usize, most: usize) -> usize {
        least + self.0.below(most - least + 1)
    }

    pub(crate) fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.whole(0, choices.len() - 1)]
    }

    pub(crate) fn sign(&mut self) -> f64 {
        self.of(&[-1.0, 1.0])
    }

    /// `count` different places from `least` to `most`, in order.
    pub(crate) fn places(&mut self, count: usize, least: usize, most: usize) -> Vec<usize> {
        let mut places: Vec<usize> = (least..=most).collect();
        for i in 0..count {
            let other = self.whole(i, places.len() - 1);
            places.swap(i, other);
        }
        places.truncate(count);
        places.sort_unstable();
        places
    }

    /// Unit variance, mean 0.
    pub(crate) fn noise(&mut self, kind: &str, count: usize) -> Vec<f64> {
        match kind {
            "lognormal" => {
                let s = 0.6_f64;
                let mean = (0.5 * s * s).exp();
                let sd = mean * ((s * s).exp() - 1.0).sqrt();
                (0..count)
                    .map(|_| ((s * self.normal()).exp() - mean) / sd)
                    .collect()
            }
            "student3" => (0..count).map(|_| self.student3()).collect(),
            "bimodal" => {
                let share = 0.3;
                let (mean, variance) = (2.5 * share, 0.35 * 0.35 + 6.25 * share * (1.0 - share));
                let value = |chance: &mut Self| {
                    let mode = if chance.0.unit() < share { 2.5 } else { 0.0 };
                    (0.35 * chance.normal() + mode - mean) / variance.sqrt()
                };
                (0..count).map(|_| value(self)).collect()
            }
            "ar0.6" => self.correlated(count, 0.6),
            _ => (0..count).map(|_| self.normal()).collect(),
        }
    }

    /// Student's t with three degrees of freedom, divided by its standard deviation.
    pub(crate) fn student3(&mut self) -> f64 {
        let squares: f64 = (0..3).map(|_| self.normal().powi(2)).sum();
        self.normal() / (squares / 3.0).sqrt() / 3.0_f64.sqrt()
    }

    /// An autoregression of order one.
    pub(crate) fn correlated(&mut self, count: usize, correlation: f64) -> Vec<f64> {
        let innovation = (1.0 - correlation * correlation).sqrt();
        let mut value = self.normal();
        let mut next = || {
            value = correlation * value + innovation * self.normal();
            value
        };
        (0..count).map(|_| next()).collect()
    }
}

pub(crate) fn sum(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| a + b).collect()
}
