//! The colours of a chart in either theme.

use serde_json::{Value, json};

/// The colours of a chart. Series colours differ from each other and from the background by more
/// than hue, and every series also has its own shape.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Names of axes, labels.
    pub text: &'static str,
    /// Secondary text.
    pub muted: &'static str,
    /// Axes.
    pub line: &'static str,
    /// The grid.
    pub grid: &'static str,
    /// The background of floating elements.
    pub raised: &'static str,
    /// The page's background.
    pub background: &'static str,
    /// One for each series.
    pub series: [&'static str; 8],
    /// Worse, and better.
    pub verdicts: [&'static str; 2],
    /// The series of all remaining models.
    pub rest: &'static str,
    /// The scale of text and marks, 1 on a laptop.
    pub scale: f64,
}

impl Palette {
    /// For a light page.
    pub const LIGHT: Self = Self {
        text: "#3c4552",
        muted: "#596373",
        line: "#bfc6d0",
        grid: "#e9ecf0",
        raised: "#ffffff",
        background: "#ffffff",
        series: [
            "#2f66d6", "#c8500f", "#12835a", "#8b45c4", "#a36d00", "#0f7f9c", "#c93c7a", "#5a2d0c",
        ],
        verdicts: ["#b3241a", "#0a6e3d"],
        rest: "#8a94a3",
        scale: 1.0,
    };

    /// For a dark page.
    pub const DARK: Self = Self {
        text: "#c1c9d5",
        muted: "#98a4b5",
        line: "#445062",
        grid: "#222a35",
        raised: "#1b222c",
        background: "#0e1217",
        series: [
            "#7eaaff", "#ff9a5f", "#58cc9b", "#cc9bff", "#edbf4e", "#5fcbe4", "#ff93bb", "#c96f4a",
        ],
        verdicts: ["#ff9184", "#55c792"],
        rest: "#7d8898",
        scale: 1.0,
    };

    /// The palette for a dark or light page.
    pub fn for_theme(is_dark: bool) -> Self {
        if is_dark { Self::DARK } else { Self::LIGHT }
    }

    /// The palette for a page whose text is `scale` times as large.
    #[must_use]
    pub fn scaled(self, scale: f64) -> Self {
        Self { scale, ..self }
    }

    /// A length in pixels, given for a laptop.
    pub fn px(&self, laptop_px: f64) -> f64 {
        (laptop_px * self.scale).round()
    }

    /// Text styles of the chart and its tooltips, which charming has no fields for.
    pub fn look(&self) -> Value {
        json!({
            "text": { "fontFamily": "system-ui, sans-serif", "color": self.text },
            "tooltip": { "fontFamily": "system-ui, sans-serif", "fontSize": self.px(13.0), "lineHeight": self.px(19.0), "color": self.text },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red, green and blue as light, of a colour of sRGB.
    fn light(color: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| {
            let value = u8::from_str_radix(&color[at..at + 2], 16).expect("a colour");
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        })
    }

    // Web Content Accessibility Guidelines 2.2, "contrast ratio".
    fn contrast(one: &str, other: &str) -> f64 {
        let of = |color| {
            let [r, g, b] = light(color);
            0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
        };
        let (one, other) = (of(one), of(other));
        one.max(other) / one.min(other)
    }

    // Björn Ottosson, "A perceptual color space for image processing", 2020.
    fn oklab(color: &str) -> [f64; 3] {
        let light = light(color);
        let sum = |weights: [f64; 3], values: [f64; 3]| {
            let products = weights
                .into_iter()
                .zip(values)
                .map(|(weight, value)| weight * value);
            products.sum::<f64>()
        };
        let cones = [
            [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
            [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
            [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
        ]
        .map(|weights| sum(weights, light).cbrt());
        [
            [0.210_454_255_3, 0.793_617_785_0, -0.004_072_046_8],
            [1.977_998_495_1, -2.428_592_205_0, 0.450_593_709_9],
            [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766_0],
        ]
        .map(|weights| sum(weights, cones))
    }

    #[test]
    fn eight_lines_are_told_apart_in_both_themes() {
        for palette in [Palette::LIGHT, Palette::DARK] {
            for (place, one) in palette.series.iter().enumerate() {
                assert!(contrast(one, palette.background) >= 4.4, "{one}");
                for other in &palette.series[place + 1..] {
                    let pairs = oklab(one).into_iter().zip(oklab(other));
                    let distance = pairs.map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                    // Black and white are 1 apart; 0.02 is where most people begin to see a difference.
                    assert!(distance > 0.09, "{one} and {other}: {distance:.3}");
                }
            }
        }
    }
}
