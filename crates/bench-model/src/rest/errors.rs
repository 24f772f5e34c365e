//! What a refusal of the REST API means, for PostgREST 12 and 14 and Supabase's gateway.

/// An answer that is no success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// PostgREST's or PostgreSQL's code, such as `PGRST205` or `22023`.
    pub code: Option<String>,
    /// What it says.
    pub message: String,
    /// More about it.
    pub details: Option<String>,
    /// The way out, in the server's words.
    pub hint: Option<String>,
}

/// What a refusal means to whoever sent the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// Something else.
    Other,
}

impl Refusal {
    /// Reads the answer `body` that came with `status`, whatever it holds.
    pub fn read(status: u16, body: &[u8]) -> Self {
        Self {
            status,
            code: None,
            message: String::from_utf8_lossy(body).into_owned(),
            details: None,
            hint: None,
        }
    }

    /// What it means.
    pub fn meaning(&self) -> Meaning {
        Meaning::Other
    }
}
