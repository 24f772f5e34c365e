//! The variables of a project, and which of them a verb needs.

/// The variable with the project's address.
pub(crate) const URL: &str = "SUPABASE_URL";
/// Variables for a writing key; the first one set is used.
pub(crate) const WRITING_KEYS: [&str; 2] = ["SUPABASE_SERVICE_ROLE_KEY", "SUPABASE_SECRET_KEY"];
/// Variables for a reading key; the first one set is used.
pub(crate) const READING_KEYS: [&str; 2] = ["SUPABASE_ANON_KEY", "SUPABASE_PUBLISHABLE_KEY"];

/// The variable with the database's address, for `schema apply`.
pub(crate) const DATABASE_URL: &str = "DATABASE_URL";

/// Both, the reading ones first.
pub(crate) const ALL_KEYS: [&str; 4] = [
    READING_KEYS[0],
    READING_KEYS[1],
    WRITING_KEYS[0],
    WRITING_KEYS[1],
];

/// Variables for GitHub's token; the first one set is used.
pub(crate) const GITHUB_TOKENS: [&str; 2] = ["GITHUB_TOKEN", "GH_TOKEN"];

/// The access that a verb needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// A publishable key is enough.
    Read,
    /// A secret key is required.
    Write,
}
