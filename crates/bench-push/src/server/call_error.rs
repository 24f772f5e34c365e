use crate::server::answer::No;

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    /// The server refused.
    #[error("{}", .0.sentence)]
    Refused(No),
    /// The server was unreachable or unhealthy. The same request may succeed later.
    #[error("{sentence}{}", after(*.attempts))]
    NotReached {
        /// The last error.
        sentence: String,
        /// How to fix it.
        hint: Option<String>,
        /// The number of attempts.
        attempts: u32,
        /// The HTTP status of the last response, if there was one.
        status: Option<u16>,
        /// What the failure says about the request.
        blame: Blame,
    },
}

/// What a failure says about the request that met it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blame {
    /// The server is away: every other request would fail too.
    Server,
    /// The database ran out of time; a smaller request may succeed.
    Size,
    /// Either: the server is ill, or this request makes it so. Another request tells.
    Unclear,
}

impl CallError {
    /// How to fix it.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Refused(no) => no.hint.as_deref(),
            Self::NotReached { hint, .. } => hint.as_deref(),
        }
    }
}

fn after(attempts: u32) -> String {
    if attempts == 1 {
        String::new()
    } else {
        format!(" (tried {attempts} times)")
    }
}
