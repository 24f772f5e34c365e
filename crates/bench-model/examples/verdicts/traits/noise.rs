//! Noise around a level, of unit variance but for what is rare or doesn't stay.

use std::f64::consts::TAU;

use crate::chance::{Chance, sum};
use crate::score::real;

pub(crate) fn white(chance: &mut Chance, count: usize) -> Vec<f64> {
    chance.noise("gaussian", count)
}

pub(crate) fn student3(chance: &mut Chance, count: usize) -> Vec<f64> {
    chance.noise("student3", count)
}

pub(crate) fn lognormal(chance: &mut Chance, count: usize) -> Vec<f64> {
    chance.noise("lognormal", count)
}

/// Three runs in a hundred are off by 8 to 20 sd.
pub(crate) fn spikes(chance: &mut Chance, count: usize) -> Vec<f64> {
    let mut z = white(chance, count);
    for z in &mut z {
        if chance.happens(0.03) {
            *z += chance.between(8.0, 20.0) * chance.sign();
        }
    }
    z
}

pub(crate) fn period_of_4(chance: &mut Chance, count: usize) -> Vec<f64> {
    periodic(chance, count, 4.0)
}

pub(crate) fn period_of_24(chance: &mut Chance, count: usize) -> Vec<f64> {
    periodic(chance, count, 24.0)
}

/// A wave of 1 to 2 sd of the noise.
fn periodic(chance: &mut Chance, count: usize, period: f64) -> Vec<f64> {
    let (height, phase) = (chance.between(1.0, 2.0), chance.between(0.0, TAU));
    let wave = |run| height * (TAU * real(run) / period + phase).sin();
    let wave: Vec<f64> = (0..count).map(wave).collect();
    let sd = (1.0 + 0.5 * height * height).sqrt();
    shrunk(&sum(&white(chance, count), &wave), sd)
}

pub(crate) fn correlated(chance: &mut Chance, count: usize) -> Vec<f64> {
    let correlation = chance.between(0.3, 0.6);
    chance.correlated(count, correlation)
}

/// 1/f noise: fractionally integrated of order one half, over the last 200 runs.
pub(crate) fn one_over_f(chance: &mut Chance, count: usize) -> Vec<f64> {
    const MEMORY: usize = 200;
    let mut weights = vec![1.0];
    for lag in 1..MEMORY {
        weights.push(weights[lag - 1] * (real(lag) - 0.5) / real(lag));
    }
    let sd = weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    let shocks = white(chance, count + MEMORY - 1);
    let value = |newest: &[f64]| {
        let parts = newest.iter().rev().zip(&weights);
        parts.map(|(shock, weight)| shock * weight).sum::<f64>() / sd
    };
    shocks.windows(MEMORY).map(value).collect()
}

/// Two machines, 1.5 to 3 sd of the noise apart, in blocks of 3 to 15 runs.
pub(crate) fn alternating(chance: &mut Chance, count: usize) -> Vec<f64> {
    let apart = chance.between(1.5, 3.0);
    let mut machines = Vec::new();
    let mut machine = 0.5 * apart * chance.sign();
    while machines.len() < count {
        machines.extend(std::iter::repeat_n(machine, chance.whole(3, 15)));
        machine = -machine;
    }
    let sd = (1.0 + 0.25 * apart * apart).sqrt();
    shrunk(&sum(&white(chance, count), &machines), sd)
}

fn shrunk(z: &[f64], sd: f64) -> Vec<f64> {
    z.iter().map(|z| z / sd).collect()
}

/// With probability 0.7 a run repeats the state of the last one, but for a jitter of 0.1 sd.
pub(crate) fn sticking(chance: &mut Chance, count: usize) -> Vec<f64> {
    let mut state = chance.normal();
    let next = |_| {
        if !chance.happens(0.7) {
            state = chance.normal();
        }
        state + 0.1 * chance.normal()
    };
    (0..count).map(next).collect()
}

/// A rise or fall of 2 to 4 sd over the whole series.
pub(crate) fn drift(chance: &mut Chance, count: usize) -> Vec<f64> {
    let slope = chance.between(2.0, 4.0) * chance.sign() / real(count);
    let line: Vec<f64> = (0..count).map(|run| slope * real(run)).collect();
    sum(&white(chance, count), &line)
}

/// A stretch of a fifth to half of the runs is three times as noisy.
pub(crate) fn louder_stretch(chance: &mut Chance, count: usize) -> Vec<f64> {
    let mut z = white(chance, count);
    let length = chance.whole(count / 5, count / 2);
    let first = chance.whole(0, count - length);
    z[first..first + length].iter_mut().for_each(|z| *z *= 3.0);
    z
}
