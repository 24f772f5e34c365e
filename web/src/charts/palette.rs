//! The colours of a chart in either theme.

use serde_json::{Value, json};

/// Colours that a chart draws with. Those of series differ from each other and from the background
/// by more than hue alone, and every series has a shape of its own besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    /// Names of axes, labels.
    pub text: &'static str,
    /// Text that stands back.
    pub muted: &'static str,
    /// Axes.
    pub line: &'static str,
    /// The grid.
    pub grid: &'static str,
    /// The background of what floats.
    pub raised: &'static str,
    /// What the page's background is.
    pub background: &'static str,
    /// One for each series.
    pub series: [&'static str; 7],
    /// The series that stands for the rest.
    pub rest: &'static str,
    /// How large text and marks are, 1 on a laptop.
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
            "#2f66d6", "#c8500f", "#12835a", "#8b45c4", "#a36d00", "#0f7f9c", "#c93c7a",
        ],
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
            "#7eaaff", "#ff9a5f", "#58cc9b", "#cc9bff", "#edbf4e", "#5fcbe4", "#ff93bb",
        ],
        rest: "#7d8898",
        scale: 1.0,
    };

    /// The palette for a page that is dark or not.
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

    /// What charming has no field for: the text of the whole chart and of its tooltips.
    pub fn look(&self) -> Value {
        json!({
            "text": { "fontFamily": "system-ui, sans-serif", "color": self.text },
            "tooltip": { "fontFamily": "system-ui, sans-serif", "fontSize": self.px(13.0), "lineHeight": self.px(19.0), "color": self.text },
        })
    }
}
