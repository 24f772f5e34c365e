//! Pieces that pages are made of. They take labels that are ready to show; they fetch and count nothing.

mod command;
mod data_table;
mod echart;
mod export;
mod failure_panel;
mod filter_menu;
mod footer;
mod header;
mod icon;
mod not_connected;
mod select;
mod skeleton;
mod skip_link;
mod staged;
mod stale_notice;
mod theme_button;
mod verdict_badge;

pub use command::Command;
pub use data_table::{DataTable, value};
pub use echart::{ChartEvent, ChartHandle, ChartParts, ChartPoint, EChart};
pub use export::Export;
pub use failure_panel::FailurePanel;
pub use filter_menu::FilterMenu;
pub use footer::Footer;
pub use header::Header;
pub use icon::{Icon, Shape};
pub use not_connected::NotConnected;
pub use select::{Choice, Select};
pub use skeleton::Skeleton;
pub use skip_link::SkipLink;
pub use staged::Staged;
pub use stale_notice::StaleNotice;
pub use theme_button::ThemeButton;
pub use verdict_badge::{Spark, VerdictBadge, VerdictSign};
