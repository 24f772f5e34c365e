//! The SQL of Benchmark Monitor, embedded, and the migration ledger.
//!
//! The migrations in `sql/supabase/migrations` reach a database in three ways. All three write the
//! same ledger, `supabase_migrations.schema_migrations`, so they can be mixed:
//!
//! | way | who |
//! | --- | --- |
//! | `supabase --workdir sql db push` | the Supabase CLI reads the files themselves |
//! | paste `sql/schema_benchmark_monitoring.sql` | a person; the file is [`script()`] |
//! | `bench-push schema apply`, `bench-local up` | [`apply()`] |

mod apply;
mod migration;
mod script;

pub use apply::{Applied, SchemaError, apply};
pub use migration::{Migration, migrations};
pub use script::script;

/// The advisory lock used by every way of applying; an arbitrary constant.
const LOCK: i64 = 0x6265_6e63_685f_6d6f; // "bench_mo"

/// The ledger, as the Supabase CLI creates it.
const LEDGER: &str = "\
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (
  version text primary key,
  statements text[],
  name text
);";
