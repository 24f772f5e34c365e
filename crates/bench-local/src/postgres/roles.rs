use bench_schema::Applied;
use tokio_postgres::Client;

use crate::{failure::Failure, keys::Keys, postgres::cluster::Cluster};

const ROLES: &str = include_str!("roles.sql");

/// Gives a running cluster the roles of a Supabase project, and our schema.
///
/// The superuser creates the roles; `postgres`, which is not a superuser, creates the schema, so it
/// also works on Supabase.
pub(crate) async fn prepare(cluster: &Cluster<'_>, keys: &Keys) -> Result<Applied, Failure> {
    let superuser = cluster
        .connect_as_superuser(keys)
        .await
        .map_err(|error| bootstrap(&error))?;
    make_roles(&superuser, keys)
        .await
        .map_err(|error| bootstrap(&error))?;
    let mut owner = cluster
        .connect_as_owner(keys)
        .await
        .map_err(|error| bootstrap(&error))?;
    Ok(bench_schema::apply(&mut owner).await?)
}

async fn make_roles(superuser: &Client, keys: &Keys) -> Result<(), tokio_postgres::Error> {
    // A statement with a password must not appear in the log, not even if it fails.
    superuser
        .batch_execute(
            "set log_statement = 'none'; set log_min_error_statement = 'panic';
             set log_min_duration_statement = -1; set client_min_messages = warning;",
        )
        .await?;
    superuser.batch_execute(ROLES).await?;
    // Hexadecimal digits, which need no quoting.
    let Keys {
        postgres_password,
        authenticator_password,
        ..
    } = keys;
    superuser
        .batch_execute(&format!(
            "alter role postgres password '{postgres_password}';
             alter role authenticator password '{authenticator_password}';"
        ))
        .await
}

fn bootstrap(error: &tokio_postgres::Error) -> Failure {
    let message = error
        .as_db_error()
        .map_or_else(|| error.to_string(), |db| db.message().to_owned());
    Failure::Bootstrap(message)
}
