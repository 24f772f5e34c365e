//! One page per address. A page joins the pieces: address bar and feed → view model → components.

mod not_found;
mod settings;
mod snapshot;

pub use not_found::NotFoundPage;
pub use settings::SettingsPage;
pub use snapshot::SnapshotPage;
