//! Variables and the `.env` file → the project's address and key.

mod dotenv;
pub(crate) mod environment;
pub(crate) mod error;
pub(crate) mod project;
pub(crate) mod secret;
pub(crate) mod variables;
