//! View models → charts: pure functions that use charming's components, tested natively by their
//! JSON.
//!
//! One file per chart. Colours are passed as a [`Palette`], because a canvas doesn't use the style
//! sheet.

mod compare;
mod f1_against_latency;
mod option;
mod palette;
mod trend;

pub use compare::{compared_bars, compared_profile, compared_ridges};
pub use f1_against_latency::f1_against_latency;
pub use option::ChartOption;
pub use palette::Palette;
pub use trend::trend;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::{Value, json};

    use super::*;

    /// The `ECharts` modules that a JavaScript file registers.
    fn installed(script: &str) -> BTreeSet<String> {
        let list = script
            .split_once("use([")
            .and_then(|(_, rest)| rest.split_once(']'));
        let (list, _) = list.expect("a list of parts");
        list.split(',').map(|part| part.trim().to_owned()).collect()
    }

    /// The modules that a chart needs.
    fn needed(chart: &ChartOption, found: &mut BTreeSet<String>) {
        let option = json!(chart);
        let has = |value: &Value, key: &str| value.get(key).is_some_and(|part| !part.is_null());
        for part in ["grid", "legend", "tooltip"] {
            if has(&option, part) {
                found.insert(part.to_owned());
            }
        }
        let list = |key: &str| option[key].as_array().cloned().unwrap_or_default();
        for series in list("series") {
            found.insert(series["type"].as_str().expect("a kind").to_owned());
            for part in ["markLine", "markArea", "markPoint", "labelLayout"] {
                if has(&series, part) {
                    found.insert(part.to_owned());
                }
            }
        }
        for zoom in list("dataZoom") {
            let kind = match zoom["type"].as_str() {
                Some("slider") => "dataZoomSlider",
                _ => "dataZoomInside",
            };
            found.insert(kind.to_owned());
        }
    }

    #[test]
    fn the_bundle_has_the_parts_that_the_charts_need_and_no_others() {
        let first = f1_against_latency::tests::chart();
        let others = [compare::tests::all().into(), vec![trend::tests::chart()]].concat();

        let mut wanted = BTreeSet::from(["canvas".to_owned()]);
        needed(&first, &mut wanted);
        let in_first = installed(include_str!("../js/echarts.js"));
        assert_eq!(in_first, wanted);

        wanted.insert("svg".to_owned());
        for chart in &others {
            needed(chart, &mut wanted);
        }
        let all = installed(include_str!("../js/echarts-more.js"));
        assert_eq!(&all | &in_first, wanted);
    }
}
