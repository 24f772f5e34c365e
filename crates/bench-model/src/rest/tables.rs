//! Tables and views of the schema `public` that are read or written.

/// A table or view, by its name, which is also its path below `/rest/v1/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table(pub &'static str);

/// The immutable log of runs.
pub const TRANSACTIONS: Table = Table("benchmark_transactions");
/// The current state of each configuration.
pub const SNAPSHOTS: Table = Table("benchmark_snapshots");
/// The configurations.
pub const CONFIGURATIONS: Table = Table("benchmark_configurations");
/// The runs that count: of the main line, and not retracted.
pub const MAIN_LINE: Table = Table("v_main_line");
/// Which runs were retracted and restored.
pub const RETRACTIONS: Table = Table("benchmark_retractions");
/// The history of baselines.
pub const BASELINES: Table = Table("benchmark_baselines");
/// The baselines in force, each with its run.
pub const BASELINES_IN_FORCE: Table = Table("v_baselines_in_force");
/// The definitions of metrics: those that are declared, and those that names suggest.
pub const METRICS: Table = Table("v_metrics");
/// One metric of one configuration on one UTC day.
pub const DAILY_METRICS: Table = Table("v_daily_metrics");
/// Change points with their state in force and the runs around them.
pub const CHANGE_POINTS: Table = Table("v_change_points");
/// What was said to each change point.
pub const CHANGE_POINT_STATES: Table = Table("benchmark_change_point_states");
/// Incidents with their state in force and what their messages came to.
pub const INCIDENTS: Table = Table("v_incidents");
/// The outbox of messages, which only a secret key may read.
pub const DELIVERIES: Table = Table("benchmark_deliveries");

/// Every one that a publishable key may read.
pub const ALL: [Table; 12] = [
    TRANSACTIONS,
    SNAPSHOTS,
    CONFIGURATIONS,
    MAIN_LINE,
    RETRACTIONS,
    BASELINES,
    BASELINES_IN_FORCE,
    METRICS,
    DAILY_METRICS,
    CHANGE_POINTS,
    CHANGE_POINT_STATES,
    INCIDENTS,
];
