//! The exit statuses, a contract for scripts.

/// Success.
pub(crate) const DONE: u8 = 0;
/// A metric regressed, or a required one is missing. Only from verbs that judge and `push --check`.
pub(crate) const REGRESSED: u8 = 1;
/// The command line, a setting, a key or a named file is unusable. Nothing was sent.
pub(crate) const USAGE: u8 = 2;
/// A report is invalid. Nothing was sent, except valid reports with `--keep-going`.
pub(crate) const INVALID_REPORT: u8 = 3;
/// The server refused, or is not Supabase. Sending again changes nothing.
pub(crate) const REFUSED: u8 = 4;
/// The server was unreachable or temporarily unavailable. Nothing is lost: the runs are spooled,
/// and `bench-push flush` sends them.
pub(crate) const NOT_REACHED: u8 = 5;

/// The statuses for help and manual page.
pub(crate) const HELP: &str = "\
Exit status:
  0  done
  1  a metric regressed, or a required metric is missing (verbs that judge)
  2  usage or settings: no key or one of the wrong kind, a missing file
  3  a report is invalid; nothing was sent
  4  the server refused, or does not know the key; sending again changes nothing
  5  the server was unreachable; the runs are spooled, `bench-push flush` sends them
docs/scripting.md has the whole table.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_guide_and_the_help_have_a_line_for_every_status() {
        let guide = include_str!("../../../docs/scripting.md");
        for status in [DONE, REGRESSED, USAGE, INVALID_REPORT, REFUSED, NOT_REACHED] {
            let row = |text: &str, start: String| text.lines().any(|line| line.starts_with(&start));
            assert!(row(guide, format!("| {status} | ")), "{status}");
            assert!(row(HELP, format!("  {status}  ")), "{status}");
        }
    }
}
