//! The normal distribution, Student's t with any degrees of freedom, and the beta distribution:
//! tails and quantiles.
//!
//! Tails are computed directly, never as one minus the rest, so that a p-value of 1e-30 is as
//! precise as one of 0.3. Arguments outside the domain give NaN.

use crate::stats::numeric::special::{beta_regularized, ln_beta};

/// From here on Student's t is computed as the normal distribution with Hill's correction, which is
/// exact to 1e-15 there, while a continued fraction would need hundreds of terms.
const MANY_DEGREES: f64 = 1e5;

/// The probability that a standard normal variable is at most `z`.
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// The probability that a standard normal variable is at least as far from 0 as `z`.
pub fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// The `z` with `normal_cdf``(z) = p`, for `0 <= p <= 1` (infinite at the ends).
///
/// Wichura 1988, Applied Statistics 37, algorithm AS 241 (PPND16); exact to about 1e-15.
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE_ABOVE, r) / polynomial(&CENTRE_BELOW, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let magnitude = normal_tail_quantile(tail);
    if q < 0.0 { -magnitude } else { magnitude }
}

/// The `z` that a standard normal variable exceeds with probability `p`; exact for the smallest `p`.
pub(crate) fn normal_tail_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p >= 0.075 {
        return -normal_quantile(p);
    }
    if p == 0.0 {
        return f64::INFINITY;
    }
    let r = libm::sqrt(-libm::log(p));
    if r <= 5.0 {
        polynomial(&NEAR_ABOVE, r - 1.6) / polynomial(&NEAR_BELOW, r - 1.6)
    } else {
        polynomial(&FAR_ABOVE, r - 5.0) / polynomial(&FAR_BELOW, r - 5.0)
    }
}

/// Horner's rule; the highest power comes first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, c| sum * x + c)
}

const CENTRE_ABOVE: [f64; 8] = [
    2.509_080_928_730_122_6e3,
    3.343_057_558_358_813e4,
    6.726_577_092_700_87e4,
    4.592_195_393_154_987e4,
    1.373_169_376_550_946e4,
    1.971_590_950_306_551_3e3,
    1.331_416_678_917_843_8e2,
    3.387_132_872_796_366_5,
];
const CENTRE_BELOW: [f64; 8] = [
    5.226_495_278_852_854e3,
    2.872_908_573_572_194_3e4,
    3.930_789_580_009_271e4,
    2.121_379_430_158_66e4,
    5.394_196_021_424_751e3,
    6.871_870_074_920_579e2,
    4.231_333_070_160_091e1,
    1.0,
];
const NEAR_ABOVE: [f64; 8] = [
    7.745_450_142_783_414e-4,
    2.272_384_498_926_918_4e-2,
    2.417_807_251_774_506e-1,
    1.270_458_252_452_368_4,
    3.647_848_324_763_204_5,
    5.769_497_221_460_691,
    4.630_337_846_156_546,
    1.423_437_110_749_683_5,
];
const NEAR_BELOW: [f64; 8] = [
    1.050_750_071_644_416_9e-9,
    5.475_938_084_995_345e-4,
    1.519_866_656_361_645_7e-2,
    1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1,
    1.676_384_830_183_803_8,
    2.053_191_626_637_759,
    1.0,
];
const FAR_ABOVE: [f64; 8] = [
    2.010_334_399_292_288_1e-7,
    2.711_555_568_743_487_6e-5,
    1.242_660_947_388_078_4e-3,
    2.653_218_952_657_612_4e-2,
    2.965_605_718_285_048_7e-1,
    1.784_826_539_917_291_3,
    5.463_784_911_164_114,
    6.657_904_643_501_103,
];
const FAR_BELOW: [f64; 8] = [
    2.044_263_103_389_939_8e-15,
    1.421_511_758_316_446e-7,
    1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2,
    1.369_298_809_227_358e-1,
    5.998_322_065_558_879e-1,
    1.0,
];

/// The probability that Student's t with `df` degrees of freedom is at least as far from 0 as `t`;
/// `df` is any positive number, infinity for the normal distribution.
///
/// ```
/// use bench_model::stats::distribution::t_two_sided;
///
/// // scipy.stats.t.sf(2.5, 2.5) * 2
/// assert!((t_two_sided(2.5, 2.5) - 0.10456996307815537).abs() < 1e-12);
/// ```
pub fn t_two_sided(t: f64, df: f64) -> f64 {
    if t.is_nan() || df.is_nan() || df <= 0.0 {
        return f64::NAN;
    }
    if t.is_infinite() {
        return 0.0;
    }
    if df >= MANY_DEGREES {
        return normal_two_sided(normal_equivalent(t, df));
    }
    let ratio = (t / libm::sqrt(df)).abs();
    if ratio > FAR_OUT {
        // The first term of the series; the second is below 1e-200 of it, and `t^2` would overflow.
        let half_df = 0.5 * df;
        return libm::exp(-df * libm::log(ratio) - ln_beta(half_df, 0.5) - libm::log(half_df));
    }
    let (outside, inside) = t_shares(t, df);
    beta_regularized(0.5 * df, 0.5, outside, inside)
}

/// `t / sqrt(df)` from which only the first term of a series counts.
const FAR_OUT: f64 = 1e100;

/// `df / (df + t^2)` and `t^2 / (df + t^2)`.
fn t_shares(t: f64, df: f64) -> (f64, f64) {
    let ratio = t / libm::sqrt(df);
    if ratio.abs() > 1.0 {
        let inverse = 1.0 / ratio;
        let square = inverse * inverse;
        (square / (1.0 + square), 1.0 / (1.0 + square))
    } else {
        let square = ratio * ratio;
        (1.0 / (1.0 + square), square / (1.0 + square))
    }
}

/// The normal deviate with the same tail (Hill 1970, CACM algorithm 395), for many degrees.
fn normal_equivalent(t: f64, df: f64) -> f64 {
    if df.is_infinite() {
        return t;
    }
    let a = df - 0.5;
    let b = 48.0 * a * a;
    let ratio = t / libm::sqrt(df);
    let square = a * libm::log1p(ratio * ratio);
    let z = libm::sqrt(square);
    z + z * (square + 3.0) / b
}

/// The `t` that Student's t is at most with probability `p`, for `0 <= p <= 1` (infinite at the ends).
pub(crate) fn t_quantile(p: f64, df: f64) -> f64 {
    if p < 0.5 {
        -t_two_sided_quantile(2.0 * p, df)
    } else {
        t_two_sided_quantile(2.0 * (1.0 - p), df)
    }
}

/// The `t >= 0` with [`t_two_sided`]`(t, df) = p`: the critical value of a two-sided test at level
/// `p`, and the half-width of an interval of coverage `1 - p` in standard errors.
pub(crate) fn t_two_sided_quantile(p: f64, df: f64) -> f64 {
    if df.is_nan() || df <= 0.0 || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p == 0.0 {
        return f64::INFINITY;
    }
    if p >= 1.0 {
        return 0.0;
    }
    if df.is_infinite() {
        return normal_tail_quantile(0.5 * p);
    }
    // Over ln t, the logarithms of the tail and of the middle are nearly straight lines.
    let half_df = 0.5 * df;
    let start = libm::log(normal_tail_quantile(0.5 * p).max(1e-300));
    let ln_t = if p <= 0.5 {
        let wanted = libm::log(p);
        solve_increasing(start, |s| {
            let t = libm::exp(s);
            let tail = t_two_sided(t, df);
            // The density is that of both sides.
            let slope = 2.0 * libm::exp(ln_t_density(t, df) + s) / tail;
            (wanted - libm::log(tail), slope)
        })
    } else {
        let wanted = libm::log(1.0 - p);
        solve_increasing(start, |s| {
            let t = libm::exp(s);
            let (outside, inside) = t_shares(t, df);
            let middle = beta_regularized(0.5, half_df, inside, outside);
            let slope = 2.0 * libm::exp(ln_t_density(t, df) + s) / middle;
            (libm::log(middle) - wanted, slope)
        })
    };
    libm::exp(ln_t)
}

/// The root of an increasing function: Newton steps, bounded by bisection. `f` gives value and
/// slope.
fn solve_increasing(start: f64, f: impl Fn(f64) -> (f64, f64)) -> f64 {
    const MOST_STEPS: u32 = 200;
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut x = start;
    for _ in 0..MOST_STEPS {
        let (value, slope) = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            low = x;
        } else {
            high = x;
        }
        let newton = x - value / slope;
        // While one bound is unknown, a step is at most e^5.
        let next = if newton.is_finite() {
            newton.clamp(x - 5.0, x + 5.0)
        } else if value < 0.0 {
            x + 1.0
        } else {
            x - 1.0
        };
        let next = if next > low && next < high {
            next
        } else {
            0.5 * (low + high)
        };
        if !next.is_finite() || (next - x).abs() <= 1e-15 * x.abs().max(1.0) {
            return next;
        }
        x = next;
    }
    x
}

/// The probability that a beta variable with parameters `a` and `b` is at most `x`.
///
/// At least `k` successes of `n` at rate `x` have probability `beta_cdf(x, k, n - k + 1)`.
pub(crate) fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    beta_regularized(a, b, x, 1.0 - x)
}

/// The `x` with `beta_cdf``(x, a, b) = p`; exact to 1e-13 relative unless `x` is tiny.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) || a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        return f64::NAN;
    }
    if p <= 0.0 || p >= 1.0 {
        return p;
    }
    // Bisection: about 60 halvings without a start value. Below 1e-3 it continues over ln x, so
    // that tiny quantiles are precise too.
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..1100 {
        let middle = if low > 0.0 && high < 1e-3 {
            libm::sqrt(low) * libm::sqrt(high)
        } else if low == 0.0 && high < 1e-3 {
            high * 1e-3
        } else {
            0.5 * (low + high)
        };
        if middle <= low || middle >= high {
            break;
        }
        if beta_cdf(middle, a, b) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The logarithm of the density of Student's t with `df` degrees of freedom at `t`.
fn ln_t_density(t: f64, df: f64) -> f64 {
    let ratio = (t / libm::sqrt(df)).abs();
    let ln_one_plus_square = if ratio > FAR_OUT {
        2.0 * libm::log(ratio)
    } else {
        libm::log1p(ratio * ratio)
    };
    -0.5 * (df + 1.0) * ln_one_plus_square - ln_beta(0.5 * df, 0.5) - 0.5 * libm::log(df)
}

#[cfg(test)]
#[expect(
    clippy::unreadable_literal,
    reason = "reference values stand as their source printed them"
)]
mod tests {
    use super::*;

    fn close(found: f64, wanted: f64) {
        assert!(
            (found - wanted).abs() <= 1e-11 * wanted.abs(),
            "found {found:e}, wanted {wanted:e}"
        );
    }

    #[test]
    fn quantiles_are_those_of_fifty_digit_arithmetic() {
        // mpmath 1.4.1 with 50 digits: findroot over the tail
        close(normal_tail_quantile(0.3), 0.5244005127080408);
        close(normal_tail_quantile(0.05), 1.6448536269514726);
        close(normal_tail_quantile(0.025), 1.9599639845400543);
        close(normal_tail_quantile(0.0003), 3.431614403623269);
        close(normal_tail_quantile(1e-09), 5.9978070150076865);
        close(normal_tail_quantile(1e-100), 21.273453560965326);
        close(normal_tail_quantile(1e-300), 37.0470962993612);
        close(t_two_sided_quantile(0.05, 1.0), 12.706204736174705);
        close(t_two_sided_quantile(0.05, 4.0), 2.7764451051977943);
        close(t_two_sided_quantile(0.05, 2.5), 3.574654842003683);
        close(t_two_sided_quantile(0.9, 7.0), 0.13029279659177737);
        close(t_two_sided_quantile(0.0003, 30.0), 4.087579577292332);
        close(t_two_sided_quantile(1e-09, 5.5), 82.7349283117424);
        close(t_two_sided_quantile(0.001, 1000.0), 3.300282648423913);
        close(t_two_sided_quantile(0.01, 250000.0), 2.5758489698806524);
        close(t_two_sided(0.3, 0.7), 0.8292351863713351);
        close(t_two_sided(40.0, 2.5), 0.00014195634290493383);
        close(t_two_sided(12.0, 1000.0), 4.324057386774527e-31);
        close(t_two_sided(2.0, 1000000.0), 0.045500533851319205);
        close(t_two_sided(9.0, 10000000.0), 2.257556165390743e-19);
        close(beta_quantile(0.025, 1.0, 20.0), 0.0012650894979498038);
        close(beta_quantile(0.975, 18.0, 3.0), 0.9679290628145363);
        close(beta_quantile(0.025, 80.0, 21.0), 0.7081573109113719);
        close(beta_quantile(0.5, 0.5, 0.5), 0.5);
        close(beta_quantile(1e-06, 3.0, 7.0), 0.002291221221703311);
    }

    #[test]
    fn every_quantile_leads_back_to_its_probability() {
        for p in [
            1e-300, 1e-30, 1e-9, 3e-4, 0.01, 0.2, 0.49, 0.5, 0.51, 0.9, 0.999_999,
        ] {
            close(normal_cdf(-normal_tail_quantile(p)), p);
            close(normal_cdf(normal_quantile(p)), p);
            for df in [0.3, 1.0, 2.5, 8.0, 60.0, 9.9e4, 1.1e5, 1e9] {
                let t = t_two_sided_quantile(p, df);
                if t < 1e300 {
                    close(t_two_sided(t, df), p);
                } else {
                    assert!(p < 1e-90 && df < 1.0, "only there is it beyond f64");
                }
            }
            for (a, b) in [(0.5, 0.5), (1.0, 40.0), (300.0, 20.0)] {
                let x = beta_quantile(p, a, b);
                if x > 1e-300 && 1.0 - x > 1e-6 {
                    close(beta_cdf(x, a, b), p);
                }
            }
        }
    }

    #[test]
    fn the_middle_of_the_law_is_its_half() {
        close(normal_cdf(0.0), 0.5);
        // scipy.stats.t.ppf(0.975, 4)
        close(t_two_sided_quantile(0.05, 4.0), 2.776_445_105_197_798_7);
        assert!(t_quantile(0.5, 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_normal_law_takes_over_without_a_step() {
        for t in [0.5, 3.0, 9.0, 30.0] {
            let (below, above) = (t_two_sided(t, 99_999.999), t_two_sided(t, 100_000.001));
            assert!(
                (below / above - 1.0).abs() < 1e-6,
                "{t}: {below:e} {above:e}"
            );
        }
        close(t_two_sided(3.0, f64::INFINITY), normal_two_sided(3.0));
    }

    #[test]
    fn values_at_the_edge_of_f64_are_no_accident() {
        assert!(t_two_sided(f64::NAN, 3.0).is_nan());
        assert!(t_two_sided(1.0, 0.0).is_nan());
        assert!(t_two_sided(1.0, -1.0).is_nan());
        assert!(t_two_sided(f64::INFINITY, 3.0).abs() < f64::MIN_POSITIVE);
        assert!(t_two_sided(1e300, 0.5).is_finite());
        assert!(normal_quantile(1.5).is_nan());
        assert!(normal_quantile(0.0).is_infinite());
        assert!(t_two_sided_quantile(0.0, 2.0).is_infinite());
        assert!(beta_quantile(-0.1, 1.0, 1.0).is_nan());
    }
}
