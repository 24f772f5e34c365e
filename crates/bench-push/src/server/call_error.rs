use crate::server::answer::No;

/// Why there is no reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CallError {
    /// The server answered, and its last word was no.
    #[error("{}", .0.sentence)]
    Refused(No),
    /// The server was not reached, or is not well. The same request may fare better later.
    #[error("{sentence}{}", after(*.attempts))]
    NotReached {
        /// What happened at last.
        sentence: String,
        /// The way out.
        hint: Option<String>,
        /// How often it was tried.
        attempts: u32,
        /// The HTTP status of the last answer, when there was one.
        status: Option<u16>,
    },
}

impl CallError {
    /// The way out.
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
