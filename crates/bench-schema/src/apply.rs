use std::error::Error as _;

use tokio_postgres::{
    Client, Transaction,
    error::{ErrorPosition, SqlState},
};

use crate::{LEDGER, LOCK, Migration, migrations};

/// The result of [`apply()`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The migrations just applied, oldest first.
    pub newly: Vec<Migration>,
    /// The number of migrations applied earlier.
    pub already: usize,
}

/// Why the schema was left unchanged.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// A migration failed; the ones before it were rolled back with it.
    #[error("migration `{file}` failed{place}: {message}; nothing was changed", place = place(*.line))]
    Migration {
        /// The migration's file name.
        file: String,
        /// The line in that file, if the database reported a position.
        line: Option<usize>,
        /// The database's message.
        message: String,
        /// The underlying error.
        source: tokio_postgres::Error,
    },
    /// The database has tables of ours that no migration in this list made.
    #[error("{message}; nothing was changed")]
    Outdated {
        /// The database's message.
        message: String,
        /// The underlying error.
        source: tokio_postgres::Error,
    },
    /// The role lacks the rights to write the ledger.
    #[error("this database user may not apply the schema: {message}; nothing was changed")]
    Forbidden {
        /// The database's message.
        message: String,
        /// The underlying error.
        source: tokio_postgres::Error,
    },
    /// The connection broke, or the ledger could not be read.
    #[error("the schema could not be applied: {message}")]
    Database {
        /// The message of the database or the network.
        message: String,
        /// The underlying error.
        source: tokio_postgres::Error,
    },
}

impl SchemaError {
    /// How to fix it, if known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Forbidden { .. } => Some(
                "connect as the owner of the database: on Supabase that is the user `postgres`",
            ),
            // Our migrations raise their refusals with a hint.
            Self::Migration { source, .. }
            | Self::Outdated { source, .. }
            | Self::Database { source, .. } => {
                source.as_db_error().and_then(|refusal| refusal.hint())
            }
        }
    }
}

impl From<tokio_postgres::Error> for SchemaError {
    fn from(source: tokio_postgres::Error) -> Self {
        let message = words_of(&source);
        if source.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
            Self::Forbidden { message, source }
        } else {
            Self::Database { message, source }
        }
    }
}

/// Brings the database up to date: runs the migrations missing from its ledger, in order.
///
/// Everything happens in one transaction, so a failure leaves the database unchanged, and under a
/// lock, so concurrent calls apply each migration once. PostgREST is notified to reload.
///
/// # Errors
///
/// [`SchemaError`] if a migration fails, the role lacks the rights, or the connection breaks.
pub async fn apply(client: &mut Client) -> Result<Applied, SchemaError> {
    let transaction = client.transaction().await?;
    // Disable the project's statement timeout and the notices of `if not exists`.
    transaction
        .batch_execute("set local statement_timeout = 0; set local client_min_messages = warning")
        .await?;
    transaction
        .execute("select pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    transaction.batch_execute(LEDGER).await?;

    let known: Vec<String> = transaction
        .query(
            "select version from supabase_migrations.schema_migrations",
            &[],
        )
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect();
    let (old, newly): (Vec<Migration>, Vec<Migration>) = migrations()
        .iter()
        .partition(|migration| known.iter().any(|v| v == migration.version));
    for migration in &newly {
        run(&transaction, migration).await?;
    }
    if !newly.is_empty() {
        transaction
            .batch_execute("notify pgrst, 'reload schema'")
            .await?;
    }
    transaction.commit().await?;
    Ok(Applied {
        newly,
        already: old.len(),
    })
}

async fn run(transaction: &Transaction<'_>, migration: &Migration) -> Result<(), SchemaError> {
    let Migration { version, name, sql } = migration;
    transaction
        .batch_execute(sql)
        .await
        .map_err(|source| refusal(migration, source))?;
    transaction
        .execute(
            "insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)",
            &[version, &vec![*sql], name],
        )
        .await?;
    Ok(())
}

fn refusal(migration: &Migration, source: tokio_postgres::Error) -> SchemaError {
    let message = words_of(&source);
    // The first migration refuses so, and no other statement of a migration can.
    if source.code() == Some(&SqlState::OBJECT_NOT_IN_PREREQUISITE_STATE) {
        return SchemaError::Outdated { message, source };
    }
    SchemaError::Migration {
        file: migration.file_name(),
        line: line_of(&source, migration.sql),
        message,
        source,
    }
}

/// The database's message or the underlying cause; the crate's own text is just `db error`.
fn words_of(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(db) => format!("{} ({})", db.message(), db.code().code()),
        None => error
            .source()
            .map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}")),
    }
}

/// The line of `sql` at which the error occurred.
fn line_of(error: &tokio_postgres::Error, sql: &str) -> Option<usize> {
    match error.as_db_error()?.position()? {
        ErrorPosition::Original(position) => Some(line_at(sql, *position as usize)),
        ErrorPosition::Internal { .. } => None,
    }
}

/// The database counts characters from 1, a reader counts lines from 1.
fn line_at(sql: &str, position: usize) -> usize {
    1 + sql
        .chars()
        .take(position.saturating_sub(1))
        .filter(|c| *c == '\n')
        .count()
}

fn place(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" at line {line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_in_characters_becomes_a_line_of_the_file() {
        let sql = "-- größer\nselect 1;\nselekt 2;\n";
        let position = sql.chars().count() - "selekt 2;\n".len() + 1;

        assert_eq!(line_at(sql, 1), 1);
        assert_eq!(line_at(sql, position), 3);
    }
}
