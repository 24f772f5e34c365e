//! Backtests: what a rule would have flagged so far, and the cost of a stricter or looser setting.
//!
//! Two questions are asked of the past. What would the rule have flagged, run by run, knowing at each
//! only what came before ([`replay`](replay()))? And what is it worth: how often does it flag when nothing
//! happens, and how large must a shift be to be found ([`trade_off`])? For the second the noise of the
//! metric itself is used: the series with its changes and drifts taken out, and shifts put in.

mod flag;
mod quiet;
mod replay;
mod rule;
mod simulation;
mod worth;

pub use flag::Flag;
pub use replay::{Replay, replay, replays};
pub use rule::{Plain, Rule};
pub use worth::{BacktestOptions, LEAST_RUNS, TradeOff, Worth, trade_off};
