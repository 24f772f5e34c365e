//! Arguments and variables → [`Cli`].

use clap::{
    ArgMatches, Command, CommandFactory as _, FromArgMatches as _, error::ErrorKind,
    parser::ValueSource,
};

use crate::{
    cli::{
        empty_values::removed,
        push::PushArgs,
        typed::Typed,
        verb::{Cli, Verb},
        verb_first::with_verb_first,
    },
    settings::environment::Environment,
};

/// Flags without a variable: what deletes, and what is true of one run or metric alone. A variable,
/// or the `.env` file of a checkout, outlives the call that it was written for.
const NEVER_SET: [&str; 5] = ["remove_refused", "instead", "direction", "unit", "range"];

/// The environment variable of a flag: `--commit-sha` is `BENCH_PUSH_COMMIT_SHA`.
pub(crate) fn twin(id: &str) -> String {
    format!("BENCH_PUSH_{}", id.to_ascii_uppercase())
}

/// The command with the values of `environment` as defaults of its flags.
///
/// As defaults rather than through clap's own `env`, so that an empty variable counts as unset and
/// the `.env` file is included.
pub(crate) fn command(environment: &Environment) -> Command {
    with_twins(Cli::command(), environment)
}

fn with_twins(command: Command, environment: &Environment) -> Command {
    command
        .mut_args(|arg| {
            let id = arg.get_id().as_str();
            let has_none = matches!(id, "help" | "version") || NEVER_SET.contains(&id);
            if arg.is_positional() || has_none {
                return arg;
            }
            let name = twin(id);
            let help = arg.get_help().map(|help| format!("{help} [env: {name}]"));
            let arg = match help {
                Some(help) => arg.help(help),
                None => arg,
            };
            match environment.get(&name) {
                Some(value) => arg.default_value(value.to_owned()),
                None => arg,
            }
        })
        .mut_subcommands(|verb| with_twins(verb, environment))
}

/// Parses `arguments`, the first of which is the program's name.
///
/// # Errors
///
/// clap's errors, which also carry help and version.
pub(crate) fn parse(
    arguments: impl IntoIterator<Item = std::ffi::OsString>,
    environment: &Environment,
) -> Result<Cli, clap::Error> {
    let mut command = command(environment);
    let arguments = with_verb_first(&command, removed(&command, arguments));
    let matches = command.try_get_matches_from_mut(arguments)?;
    refuse_untrusted(&mut command, &matches, environment)?;
    let mut cli = Cli::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
    if let (Some(Verb::Check(check)), Some(matches)) =
        (&mut cli.verb, matches.subcommand_matches("check"))
    {
        let verb = command.find_subcommand("check");
        check.typed = verb.map_or_else(Typed::default, |verb| Typed::of(verb, matches));
    }
    let (push, matches) = match &mut cli.verb {
        None => (Some(&mut cli.push), Some(&matches)),
        Some(Verb::Push(push)) => (Some(&mut **push), matches.subcommand_matches("push")),
        Some(_) => (None, None),
    };
    if let (Some(push), Some(matches)) = (push, matches) {
        choose_line(push, matches);
        name_files(push, matches)
            .map_err(|message| command.error(ErrorKind::MissingRequiredArgument, message))?;
    }
    Ok(cli)
}

/// An error if a flag of the verb would have a value that the `.env` file may not give.
fn refuse_untrusted(
    command: &mut Command,
    matches: &ArgMatches,
    environment: &Environment,
) -> Result<(), clap::Error> {
    let (mut verb, mut matches) = (&*command, matches);
    while let Some((name, inner)) = matches.subcommand() {
        (verb, matches) = (verb.find_subcommand(name).unwrap_or(verb), inner);
    }
    let refused = verb.get_arguments().find_map(|arg| {
        let id = arg.get_id().as_str();
        let is_given = matches.value_source(id) == Some(ValueSource::CommandLine);
        environment.refused(&twin(id)).filter(|_| !is_given)
    });
    match refused.map(|refused| format!("{refused}\n\nhint: {}", refused.hint())) {
        Some(message) => Err(command.error(ErrorKind::InvalidValue, message)),
        None => Ok(()),
    }
}

/// Of `--mainline` and `--side-run`, one of which is a variable, the flag wins.
fn choose_line(push: &mut PushArgs, matches: &ArgMatches) {
    if push.mainline && push.side_run {
        push.side_run = matches.value_source("side_run") == Some(ValueSource::CommandLine);
        push.mainline = !push.side_run;
    }
}

/// Files named on the command line win over those of the variable; at least one is required.
fn name_files(push: &mut PushArgs, matches: &ArgMatches) -> Result<(), String> {
    push.files.retain(|name| !name.trim().is_empty());
    let is_from_variable = matches.value_source("input") == Some(ValueSource::DefaultValue);
    if is_from_variable && !push.files.is_empty() {
        push.input.clear();
    }
    if !push.files.is_empty() || !push.input.is_empty() {
        return Ok(());
    }
    let mut message =
        "no report is named: wanted a file, a glob, or `-` for standard input".to_owned();
    if !push.tags.is_empty() {
        message.push_str("; what follows `--tags` is taken for tags, so put files before it");
    }
    Err(message)
}

#[cfg(test)]
mod tests {
    use bench_model::text::Label;

    use super::*;
    use crate::cli::output::Format;

    fn parsed(line: &str, environment: &Environment) -> Result<Cli, clap::Error> {
        parse(line.split(' ').map(Into::into), environment)
    }

    #[test]
    fn the_command_is_consistent() {
        command(&Environment::default()).debug_assert();
    }

    #[test]
    fn the_flags_of_the_original_script_work_without_a_verb() -> Result<(), clap::Error> {
        let line = "bench-push --input r.json --environment github-actions --commit-sha abc123 --branch-name refs/heads/main \
                    --run-id 17 --triggered-by ann --duration 3.5 --tags nightly gpu --notes hello --verify";
        let push = parsed(line, &Environment::default())?.push;

        assert_eq!(push.input, ["r.json"]);
        assert_eq!(push.branch_name.as_deref(), Some("main"));
        assert_eq!(
            push.tags.iter().map(Label::as_str).collect::<Vec<_>>(),
            ["nightly", "gpu"]
        );
        assert!(push.verify);
        Ok(())
    }

    #[test]
    fn a_time_is_read_as_the_field_of_a_report_is() -> Result<(), clap::Error> {
        let environment = Environment::default();
        let at = |text: &str| {
            parsed(
                &format!("bench-push r.json --created-at {text}"),
                &environment,
            )
        };

        for (text, instant) in [
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T08:30:00", "2026-11-01T08:30:00Z"),
            ("2026-11-01T08:30:00+02:00", "2026-11-01T06:30:00Z"),
        ] {
            assert_eq!(
                at(text)?
                    .push
                    .created_at
                    .map(|at| at.to_string())
                    .as_deref(),
                Some(instant)
            );
        }
        let refused = at("1770134510")
            .map(|_| ())
            .expect_err("a Unix time")
            .to_string();
        assert!(
            refused.contains("as Unix time that is `2026-02-03T16:01:50Z`"),
            "{refused}"
        );
        Ok(())
    }

    #[test]
    fn the_help_names_the_primary_metrics_in_their_order() {
        let order = bench_model::metric::PRIMARY
            .map(|name| format!("`{name}`"))
            .join(", ");
        for verb in ["check", "compare"] {
            let mut command = command(&Environment::default()).term_width(1_000);
            let help = command
                .find_subcommand_mut(verb)
                .expect("a verb")
                .render_long_help()
                .to_string();
            assert!(
                help.contains(&format!("[default: the first of {order} that the run has]")),
                "{help}"
            );
        }
    }

    #[test]
    fn files_may_stand_bare_and_after_the_verb() -> Result<(), clap::Error> {
        let environment = Environment::default();
        assert_eq!(
            parsed("bench-push a.json b.json", &environment)?.push.files,
            ["a.json", "b.json"]
        );
        let Some(Verb::Push(push)) = parsed("bench-push push a.json -", &environment)?.verb else {
            panic!("wanted the verb push")
        };
        assert_eq!(push.files, ["a.json", "-"]);
        Ok(())
    }

    #[test]
    fn every_flag_has_a_twin_in_the_environment_and_the_flag_wins() -> Result<(), clap::Error> {
        let environment = Environment::of([
            ("BENCH_PUSH_ENVIRONMENT", "staging"),
            ("BENCH_PUSH_TAGS", "a,b"),
            ("BENCH_PUSH_VERIFY", "1"),
            ("BENCH_PUSH_NOTES", ""),
            ("BENCH_PUSH_FORMAT", "json"),
        ]);
        let push = parsed("bench-push r.json --tags c", &environment)?.push;

        assert_eq!(push.environment.as_deref(), Some("staging"));
        assert_eq!(push.tags.len(), 1);
        assert!(push.verify && !push.dry_run);
        assert_eq!(push.notes, None);
        assert_eq!(push.output.format, Format::Json);

        let Some(Verb::Flush(flush)) = parsed("bench-push flush", &environment)?.verb else {
            panic!("wanted the verb flush")
        };
        assert_eq!(flush.output.format, Format::Json);
        Ok(())
    }

    #[test]
    fn a_run_is_of_one_line_whatever_flag_and_variable_say() -> Result<(), clap::Error> {
        let lines = |line: &str, environment: &Environment| {
            parsed(line, environment).map(|cli| (cli.push.mainline, cli.push.side_run))
        };
        let none = Environment::default();
        assert_eq!(lines("bench-push r.json", &none)?, (false, false));
        assert_eq!(lines("bench-push r.json --side-run", &none)?, (false, true));
        assert!(lines("bench-push r.json --side-run --mainline", &none).is_err());

        let main = Environment::of([("BENCH_PUSH_MAINLINE", "1")]);
        assert_eq!(lines("bench-push r.json", &main)?, (true, false));
        assert_eq!(lines("bench-push r.json --side-run", &main)?, (false, true));
        let side = Environment::of([("BENCH_PUSH_SIDE_RUN", "1")]);
        assert_eq!(lines("bench-push r.json --mainline", &side)?, (true, false));
        Ok(())
    }

    #[test]
    fn files_on_the_command_line_win_over_those_of_the_variable() -> Result<(), clap::Error> {
        let environment = Environment::of([("BENCH_PUSH_INPUT", "env.json")]);
        assert_eq!(parsed("bench-push", &environment)?.push.input, ["env.json"]);
        assert_eq!(
            parsed("bench-push --input r.json", &environment)?
                .push
                .input,
            ["r.json"]
        );
        let bare = parsed("bench-push r.json", &environment)?.push;
        assert_eq!(
            (bare.files, bare.input),
            (vec!["r.json".to_owned()], Vec::new())
        );
        Ok(())
    }

    #[test]
    fn no_variable_deletes_or_says_what_is_true_of_one_run_or_metric() -> Result<(), clap::Error> {
        let environment = Environment::of([
            ("BENCH_PUSH_REMOVE_REFUSED", "1"),
            ("BENCH_PUSH_INSTEAD", "3f6d0f6e"),
            ("BENCH_PUSH_DIRECTION", "lower"),
            ("BENCH_PUSH_UNIT", "ms"),
            ("BENCH_PUSH_RANGE", "0..1"),
        ]);

        let flush = parsed("bench-push flush", &environment)?;
        assert!(matches!(flush.verb, Some(Verb::Flush(args)) if !args.remove_refused));
        let retract = parsed("bench-push retract 3f6d --reason r", &environment)?;
        assert!(matches!(retract.verb, Some(Verb::Retract(args)) if args.instead.is_none()));
        let set = parsed("bench-push metric set m --reason r", &environment);
        let refused = set.map(|_| ()).expect_err("nothing is stated");
        assert_eq!(refused.kind(), ErrorKind::MissingRequiredArgument);
        Ok(())
    }

    #[test]
    fn help_names_every_flag_with_its_twin() {
        insta::assert_snapshot!(
            command(&Environment::default())
                .term_width(100)
                .render_help()
        );
    }
}
