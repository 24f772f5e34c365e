//! Options may stand before the verb: `bench-push --attempts 2 flush`.

use std::ffi::OsString;

use clap::Command;

use super::empty_values::{Token, is_flag, most_values};

/// `arguments` with the options that precede a verb behind it. A report that is named like a verb is
/// written with its folder, as in `./check`.
pub(super) fn with_verb_first(command: &Command, mut arguments: Vec<OsString>) -> Vec<OsString> {
    let mut place = 1;
    while let Some(option) = arguments.get(place).filter(|word| is_flag(word)) {
        if option == "--" {
            return arguments;
        }
        let most = match Token::read(command, option) {
            Token::Flag(flag) => most_values(flag),
            Token::WithoutValue | Token::Other => 0,
        };
        let values = arguments[place + 1..].iter().take(most);
        place += 1 + values.take_while(|value| !is_flag(value)).count();
    }
    let (mut verb, mut words) = (command, 0);
    while let Some(word) = arguments.get(place + words).and_then(|word| word.to_str())
        && let Some(named) = verb.find_subcommand(word)
    {
        (verb, words) = (named, words + 1);
    }
    if words > 0 {
        arguments[1..place + words].rotate_right(words);
    }
    arguments
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::verb::Cli;

    #[test]
    fn options_may_stand_before_the_verb() {
        for (typed, wanted) in [
            ("--attempts 2 flush", "flush --attempts 2"),
            (
                "--attempts 2 flush --retry-refused",
                "flush --attempts 2 --retry-refused",
            ),
            ("--timeout=5 check x", "check --timeout=5 x"),
            (
                "--format json baseline list --limit 3",
                "baseline list --format json --limit 3",
            ),
            ("--verify push r.json", "push --verify r.json"),
            ("-e local --verify push a", "push -e local --verify a"),
            ("--notes check r.json", "--notes check r.json"),
            ("--tags push r.json", "--tags push r.json"),
            ("--verify ./check", "--verify ./check"),
            ("--verify -- check", "--verify -- check"),
            ("r.json check", "r.json check"),
            ("--verify", "--verify"),
            ("check flush", "check flush"),
            ("", ""),
        ] {
            let arguments = |line: &str| -> Vec<OsString> {
                let words = line.split(' ').filter(|word| !word.is_empty());
                ["bench-push"]
                    .into_iter()
                    .chain(words)
                    .map(Into::into)
                    .collect()
            };
            assert_eq!(
                with_verb_first(&Cli::command(), arguments(typed)),
                arguments(wanted),
                "{typed}"
            );
        }
    }
}
