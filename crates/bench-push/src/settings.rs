//! Variables and the `.env` file → the project's address and key.

pub(crate) mod dotenv;
pub(crate) mod environment;
pub(crate) mod error;
pub(crate) mod project;
pub(crate) mod repository;
pub(crate) mod secret;
pub(crate) mod variables;
