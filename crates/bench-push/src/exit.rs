//! The exit statuses: what a script may rely on.

/// Everything asked for was done.
pub(crate) const DONE: u8 = 0;
/// A metric regressed, or one that must be there is missing. Only verbs that judge end with it, and `push --check`.
pub(crate) const REGRESSED: u8 = 1;
/// The command line, a setting, a key or a named file is not usable. Nothing was sent.
pub(crate) const USAGE: u8 = 2;
/// A report is not valid. Nothing was sent, unless `--keep-going` let the valid ones through.
pub(crate) const INVALID_REPORT: u8 = 3;
/// The server understood and said no, or is not what it should be. Sending again changes nothing.
pub(crate) const REFUSED: u8 = 4;
/// The server was not reached, or could not answer at the moment. Nothing is lost: the runs wait
/// in the spool, and `bench-push flush` sends them.
pub(crate) const NOT_REACHED: u8 = 5;

/// The statuses as help and manual page show them.
pub(crate) const HELP: &str = "\
Exit status:
  0  done
  1  a metric regressed, or is missing that must be there (verbs that judge)
  2  usage, settings, no key or one of the wrong kind, a file that is not there
  3  a report is invalid; nothing was sent
  4  the server refused, or does not know the key; sending again changes nothing
  5  the server was not reached; the runs are in the spool, `bench-push flush` sends them";
