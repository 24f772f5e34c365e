//! The addresses of the pages, relative to the folder that the dashboard is served from.
//!
//! A view's address never ends with a slash and a folder's always does; `js/boot.js` finds the
//! folder by these names, so a new page is added there too.

use crate::view_model::query_string;

/// A page that the header leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its address; empty for the first page.
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

/// Which project is read.
pub const SETTINGS: Page = Page {
    path: "settings",
    label: "Settings",
};

/// The pages in the order of the header.
pub const ALL: [Page; 6] = [OVERVIEW, TRENDS, COMPARE, REGRESSIONS, RUNS, SETTINGS];

/// The address of one run, as a relative link.
pub fn run_href(id: &str) -> String {
    format!("{}/{id}", RUNS.path)
}

/// The address of one metric of one configuration over time; without a metric, the one it is judged by.
pub fn trends_href(configuration_id: i64, metric: &str) -> String {
    let id = configuration_id.to_string();
    let pairs = [("config", id.as_str()), ("metric", metric)];
    let said = pairs.into_iter().filter(|(_, value)| !value.is_empty());
    format!("{}?{}", TRENDS.path, query_string::write(said))
}

/// The address of a comparison of configurations, the first one being what others are held against.
pub fn compare_href(configuration_ids: &[i64]) -> String {
    compare("config", configuration_ids.iter().map(ToString::to_string))
}

/// The address of a comparison of two runs, the first one being what the other is held against.
pub fn compare_runs_href(first: &str, second: &str) -> String {
    compare("run", [first.to_owned(), second.to_owned()])
}

fn compare(name: &str, values: impl IntoIterator<Item = String>) -> String {
    let values: Vec<String> = values.into_iter().collect();
    let query = query_string::write(values.iter().map(|value| (name, value.as_str())));
    format!("{}?{query}", COMPARE.path)
}

/// The address of a page about one configuration: its course, or its runs.
pub fn of_configuration_href(page: Page, id: i64) -> String {
    href_with(page, &format!("config={id}"))
}

/// The address of the runs that a search finds.
pub fn search_href(text: &str) -> String {
    href_with(RUNS, &query_string::write([("search", text)]))
}

/// The address of a view of a page: the page, and a query string without its `?`.
pub fn href_with(page: Page, query: &str) -> String {
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{query}", page.href())
}

impl Page {
    /// Its address as a relative link, which the browser resolves against `<base>`.
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
        // One run is shown under the heading of all runs.
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
