//! What can go wrong with one request.

use fastrand::Rng;

/// A fault of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// The connection is closed at once.
    Refused,
    /// The connection breaks while the request is sent; the server sees nothing.
    RequestCut,
    /// The server gets half of the request.
    RequestHalf,
    /// The server does the work, and the answer is lost.
    AnswerLost,
    /// Half of the answer arrives.
    AnswerHalf,
    /// The answer arrives in small pieces.
    AnswerDripped,
    /// Nothing happens until the client gives up.
    SilentBefore,
    /// The server does the work, then nothing happens until the client gives up.
    SilentAfter,
    /// The request is delivered twice.
    Twice,
    /// A gateway answers with an error, and delivers the request afterwards.
    Late,
    /// A gateway answers with this status and delivers nothing.
    StatusBefore(u16),
    /// The server does the work, and a gateway answers with this status.
    StatusAfter(u16),
    /// A login page of the network, with status 200.
    LoginPage,
    /// A redirect to another host.
    Redirect,
    /// An answer that is not HTTP.
    Noise,
    /// PostgreSQL's statement timeout.
    StatementTimeout,
}

const STATUSES: [u16; 7] = [408, 429, 500, 502, 503, 504, 520];

impl Fault {
    /// Any fault.
    pub(super) fn any(chance: &mut Rng) -> Self {
        let status = STATUSES[chance.usize(..STATUSES.len())];
        match chance.u8(..17) {
            0 => Self::Refused,
            1 => Self::RequestCut,
            2 => Self::RequestHalf,
            3 | 4 => Self::AnswerLost,
            5 => Self::AnswerHalf,
            6 => Self::AnswerDripped,
            7 => Self::SilentBefore,
            8 => Self::SilentAfter,
            9 => Self::Twice,
            10 => Self::Late,
            11 => Self::StatusBefore(status),
            12 => Self::StatusAfter(status),
            13 => Self::LoginPage,
            14 => Self::Redirect,
            15 => Self::Noise,
            _ => Self::StatementTimeout,
        }
    }

    /// Its name in the table.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::RequestCut => "request cut, nothing delivered",
            Self::RequestHalf => "half a request delivered",
            Self::AnswerLost => "answer lost",
            Self::AnswerHalf => "half an answer",
            Self::AnswerDripped => "answer in small pieces",
            Self::SilentBefore => "silence, nothing delivered",
            Self::SilentAfter => "silence after delivery",
            Self::Twice => "delivered twice",
            Self::Late => "error, delivered later",
            Self::StatusBefore(_) => "error status, nothing delivered",
            Self::StatusAfter(_) => "error status after delivery",
            Self::LoginPage => "login page with status 200",
            Self::Redirect => "redirect to another host",
            Self::Noise => "answer that is not HTTP",
            Self::StatementTimeout => "statement timeout (57014)",
        }
    }
}
