use std::fmt::Write as _;

use crate::{LEDGER, LOCK, Migration, migrations};

const HEADER: &str = "\
/*
 * Benchmark Monitor: the whole database schema in one file.
 *
 * Use       paste it into the SQL editor of your Supabase project and run it,
 *           or:  psql \"$DATABASE_URL\" -f sql/schema_benchmark_monitoring.sql
 * Repeat    as often as you like: what is there already is left alone
 * Fails     as a whole: after an error nothing has changed
 * Ledger    supabase_migrations.schema_migrations, shared with `supabase db push`
 *           and `bench-push schema apply`; the three may be mixed
 *
 * GENERATED from sql/supabase/migrations by `cargo xtask gen`: edit those files.
 */
";

/// The whole schema as one file to paste; repeating it is safe.
///
/// It is a single statement, so it is applied completely or not at all, both in `psql` and in
/// Supabase's SQL editor.
pub fn script() -> String {
    script_of(migrations())
}

fn script_of(migrations: &[Migration]) -> String {
    let mut text = format!(
        "{HEADER}
do $schema$
declare
  migration text;
begin

-- The notices of `if not exists` would only alarm.
perform set_config('client_min_messages', 'warning', true);
perform pg_advisory_xact_lock({LOCK});
{LEDGER}
"
    );
    for migration in migrations {
        push_block(&mut text, migration);
    }
    text.push_str("\nnotify pgrst, 'reload schema';\n\nend $schema$;\n");
    text
}

/// Runs one migration unless it is in the ledger, and adds it there.
fn push_block(text: &mut String, migration: &Migration) {
    let Migration { version, name, sql } = migration;
    let tag = tag_for(migration);
    let newline = if sql.ends_with('\n') { "" } else { "\n" };
    write!(
        text,
        "
-- ---------------------------------------------------------------------------------------------
-- {file}
-- ---------------------------------------------------------------------------------------------
if not exists (select from supabase_migrations.schema_migrations where version = '{version}') then
migration := {tag}
{sql}{newline}{tag};
execute migration;
insert into supabase_migrations.schema_migrations (version, statements, name)
values ('{version}', array[migration], '{name}');
end if;
",
        file = migration.file_name(),
    )
    .expect("writing to a String cannot fail");
}

/// A dollar quote that doesn't occur in the migration.
fn tag_for(migration: &Migration) -> String {
    let first = format!("$migration_{}$", migration.version);
    let others = (1..).map(|n| format!("$migration_{}_{n}$", migration.version));
    std::iter::once(first)
        .chain(others)
        .find(|tag| !migration.sql.contains(tag) && !migration.sql.contains("$schema$"))
        .expect("a migration may not contain the quote `$schema$`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_stands_in_the_script_as_it_is_in_its_file() {
        let script = script();
        for migration in migrations() {
            assert!(script.contains(migration.sql), "{}", migration.file_name());
        }
    }

    #[test]
    fn a_migration_is_quoted_by_a_tag_that_it_does_not_contain() {
        let sql = "select '$migration_20260101000000$';";
        let migration = Migration {
            version: "20260101000000",
            name: "quotes",
            sql,
        };

        assert_eq!(tag_for(&migration), "$migration_20260101000000_1$");
    }
}
