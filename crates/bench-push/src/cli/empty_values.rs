//! An empty flag value counts as not given: CI passes `--branch-name "$BRANCH"` even if there is no
//! branch.

use std::ffi::{OsStr, OsString};

use clap::{Arg, Command};

/// Flags whose empty value is a mistake, and is left for their parsers to refuse.
const REFUSED: [&str; 1] = ["reason"];

/// `arguments` without the empty values of flags, and without flags that have no value left.
pub(super) fn removed(
    command: &Command,
    arguments: impl IntoIterator<Item = OsString>,
) -> Vec<OsString> {
    let mut arguments = arguments.into_iter().peekable();
    let mut kept: Vec<OsString> = arguments.next().into_iter().collect();
    let (mut verb, mut may_name_verb) = (command, true);
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            kept.push(argument);
            break;
        }
        match Token::read(verb, &argument) {
            Token::WithoutValue => {}
            Token::Flag(flag) => {
                let mut values = Vec::new();
                let (mut taken, most) = (0, most_values(flag));
                while taken < most
                    && let Some(value) = arguments.next_if(|next| !is_flag(next))
                {
                    taken += 1;
                    if !is_blank(&value) || is_refused(flag) {
                        values.push(value);
                    }
                }
                if taken == 0 || !values.is_empty() {
                    kept.push(argument);
                    kept.extend(values);
                }
            }
            Token::Other => {
                if may_name_verb && !is_flag(&argument) {
                    let named = argument
                        .to_str()
                        .and_then(|name| verb.find_subcommand(name));
                    may_name_verb = named.is_some();
                    verb = named.unwrap_or(verb);
                }
                kept.push(argument);
            }
        }
    }
    kept.extend(arguments);
    kept
}

pub(super) enum Token<'a> {
    /// A flag that takes the next argument as its value.
    Flag(&'a Arg),
    /// `--flag=`
    WithoutValue,
    /// Everything that stays as it is.
    Other,
}

impl<'a> Token<'a> {
    pub(super) fn read(verb: &'a Command, argument: &OsStr) -> Self {
        let Some(text) = argument.to_str().filter(|_| is_flag(argument)) else {
            return Self::Other;
        };
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let is_named = |arg: &&Arg| match name.strip_prefix("--") {
            Some(long) => arg.get_long() == Some(long),
            None => arg
                .get_short()
                .is_some_and(|short| name[1..].chars().eq([short])),
        };
        let flag = verb.get_arguments().find(is_named);
        match (flag.filter(|flag| flag.get_action().takes_values()), value) {
            (Some(flag), None) => Self::Flag(flag),
            (Some(flag), Some(value)) if value.trim().is_empty() && !is_refused(flag) => {
                Self::WithoutValue
            }
            _ => Self::Other,
        }
    }
}

pub(super) fn most_values(flag: &Arg) -> usize {
    flag.get_num_args().map_or(1, |number| number.max_values())
}

fn is_refused(flag: &Arg) -> bool {
    REFUSED.contains(&flag.get_id().as_str())
}

pub(super) fn is_flag(argument: &OsStr) -> bool {
    argument.len() > 1 && argument.as_encoded_bytes().starts_with(b"-")
}

fn is_blank(value: &OsStr) -> bool {
    value.to_str().is_some_and(|value| value.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::verb::Cli;

    #[test]
    fn an_empty_value_goes_with_its_flag_and_everything_else_stays() {
        // `''` stands for an empty argument.
        for (typed, wanted) in [
            ("push r.json --branch-name ''", "push r.json"),
            ("r.json --branch-name ''", "r.json"),
            ("r.json --branch-name= --verify", "r.json --verify"),
            ("r.json -e '' --notes x", "r.json --notes x"),
            ("r.json -e=", "r.json"),
            ("r.json --branch-name main", "r.json --branch-name main"),
            ("r.json --tags '' --notes ''", "r.json"),
            ("r.json --tags a '' b", "r.json --tags a b"),
            ("--input '' r.json", "r.json"),
            (
                "--notes check r.json --branch-name ''",
                "--notes check r.json",
            ),
            ("baseline list --model-version ''", "baseline list"),
            ("gate backtest --rule '' --list", "gate backtest --list"),
            ("compare a b --threshold ''", "compare a b"),
            ("check --threshold -1 --metric ''", "check --threshold -1"),
            (
                "change-point accept 1 --reason ''",
                "change-point accept 1 --reason ''",
            ),
            (
                "change-point accept 1 --reason=",
                "change-point accept 1 --reason=",
            ),
            ("r.json --unknown ''", "r.json --unknown ''"),
            ("''", "''"),
            ("r.json -- --branch-name ''", "r.json -- --branch-name ''"),
            ("r.json --branch-name", "r.json --branch-name"),
        ] {
            let arguments = |line: &str| -> Vec<OsString> {
                let words = line.split(' ').map(|word| word.replace("''", ""));
                ["bench-push".to_owned()]
                    .into_iter()
                    .chain(words)
                    .map(Into::into)
                    .collect()
            };
            assert_eq!(
                removed(&Cli::command(), arguments(typed)),
                arguments(wanted),
                "{typed}"
            );
        }
    }

    #[test]
    fn every_flag_that_takes_a_value_may_be_given_an_empty_one() {
        fn look(command: &Command, verbs: &[&str]) {
            for flag in command.get_arguments().filter(|arg| {
                arg.get_long().is_some() && arg.get_action().takes_values() && !is_refused(arg)
            }) {
                let line: Vec<OsString> =
                    ["bench-push"].iter().chain(verbs).map(Into::into).collect();
                let long = format!("--{}", flag.get_long().unwrap_or_default());
                let typed = line.iter().cloned().chain([long.into(), OsString::new()]);
                assert_eq!(removed(&Cli::command(), typed), line, "{verbs:?} {flag}");
            }
            for verb in command.get_subcommands() {
                look(verb, &[verbs, &[verb.get_name()]].concat());
            }
        }
        look(&Cli::command(), &[]);
    }
}
