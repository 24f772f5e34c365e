//! The URL state of the Trends page.

use crate::view_model::{query_string, range::Range, view_state::ViewState};

/// The maximum number of values per URL parameter.
const MOST_NAMED: usize = 8;

/// The display of values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relation {
    /// Absolute values.
    #[default]
    Absolute,
    /// The change relative to the first run shown, in percent.
    First,
    /// The change relative to the baseline, in percent.
    Baseline,
}

impl Relation {
    /// All, with their names in URLs and their labels.
    pub const ALL: [(&'static str, &'static str, Self); 3] = [
        ("", "values", Self::Absolute),
        ("first", "change from the first run", Self::First),
        ("baseline", "change from the baseline", Self::Baseline),
    ];
}

/// The layers of the chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    /// Runs.
    Runs,
    /// Daily means with their band.
    Days,
    /// Runs per day.
    Counts,
    /// Baseline and threshold.
    Levels,
    /// Level changes.
    Changes,
    /// First runs and baseline changes.
    Versions,
}

impl Layer {
    /// All, with their names in URLs and their labels.
    pub const ALL: [(&'static str, &'static str, Self); 6] = [
        ("runs", "Runs", Self::Runs),
        ("days", "Daily mean", Self::Days),
        ("counts", "Runs per day", Self::Counts),
        ("levels", "Baseline", Self::Levels),
        ("changes", "Changes", Self::Changes),
        ("versions", "Versions", Self::Versions),
    ];
}

/// The state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendsState {
    /// Configurations by id; empty for those that changed last.
    pub configurations: Vec<i64>,
    /// Metrics; empty for F1, otherwise an existing one.
    pub metrics: Vec<String>,
    /// The branch whose side runs are drawn over the main line.
    pub branch: Option<String>,
    /// The time range.
    pub range: Range,
    /// Whether the axis is logarithmic.
    pub is_log: bool,
    /// The display of values.
    pub relation: Relation,
    /// The distance of the threshold line from the baseline, on the worse side, as a difference or
    /// a share; none for no line.
    pub threshold: Option<f64>,
    /// The zoomed part of the range, in milliseconds since 1970.
    pub zoom: Option<(i64, i64)>,
    /// The hidden layers.
    pub hidden: Vec<Layer>,
    /// The lines switched off: configuration and metric.
    pub off: Vec<(i64, String)>,
    /// Whether the table is open.
    pub is_table: bool,
}

impl TrendsState {
    /// Whether a layer is drawn.
    pub fn shows(&self, layer: Layer) -> bool {
        !self.hidden.contains(&layer)
    }

    /// Toggles a layer.
    #[must_use]
    pub fn toggled(mut self, layer: Layer) -> Self {
        if self.shows(layer) {
            self.hidden.push(layer);
        } else {
            self.hidden.retain(|one| *one != layer);
        }
        let place = |layer: &Layer| Layer::ALL.iter().position(|(_, _, one)| one == layer);
        self.hidden.sort_by_key(place);
        self
    }

    /// Switches a line, or several with one name, on or off.
    #[must_use]
    pub fn switched(mut self, lines: &[(i64, String)], is_on: bool) -> Self {
        self.off.retain(|one| !lines.contains(one));
        if !is_on {
            self.off.extend_from_slice(lines);
            // Keep the newest: older ones may refer to lines no longer drawn.
            let too_many = self.off.len().saturating_sub(MOST_NAMED);
            self.off.drain(..too_many);
        }
        self
    }

    /// Changes the range and resets the zoom.
    #[must_use]
    pub fn over(self, range: Range) -> Self {
        Self {
            range,
            zoom: None,
            ..self
        }
    }
}

impl ViewState for TrendsState {
    fn from_query(query: &str) -> Self {
        let mut state = Self::default();
        let (mut range, mut from, mut to) = (None, None, None);
        for (name, value) in query_string::parse(query) {
            match name.as_str() {
                "config" => {
                    if let Ok(id) = value.parse::<i64>()
                        && id > 0
                        && !state.configurations.contains(&id)
                        && state.configurations.len() < MOST_NAMED
                    {
                        state.configurations.push(id);
                    }
                }
                "metric"
                    if !value.is_empty()
                        && !state.metrics.contains(&value)
                        && state.metrics.len() < MOST_NAMED =>
                {
                    state.metrics.push(value);
                }
                "branch" if !value.is_empty() => state.branch = Some(value),
                "range" => range = Some(value),
                "from" => from = Some(value),
                "to" => to = Some(value),
                "scale" => state.is_log = value == "log",
                "relative" => {
                    let known = Relation::ALL.iter().find(|(known, _, _)| *known == value);
                    state.relation = known.map(|(_, _, one)| *one).unwrap_or_default();
                }
                "threshold" => {
                    let number = value.parse::<f64>().ok();
                    state.threshold = number.filter(|one| (1e-9..=1e9).contains(one));
                }
                "zoom" => {
                    let ends = value.split_once("..");
                    let ends = ends.and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
                    state.zoom = ends.filter(|(from, to): &(i64, i64)| {
                        from < to && from.unsigned_abs() < 1 << 50 && to.unsigned_abs() < 1 << 50
                    });
                }
                "hide" => {
                    for (known, _, layer) in Layer::ALL {
                        if value.split(',').any(|one| one == known) && state.shows(layer) {
                            state = state.toggled(layer);
                        }
                    }
                }
                "off" => {
                    let line = value.split_once(':');
                    let line = line.and_then(|(id, metric)| Some((id.parse().ok()?, metric)));
                    if let Some((id, metric)) =
                        line.filter(|(id, metric)| *id > 0 && !metric.is_empty())
                        && state.off.len() < MOST_NAMED
                    {
                        state = state.switched(&[(id, metric.to_owned())], false);
                    }
                }
                "table" => state.is_table = value == "1",
                _ => {}
            }
        }
        state.range = Range::read(range.as_deref(), from.as_deref(), to.as_deref());
        state
    }

    fn to_query(&self) -> String {
        let Self {
            configurations,
            metrics,
            branch,
            range,
            is_log,
            relation,
            threshold,
            zoom,
            hidden,
            off,
            is_table,
        } = self;
        let mut pairs: Vec<(&str, String)> = Vec::new();
        pairs.extend(configurations.iter().map(|id| ("config", id.to_string())));
        pairs.extend(metrics.iter().map(|name| ("metric", name.clone())));
        pairs.extend(branch.clone().map(|name| ("branch", name)));
        pairs.extend(range.pairs());
        if *is_log {
            pairs.push(("scale", "log".to_owned()));
        }
        for (name, _, one) in Relation::ALL {
            if one == *relation && !name.is_empty() {
                pairs.push(("relative", name.to_owned()));
            }
        }
        pairs.extend(threshold.map(|number| ("threshold", number.to_string())));
        pairs.extend(zoom.map(|(from, to)| ("zoom", format!("{from}..{to}"))));
        let names: Vec<&str> = Layer::ALL
            .iter()
            .filter(|(_, _, layer)| hidden.contains(layer))
            .map(|(name, _, _)| *name)
            .collect();
        if !names.is_empty() {
            pairs.push(("hide", names.join(",")));
        }
        pairs.extend(
            off.iter()
                .map(|(id, metric)| ("off", format!("{id}:{metric}"))),
        );
        if *is_table {
            pairs.push(("table", "1".to_owned()));
        }
        query_string::write(pairs.iter().map(|(name, value)| (*name, value.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::view_model::range::tests::ranges;

    fn state() -> impl Strategy<Value = TrendsState> {
        let layers = Layer::ALL.map(|(_, _, layer)| layer).to_vec();
        (
            prop::collection::btree_set(1i64..1_000_000, 0..8),
            prop::collection::btree_set(".{1,12}", 0..8),
            ranges(),
            any::<bool>(),
            prop::sample::select(Relation::ALL.map(|(_, _, one)| one).to_vec()),
            prop::option::of(1e-6..1e6f64),
            prop::option::of(
                (0i64..1 << 40, 1i64..1 << 40).prop_map(|(from, width)| (from, from + width)),
            ),
            prop::sample::subsequence(layers, 0..=6),
            prop::collection::btree_set((1i64..1_000_000, ".{1,12}"), 0..8),
            (any::<bool>(), prop::option::of(".{1,12}")),
        )
            .prop_map(
                |(
                    ids,
                    metrics,
                    range,
                    is_log,
                    relation,
                    threshold,
                    zoom,
                    hidden,
                    off,
                    (is_table, branch),
                )| {
                    TrendsState {
                        configurations: ids.into_iter().collect(),
                        metrics: metrics.into_iter().collect(),
                        branch,
                        range,
                        is_log,
                        relation,
                        threshold,
                        zoom,
                        hidden,
                        off: off.into_iter().collect(),
                        is_table,
                    }
                },
            )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn a_view_survives_its_address(state in state()) {
            prop_assert_eq!(TrendsState::from_query(&state.to_query()), state);
        }

        #[test]
        fn any_text_gives_a_view_that_survives_its_address(query in "(config|metric|branch|range|from|to|zoom|threshold|hide|off|scale|relative|table|&|=|:|[0-9.,a-z-]{1,8}|.){0,30}") {
            let state = TrendsState::from_query(&query);
            prop_assert_eq!(TrendsState::from_query(&state.to_query()), state);
        }
    }

    #[test]
    fn a_hostile_address_shows_a_sane_page() {
        let state = TrendsState::from_query(
            "?config=-1&config=x&config=9999999999999999999&zoom=5..1&range=%00&from=2026-02-31x&threshold=NaN&hide=all&scale=cube",
        );
        assert_eq!(state, TrendsState::default());
    }
}
