//! Icons, drawn as lines in the colour of the text.

use leptos::prelude::*;

/// The icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Fetch again.
    Refresh,
    /// The light theme.
    Sun,
    /// The dark theme.
    Moon,
    /// The system's theme.
    Screen,
    /// Opens a list.
    Chevron,
    /// Copied.
    Check,
    /// Copy.
    Copy,
}

impl Shape {
    fn path(self) -> &'static str {
        match self {
            Self::Refresh => "M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3",
            Self::Sun => {
                "M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2\
                 M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9"
            }
            Self::Moon => "M13.2 9.7A5.6 5.6 0 1 1 6.3 2.8a4.6 4.6 0 0 0 6.9 6.9z",
            Self::Screen => "M2 3.2h12v7.6H2zM6 13.2h4",
            Self::Chevron => "M4.5 6.5 8 10l3.5-3.5",
            Self::Check => "M3.5 8.5 6.5 11.5 12.5 4.5",
            Self::Copy => "M6 6h7v7H6zM3 10V3h7",
        }
    }
}

/// A decorative icon beside a label or inside a labelled button.
#[component]
pub fn Icon(
    /// The icon.
    #[prop(into)]
    shape: Signal<Shape>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
            <path d=move || shape.get().path()></path>
        </svg>
    }
}
