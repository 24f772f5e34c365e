use clap::{ArgMatches, Command, parser::ValueSource};

use crate::terminal::shell::word;

/// The arguments that were on the command line, by name, as words of a shell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Typed {
    arguments: Vec<(String, Vec<String>)>,
}

impl Typed {
    /// Those of `matches`, in the order in which `command` declares them.
    pub(crate) fn of(command: &Command, matches: &ArgMatches) -> Self {
        let is_typed = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        let arguments = command.get_arguments().filter_map(|arg| {
            let id = arg.get_id().as_str();
            if !is_typed(id) {
                return None;
            }
            let flag = arg.get_long().map(|long| format!("--{long}"));
            let words = if arg.get_action().takes_values() {
                let values = matches
                    .get_raw(id)?
                    .map(|value| word(&value.to_string_lossy()));
                let with_flag = |value| flag.iter().cloned().chain([value]);
                values.flat_map(with_flag).collect()
            } else {
                flag.into_iter().collect()
            };
            Some((id.to_owned(), words))
        });
        Self {
            arguments: arguments.collect(),
        }
    }

    /// Whether the argument was on the command line.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.arguments.iter().any(|(known, _)| known == id)
    }

    /// The command line of `verb` with these arguments, without those named.
    pub(crate) fn again(&self, verb: &str, without: &[&str]) -> String {
        let kept = self.arguments.iter();
        let kept = kept.filter(|(id, _)| !without.contains(&id.as_str()));
        let words = kept.flat_map(|(_, words)| words).map(String::as_str);
        ["bench-push", verb]
            .into_iter()
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }
}
