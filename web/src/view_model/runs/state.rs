//! The URL state: search, filters, days, position, columns and selection.

use std::collections::BTreeSet;

use bench_model::rest::rows::RunRow;
use bench_model::run_id::RunId;

use super::{Column, Cursor, Filter};
use crate::view_model::{query_string, time, view_state::ViewState};

/// The page sizes; the second is the default.
pub const SIZES: [u32; 4] = [20, 50, 100, 200];

/// Two runs can be selected; a third replaces the first.
pub const MOST_SELECTED: usize = 2;

const USUAL_SIZE: u32 = SIZES[1];
const MOST_LETTERS: usize = 200;
/// The page of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// The newest runs.
    #[default]
    Newest,
    /// The runs before that one.
    Before(Cursor),
    /// The runs after that one.
    After(Cursor),
}

/// The view in the URL. Only differences from the default are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunsState {
    /// The search; empty for all runs.
    pub search: String,
    filters: [BTreeSet<String>; 4],
    /// Only side runs of these branches; empty for all runs.
    pub branches: BTreeSet<String>,
    /// Only runs of these configurations; empty for all.
    pub configurations: BTreeSet<i64>,
    /// Only runs on or after this day, such as `2026-11-24`, in UTC.
    pub from: Option<String>,
    /// Only runs on or before this day.
    pub to: Option<String>,
    /// The page.
    pub place: Place,
    /// The page size.
    pub size: u32,
    /// The columns besides time and metrics; none for the defaults.
    columns: Option<BTreeSet<Column>>,
    /// The metrics shown; none for the defaults.
    pub metrics: Option<BTreeSet<String>>,
    /// The ids of the selected runs, at most [`MOST_SELECTED`].
    pub selected: Vec<String>,
}

impl Default for RunsState {
    fn default() -> Self {
        Self {
            search: String::new(),
            filters: Default::default(),
            branches: BTreeSet::new(),
            configurations: BTreeSet::new(),
            from: None,
            to: None,
            place: Place::Newest,
            size: USUAL_SIZE,
            columns: None,
            metrics: None,
            selected: Vec::new(),
        }
    }
}

impl ViewState for RunsState {
    fn from_query(query: &str) -> Self {
        let mut state = Self::default();
        for (name, value) in query_string::parse(query) {
            if let Some(filter) = Filter::ALL.into_iter().find(|one| one.name() == name) {
                if !value.is_empty() && !value.contains('\0') {
                    state.filters[filter as usize].insert(value);
                }
                continue;
            }
            match name.as_str() {
                "search" => state.search = searched(&value),
                "branch" if !value.is_empty() && !value.contains('\0') => {
                    state.branches.insert(value);
                }
                "config" => state.configurations.extend(number(&value)),
                "from" => state.from = is_day(&value).then_some(value),
                "to" => state.to = is_day(&value).then_some(value),
                "before" => {
                    state.place = Cursor::parse(&value).map_or(Place::Newest, Place::Before);
                }
                "after" => state.place = Cursor::parse(&value).map_or(Place::Newest, Place::After),
                "rows" => {
                    state.size = value
                        .parse()
                        .ok()
                        .filter(|size| SIZES.contains(size))
                        .unwrap_or(USUAL_SIZE);
                }
                // An empty name means none.
                "column" => state
                    .columns
                    .get_or_insert_default()
                    .extend(Column::from_name(&value)),
                "metric" => {
                    let metrics = state.metrics.get_or_insert_default();
                    if !value.is_empty() {
                        metrics.insert(value);
                    }
                }
                "run" => {
                    if let Ok(id) = value.parse::<RunId>() {
                        state.select(&id);
                    }
                }
                _ => {}
            }
        }
        state.with_columns_as_usual()
    }

    fn to_query(&self) -> String {
        let Self {
            search,
            filters: _,
            branches,
            configurations,
            from,
            to,
            place,
            size,
            columns,
            metrics,
            selected,
        } = self;
        let configurations: Vec<String> = configurations.iter().map(ToString::to_string).collect();
        let size_label = size.to_string();
        let (place_name, place) = match place {
            Place::Newest => ("before", String::new()),
            Place::Before(cursor) => ("before", cursor.text()),
            Place::After(cursor) => ("after", cursor.text()),
        };
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        for filter in Filter::ALL {
            pairs.extend(
                self.chosen(filter)
                    .iter()
                    .map(|value| (filter.name(), value.as_str())),
            );
        }
        pairs.extend(branches.iter().map(|name| ("branch", name.as_str())));
        pairs.extend(configurations.iter().map(|id| ("config", id.as_str())));
        for (name, value) in [
            ("search", search.as_str()),
            ("from", from.as_deref().unwrap_or_default()),
            ("to", to.as_deref().unwrap_or_default()),
            (place_name, place.as_str()),
        ] {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        if *size != USUAL_SIZE {
            pairs.push(("rows", &size_label));
        }
        if let Some(columns) = columns {
            pairs.extend(columns.iter().map(|column| ("column", column.names().0)));
            if columns.is_empty() {
                pairs.push(("column", ""));
            }
        }
        if let Some(metrics) = metrics {
            pairs.extend(metrics.iter().map(|metric| ("metric", metric.as_str())));
            if metrics.is_empty() {
                pairs.push(("metric", ""));
            }
        }
        pairs.extend(selected.iter().map(|id| ("run", id.as_str())));
        query_string::write(pairs)
    }
}

impl RunsState {
    /// The selected values of a filter; empty for all.
    pub fn chosen(&self, filter: Filter) -> &BTreeSet<String> {
        &self.filters[filter as usize]
    }

    /// The columns beside the time and the metrics.
    pub fn columns(&self) -> Vec<Column> {
        self.columns.as_ref().map_or_else(
            || Column::USUAL.to_vec(),
            |some| some.iter().copied().collect(),
        )
    }

    /// Whether the log is filtered.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || self.is_filtered()
    }

    /// Whether the log is filtered by anything but the search.
    pub fn is_filtered(&self) -> bool {
        !self.configurations.is_empty()
            || !self.branches.is_empty()
            || self.from.is_some()
            || self.to.is_some()
            || self.filters.iter().any(|chosen| !chosen.is_empty())
    }

    /// Whether a run matches filters and days; the database applies the same where it can.
    pub fn lets_through(&self, run: &RunRow) -> bool {
        let by_name = Filter::ALL.into_iter().all(|filter| {
            let chosen = self.chosen(filter);
            chosen.is_empty() || chosen.contains(filter.of(run))
        });
        let day = || {
            time::parse_ms(&run.created_at)
                .map(time::utc_day)
                .unwrap_or_default()
        };
        let is_of_branch = || {
            let branch = run.branch_name.as_ref();
            run.is_mainline == Some(false)
                && branch.is_some_and(|branch| self.branches.contains(branch))
        };
        by_name
            && (self.branches.is_empty() || is_of_branch())
            && (self.configurations.is_empty()
                || self.configurations.contains(&run.configuration_id))
            && self.from.as_ref().is_none_or(|from| day() >= *from)
            && self.to.as_ref().is_none_or(|to| day() <= *to)
    }

    /// The start of the day `from`, for the database.
    pub fn starting_moment(&self) -> Option<String> {
        self.from.as_ref().map(|day| format!("{day}T00:00:00Z"))
    }

    /// The end of the day `to`.
    pub fn to_moment(&self) -> Option<String> {
        let ms = time::day_ms(self.to.as_deref()?)?;
        Some(format!(
            "{}T00:00:00Z",
            time::utc_day(ms + time::MS_PER_DAY)
        ))
    }

    /// The query: the state without display options.
    #[must_use]
    pub fn asked(&self) -> Self {
        Self {
            columns: None,
            metrics: None,
            selected: Vec::new(),
            ..self.clone()
        }
    }

    /// The same view at another position.
    #[must_use]
    pub fn at(&self, place: Place) -> Self {
        Self {
            place,
            ..self.clone()
        }
    }

    /// The same view with another search.
    #[must_use]
    pub fn looking_for(&self, text: &str) -> Self {
        Self {
            search: searched(text),
            ..self.at(Place::Newest)
        }
    }

    /// The view after toggling a check box of a filter.
    #[must_use]
    pub fn toggled(&self, filter: Filter, value: &str) -> Self {
        let mut next = self.at(Place::Newest);
        toggle(&mut next.filters[filter as usize], value.to_owned());
        next
    }

    /// The view without one filter.
    #[must_use]
    pub fn cleared(&self, filter: Filter) -> Self {
        let mut next = self.at(Place::Newest);
        next.filters[filter as usize].clear();
        next
    }

    /// The view with the side runs of a branch toggled.
    #[must_use]
    pub fn with_branch_toggled(&self, branch: &str) -> Self {
        let mut next = self.at(Place::Newest);
        toggle(&mut next.branches, branch.to_owned());
        next
    }

    /// The view of the runs of all branches.
    #[must_use]
    pub fn of_all_branches(&self) -> Self {
        Self {
            branches: BTreeSet::new(),
            ..self.at(Place::Newest)
        }
    }

    /// The view of all runs; columns and selection stay.
    #[must_use]
    pub fn widened(&self) -> Self {
        Self {
            size: self.size,
            columns: self.columns.clone(),
            metrics: self.metrics.clone(),
            selected: self.selected.clone(),
            ..Self::default()
        }
    }

    /// The runs of some days; an invalid day removes the limit.
    #[must_use]
    pub fn within(&self, from: &str, to: &str) -> Self {
        let day = |text: &str| is_day(text).then(|| text.to_owned());
        Self {
            from: day(from),
            to: day(to),
            ..self.at(Place::Newest)
        }
    }

    /// The view with a column toggled.
    #[must_use]
    pub fn with_column_toggled(&self, column: Column) -> Self {
        let mut columns: BTreeSet<Column> = self.columns().into_iter().collect();
        toggle(&mut columns, column);
        Self {
            columns: Some(columns),
            ..self.clone()
        }
        .with_columns_as_usual()
    }

    /// The view with a metric toggled, relative to those `shown`.
    #[must_use]
    pub fn with_metric_toggled(&self, shown: &[String], metric: &str) -> Self {
        let mut metrics: BTreeSet<String> = shown.iter().cloned().collect();
        toggle(&mut metrics, metric.to_owned());
        Self {
            metrics: Some(metrics),
            ..self.clone()
        }
    }

    /// The view with the default columns and metrics.
    #[must_use]
    pub fn as_usual(&self) -> Self {
        Self {
            columns: None,
            metrics: None,
            ..self.clone()
        }
    }

    /// The view with exactly these metrics.
    #[must_use]
    pub fn with_metrics(&self, shown: Vec<String>) -> Self {
        Self {
            metrics: Some(shown.into_iter().collect()),
            ..self.clone()
        }
    }

    /// The view with another page size.
    #[must_use]
    pub fn with_size(&self, size: u32) -> Self {
        Self {
            size,
            ..self.at(Place::Newest)
        }
    }

    /// The view with no run selected.
    #[must_use]
    pub fn with_none_selected(&self) -> Self {
        Self {
            selected: Vec::new(),
            ..self.clone()
        }
    }

    /// The view after toggling a run's check box.
    #[must_use]
    pub fn with_run_toggled(&self, id: &str) -> Self {
        let mut next = self.clone();
        if let Some(place) = next.selected.iter().position(|selected| selected == id) {
            next.selected.remove(place);
        } else {
            next.select(id);
        }
        next
    }

    fn select(&mut self, id: &str) {
        let id = id.to_ascii_lowercase();
        if !self.selected.contains(&id) {
            self.selected.push(id);
        }
        let surplus = self.selected.len().saturating_sub(MOST_SELECTED);
        self.selected.drain(..surplus);
    }

    /// One view has one URL: the default columns are not written.
    fn with_columns_as_usual(self) -> Self {
        let is_usual = |columns: &BTreeSet<Column>| columns.iter().eq(Column::USUAL.iter());
        Self {
            columns: self.columns.filter(|columns| !is_usual(columns)),
            ..self
        }
    }
}

/// A normalised search: trimmed, and without control characters, which the database never contains.
fn searched(text: &str) -> String {
    let letters = text.trim().chars().filter(|letter| !letter.is_control());
    letters
        .take(MOST_LETTERS)
        .collect::<String>()
        .trim()
        .to_owned()
}

fn is_day(text: &str) -> bool {
    // The database supports years from 1 on; no benchmark ran before 1970.
    time::day_ms(text).is_some_and(|ms| ms >= 0)
}

fn number(text: &str) -> Option<i64> {
    // A configuration's number is a positive `integer`.
    text.parse()
        .ok()
        .filter(|id| (1..=i64::from(i32::MAX)).contains(id))
}

fn toggle<T: Ord>(set: &mut BTreeSet<T>, value: T) {
    if !set.remove(&value) {
        set.insert(value);
    }
}

#[cfg(test)]
mod tests;
