//! Completion scripts and manual pages, generated from the command line's definition.

use std::io::{self, Write as _};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::{cli::parse, failure::Failure, settings::environment::Environment};

/// The completion script for `shell`.
pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "bench-push", &mut script);
    String::from_utf8(script).unwrap_or_default()
}

/// The manual page of the program, or of the verb that `path` names, such as `gate backtest`. The
/// page of a verb has its sub-verbs in it.
///
/// # Errors
///
/// [`Failure::NoVerb`] if there is no such verb.
pub(crate) fn page(path: &[String]) -> Result<String, Failure> {
    let mut program = command();
    program.build();
    let mut verb = &program;
    for name in path {
        let found = verb.find_subcommand(name);
        verb = found.ok_or_else(|| {
            let verbs: Vec<_> = verb.get_subcommands().map(Command::get_name).collect();
            Failure::NoVerb {
                found: path.join(" "),
                verbs: verbs.join(", "),
            }
        })?;
    }
    let mut text = Vec::new();
    // Writing to memory can't fail.
    let _ = Man::new(verb.clone()).render(&mut text);
    if !path.is_empty() {
        for sub_verb in verb.get_subcommands() {
            let _ = render_inside(sub_verb, &mut text);
        }
    }
    Ok(String::from_utf8(text).unwrap_or_default())
}

/// A sub-verb as one section of the page of its verb.
fn render_inside(verb: &Command, text: &mut Vec<u8>) -> io::Result<()> {
    let name = verb
        .get_bin_name()
        .unwrap_or(verb.get_name())
        .to_uppercase();
    writeln!(text, ".SH \"{name}\"")?;
    let page = Man::new(verb.clone());
    let mut sections = Vec::new();
    page.render_synopsis_section(&mut sections)?;
    page.render_description_section(&mut sections)?;
    page.render_options_section(&mut sections)?;
    if verb.get_after_help().is_some() || verb.get_after_long_help().is_some() {
        page.render_extra_section(&mut sections)?;
    }
    let sections = String::from_utf8_lossy(&sections).replace(".SH ", ".SS ");
    text.write_all(sections.as_bytes())
}

/// Without this machine's variables, so that pages and scripts are the same everywhere.
fn command() -> Command {
    parse::command(&Environment::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn completions_know_the_flags_with_and_without_the_verb() {
        for shell in [
            Shell::Bash,
            Shell::Zsh,
            Shell::Fish,
            Shell::PowerShell,
            Shell::Elvish,
        ] {
            let script = completions(shell);
            assert!(
                script.contains("commit-sha") && script.contains("baseline"),
                "{shell}"
            );
        }
    }

    fn page_of(line: &str) -> Result<String, Failure> {
        let path: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        page(&path)
    }

    #[test]
    fn there_is_a_page_for_the_whole_and_one_per_verb() -> Result<(), Failure> {
        assert!(page_of("")?.contains("Exit status"));
        assert!(page_of("push")?.contains("keep\\-going"));
        for wrong in ["pull", "gate pull", "push pull"] {
            assert!(
                matches!(page_of(wrong), Err(Failure::NoVerb { .. })),
                "{wrong}"
            );
        }
        Ok(())
    }

    #[test]
    fn a_verb_is_shown_with_its_sub_verbs_and_a_sub_verb_by_itself() -> Result<(), Failure> {
        let baseline = page_of("baseline")?;
        for part in [
            "BENCH-PUSH BASELINE SET",
            "BENCH-PUSH BASELINE CLEAR",
            "marked\\-by",
            "scope",
        ] {
            assert!(baseline.contains(part), "{part}: {baseline}");
        }
        assert!(page_of("gate")?.contains("z_score"));
        let backtest = page_of("gate backtest")?;
        assert!(backtest.contains("most\\-false") && backtest.contains("z_score"));
        Ok(())
    }
}
