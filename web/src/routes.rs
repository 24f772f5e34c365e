//! The routes of the pages, relative to the dashboard's folder.
//!
//! A view's path never ends with a slash and a folder's always does. `js/boot.js` derives the
//! folder from these names, so add new pages there too.

use crate::view_model::query_string;

/// A page in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path; empty for the first page.
    pub path: &'static str,
    /// Its name in the header.
    pub label: &'static str,
}

/// The current state of all configurations.
pub const OVERVIEW: Page = Page {
    path: "",
    label: "Overview",
};

/// Metrics over time.
pub const TRENDS: Page = Page {
    path: "trends",
    label: "Trends",
};

/// Configurations, or runs, side by side.
pub const COMPARE: Page = Page {
    path: "compare",
    label: "Compare",
};

/// Every configuration against its baseline.
pub const REGRESSIONS: Page = Page {
    path: "regressions",
    label: "Regressions",
};

/// The log of runs. One of them is at `runs/<id>`, see [`run_href`].
pub const RUNS: Page = Page {
    path: "runs",
    label: "Runs",
};

/// The project settings.
pub const SETTINGS: Page = Page {
    path: "settings",
    label: "Settings",
};

/// The pages in the order of the header.
pub const ALL: [Page; 6] = [OVERVIEW, TRENDS, COMPARE, REGRESSIONS, RUNS, SETTINGS];

/// The relative link to one run.
pub fn run_href(id: &str) -> String {
    format!("{}/{id}", RUNS.path)
}

/// The link to the trend of a configuration's metric, by default its primary metric.
pub fn trends_href(configuration_id: i64, metric: &str) -> String {
    let id = configuration_id.to_string();
    let pairs = [("config", id.as_str()), ("metric", metric)];
    let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    format!("{}?{}", TRENDS.path, query_string::write(said))
}

/// The link to a comparison of configurations, the reference first.
pub fn compare_href(configuration_ids: &[i64]) -> String {
    compare("config", configuration_ids.iter().map(ToString::to_string))
}

/// The link to a comparison of two runs, the reference first.
pub fn compare_runs_href(first: &str, second: &str) -> String {
    compare("run", [first.to_owned(), second.to_owned()])
}

fn compare(name: &str, values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    let query = query_string::write(values.iter().map(|value| (name, value.as_str())));
    format!("{}?{query}", COMPARE.path)
}

/// The link to a page about one configuration: its trend, or its runs.
pub fn of_configuration_href(page: Page, id: i64) -> String {
    href_with(page, &format!("config={id}"))
}

/// The link to the results of a search.
pub fn search_href(text: &str) -> String {
    href_with(RUNS, &query_string::write([("search", text)]))
}

/// A view of a page: the page, and a query string without its `?`.
pub fn href_with(page: Page, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{query}", page.href())
}

impl Page {
    /// Its relative link, which the browser resolves against `<base>`.
    pub fn href(self) -> &'static str {
        if self.path.is_empty() {
            "./"
        } else {
            self.path
        }
    }

    /// Whether `pathname` is this page, for a dashboard in the folder `base` (with slashes at both ends).
    pub fn is_at(self, pathname: &str, base: &str) -> bool {
        let rest = pathname
            .strip_prefix(base)
            .unwrap_or(pathname.trim_start_matches('/'));
        let rest = rest.trim_end_matches('/');
        // A single run belongs to the Runs page in the header.
        rest == self.path || (self == RUNS && rest.starts_with("runs/"))
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, OVERVIEW, RUNS, SETTINGS, compare_href, compare_runs_href};

    #[test]
    fn a_page_knows_its_address_in_any_folder() {
        assert!(OVERVIEW.is_at("/", "/"));
        assert!(OVERVIEW.is_at("/repo/", "/repo/"));
        assert!(SETTINGS.is_at("/repo/settings", "/repo/"));
        assert!(!SETTINGS.is_at("/repo/", "/repo/"));
        assert!(RUNS.is_at("/repo/runs/0191f3", "/repo/"));
    }

    #[test]
    fn a_comparison_is_a_link() {
        assert_eq!(compare_href(&[7, 12]), "compare?config=7&config=12");
        assert_eq!(compare_runs_href("a1", "b2"), "compare?run=a1&run=b2");
    }

    #[test]
    fn the_script_that_finds_the_folder_knows_every_page() {
        let boot = include_str!("../js/boot.js");
        let views = boot
            .lines()
            .find(|line| line.contains("const views"))
            .unwrap_or_default();
        for page in ALL.into_iter().filter(|page| *page != OVERVIEW) {
            assert!(views.contains(page.path), "{}", page.path);
        }
    }
}
