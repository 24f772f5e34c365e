//! Completion scripts and manual pages, generated from the command line's definition.

use clap::Command;
use clap_complete::Shell;

use crate::{cli::parse, failure::Failure, settings::environment::Environment};

/// The completion script for `shell`.
pub(crate) fn completions(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "bench-push", &mut script);
    String::from_utf8(script).unwrap_or_default()
}

/// The manual page of the program, or of `verb`.
///
/// # Errors
///
/// [`Failure::NoVerb`] if there is no such verb.
pub(crate) fn page(verb: Option<&str>) -> Result<String, Failure> {
    let mut command = command();
    command.build();
    let command = match verb {
        None => command,
        Some(verb) => {
            let found = command.find_subcommand(verb).cloned();
            found.ok_or_else(|| {
                let verbs: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
                Failure::NoVerb {
                    found: verb.to_owned(),
                    verbs: verbs.join(", "),
                }
            })?
        }
    };
    let mut text = Vec::new();
    // Writing to memory can't fail.
    let _ = clap_mangen::Man::new(command).render(&mut text);
    Ok(String::from_utf8(text).unwrap_or_default())
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

    #[test]
    fn there_is_a_page_for_the_whole_and_one_per_verb() -> Result<(), Failure> {
        assert!(page(None)?.contains("Exit status"));
        assert!(page(Some("push"))?.contains("keep\\-going"));
        assert!(matches!(page(Some("pull")), Err(Failure::NoVerb { .. })));
        Ok(())
    }
}
