//! An option of `ECharts`, put together from charming's components.
//!
//! `charming::Chart` can be any chart there is, so writing one brings the code of every component and
//! every kind of series into the program. What is put together here brings only what it names.

use serde::Serialize;
use serde_json::{Map, Value};

/// A chart, ready to be written as JSON.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChartOption(Map<String, Value>);

impl ChartOption {
    /// A chart without anything, and without animation: a dashboard is read, not watched.
    pub fn new() -> Self {
        Self::default().with("animation", &false)
    }

    /// With a component, under the name that `ECharts` has for it: `xAxis`, `tooltip`.
    #[must_use]
    pub fn with<T: Serialize>(mut self, name: &str, component: &T) -> Self {
        self.0.insert(name.to_owned(), value(component));
        self
    }

    /// With one more series, such as a `charming::series::Line`.
    #[must_use]
    pub fn series<T: Serialize>(self, series: &T) -> Self {
        self.pushed(value(series))
    }

    /// With one more series, behind the others, that neither pointer nor tooltip takes notice of.
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

    /// The chart as `ECharts` reads it.
    pub fn to_json(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }
}

impl Serialize for ChartOption {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Components are plain data, so this cannot fail; null would leave the component out.
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
        // charming writes a list where there may be several.
        whole["grid"] = whole["grid"][0].take();
        assert_eq!(json!(ours), whole);
    }
}
