//! The variables that name a project, and which of them a verb needs.

/// The variable with the project's address.
pub(crate) const URL: &str = "SUPABASE_URL";
/// Variables with a key that may write, the first one set is used.
pub(crate) const WRITING_KEYS: [&str; 2] = ["SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEY"];
/// Variables with a key that may read, the first one set is used.
pub(crate) const READING_KEYS: [&str; 2] = ["SUPABASE_ANON_KEY", "SUPABASE_PUBLISHABLE_KEY"];

/// What a verb wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A publishable key will do.
    Read,
    /// Only a secret key will do.
    Write,
}
