//! One page per route. A page connects URL and feed → view model → components.

mod compare;
mod not_found;
mod overview;
mod regressions;
mod run;
mod runs;
mod settings;
mod trends;

pub use compare::ComparePage;
pub use not_found::NotFoundPage;
pub use overview::OverviewPage;
pub use regressions::RegressionsPage;
pub use run::RunPage;
pub use runs::RunsPage;
pub use settings::SettingsPage;
pub use trends::TrendsPage;
