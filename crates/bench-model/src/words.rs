//! How people read numbers, counts, names and commits: the one home of it for command line and page.
//!
//! | what | example | function |
//! | --- | --- | --- |
//! | a value | `0.8951`, `−12`, `3e−9` | [`number`], [`signed`], [`ends`], [`decimals`] |
//! | a measured share | `9.2 %`, `+27.2 %`, `−0.04 %` | [`percent`], [`signed_percent`] |
//! | a share that somebody set | `5 %`, `99.5 %` | [`setting`] |
//! | a probability | `p = 0.0054`, `q < 0.0001` | [`probability`] |
//! | a count | `1 run`, `12,480 runs` | [`counted`], [`numbered`], [`grouped`] |
//! | a commit | `6a79d84` | [`short_commit`] |
//! | a long text | `medgemma-v1…` | [`shorten`], [`shorten_middle`] |
//!
//! The minus sign is U+2212, thousands are grouped by commas, a space stands before `%`. Data (JSON,
//! CSV) keep plain ASCII numbers and do not come by here. A page whose reader chose other marks
//! rewrites these.

mod commit;
mod count;
mod number;
mod percent;
mod probability;
mod shorten;
mod unit;

pub use commit::short_commit;
pub use count::{counted, grouped, numbered};
pub use number::{decimals, ends, number, sign, signed};
pub(crate) use number::{decimals_of, trimmed};
pub use percent::{percent, setting, signed_percent};
pub use probability::probability;
pub(crate) use shorten::QUOTED;
pub use shorten::{shorten, shorten_middle};
pub(crate) use unit::no_direction;
pub use unit::unit;
