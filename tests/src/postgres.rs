//! The database itself, without PostgREST in front.

use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, NoTls, Row, SimpleQueryMessage};

/// A connection with blocking calls.
pub struct Postgres {
    runtime: Runtime,
    client: Client,
}

impl Postgres {
    /// Connects to a `postgresql://` URL.
    ///
    /// # Panics
    ///
    /// When the database does not answer.
    pub fn connect(url: &str) -> Self {
        let runtime = Runtime::new().expect("threads can be started");
        let (client, connection) = runtime
            .block_on(tokio_postgres::connect(url, NoTls))
            .unwrap_or_else(|error| panic!("the database does not answer: {error:?}"));
        runtime.spawn(connection);
        Self { runtime, client }
    }

    /// Runs statements and discards their results.
    ///
    /// # Errors
    ///
    /// Any error of the database.
    pub fn execute(&self, sql: &str) -> Result<(), Error> {
        self.runtime.block_on(self.client.batch_execute(sql))
    }

    /// Runs one statement with typed results.
    ///
    /// # Errors
    ///
    /// Any error of the database.
    pub fn query(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        self.runtime.block_on(self.client.query(sql, parameters))
    }

    /// Runs statements and returns every row of all of them as text.
    ///
    /// # Errors
    ///
    /// Any error of the database.
    pub fn rows(&self, sql: &str) -> Result<Vec<Vec<Option<String>>>, Error> {
        let messages = self.runtime.block_on(self.client.simple_query(sql))?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|column| row.get(column).map(str::to_owned))
                    .collect(),
            ),
            _ => None,
        });
        Ok(rows.collect())
    }

    /// The first column of the first row, as text.
    ///
    /// # Panics
    ///
    /// If the statement fails or returns nothing.
    #[track_caller]
    pub fn one(&self, sql: &str) -> String {
        let rows = self
            .rows(sql)
            .unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        let first = rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next().flatten());
        first.unwrap_or_else(|| panic!("{sql}: no value"))
    }

    /// The client and its runtime.
    pub fn parts(&mut self) -> (&Runtime, &mut Client) {
        (&self.runtime, &mut self.client)
    }
}
