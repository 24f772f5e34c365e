/// One file of `sql/supabase/migrations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// The fourteen digits at the start of the file name; migrations run in this order.
    pub version: &'static str,
    /// The rest of the file name, without `.sql`.
    pub name: &'static str,
    /// The whole file.
    pub sql: &'static str,
}

impl Migration {
    /// The file's name: `20261124090000_tables.sql`.
    pub fn file_name(&self) -> String {
        format!("{}_{}.sql", self.version, self.name)
    }
}

/// Every migration, oldest first.
pub fn migrations() -> &'static [Migration] {
    const MIGRATIONS: &[Migration] = include!(concat!(env!("OUT_DIR"), "/migrations.rs"));
    MIGRATIONS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn migrations_are_in_order_and_none_has_the_version_of_another() {
        assert!(migrations().is_sorted_by(|a, b| a.version < b.version));
    }

    #[test]
    fn no_migration_ends_the_transaction_it_runs_in() {
        // supabase/cli#5047: after an explicit commit, later migrations are silently dropped.
        for migration in migrations() {
            for line in migration.sql.lines() {
                let line = line.trim().to_ascii_lowercase();
                assert!(
                    !["begin;", "commit;", "rollback;"].contains(&line.as_str())
                        && !line.starts_with('\\'),
                    "{}: `{line}`",
                    migration.file_name()
                );
            }
        }
    }
}
