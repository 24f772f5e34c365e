//! An `ECharts` option, assembled from charming's components.
//!
//! `charming::Chart` covers every chart type, so serialising one links the code of every component
//! and series. An option assembled here links only the components in use.

use serde::Serialize;
use serde_json::{Map, Value};

/// A chart that can be serialised as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartOption(Map<String, Value>);

impl ChartOption {
    /// An empty chart without animation.
    pub fn new() -> Self {
        Self::default().with("animation", &false)
    }

    /// Adds a component, under its `ECharts` name: `xAxis`, `tooltip`.
    #[must_use]
    pub fn with<T: Serialize>(mut self, name: &str, component: &T) -> Self {
        self.0.insert(name.to_owned(), value(component));
        self
    }

    /// Adds a series, such as a `charming::series::Line`.
    #[must_use]
    pub fn series<T: Serialize>(self, series: &T) -> Self {
        self.pushed(value(series))
    }

    /// Adds a series behind the others that ignores the pointer and tooltips.
    #[must_use]
    pub fn backdrop<T: Serialize>(self, series: &T) -> Self {
        let mut series = value(series);
        series["silent"] = Value::Bool(true);
        series["z"] = 1.into();
        self.pushed(series)
    }

    fn pushed(mut self, series: Value) -> Self {
        let all = self
            .0
            .entry("series")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(all) = all {
            all.push(series);
        }
        self
    }

    /// The chart as JSON for `ECharts`.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

impl Serialize for ChartOption {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Components are plain data, so this can't fail; null would omit the component.
fn value<T: Serialize>(component: &T) -> Value {
    serde_json::to_value(component).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use charming::{Chart, component::Grid, series::Line};
    use serde_json::json;

    use super::*;

    #[test]
    fn it_is_what_charming_s_own_chart_would_be() {
        let grid = Grid::new().left(8);
        let line = Line::new().name("f1").data(vec![vec![1.0, 0.9]]);

        let ours = ChartOption::new().with("grid", &grid).series(&line);

        let whole = serde_json::to_value(Chart::new().animation(false).grid(grid).series(line));
        let mut whole = whole.expect("plain data");
        // charming serialises components that may occur several times as a list.
        whole["grid"] = whole["grid"][0].take();
        assert_eq!(json!(ours), whole);
    }
}
