//! Each verb → what it has to say at its end.

use crate::{
    cli::{BaselineVerb, ChangePointVerb, Cli, Format, GateVerb, PushArgs, SchemaVerb, Verb},
    context::Context,
    exit,
    failure::Failure,
    printer::{github, human, json, rendered::Rendered, text::pretty},
    verbs::{
        backtest, baseline, change_point, check, compare, doctor, flush, history, manual, push,
        schema,
    },
};

/// Does what was typed.
pub(crate) fn perform(cli: Cli, context: &Context) -> Rendered {
    match cli.verb {
        None => perform_push(&cli.push, context),
        Some(Verb::Push(args)) => perform_push(&args, context),
        Some(Verb::Flush(args)) => {
            let flushed = flush::flush(&args, context);
            Rendered::of(
                args.output.format,
                || human::flushed(&flushed),
                || json::flushed(&flushed),
                flushed.status(),
            )
        }
        Some(Verb::Doctor(args)) => {
            let diagnosis = doctor::examine(&args, context);
            let status = diagnosis.status();
            Rendered::of(
                args.output.format,
                || human::diagnosis(&diagnosis),
                || json::diagnosis(&diagnosis),
                status,
            )
        }
        Some(Verb::Baseline(verb)) => {
            let (format, done) = match &verb {
                BaselineVerb::Set(args) => (args.output.format, baseline::set(args, context)),
                BaselineVerb::List(args) => (args.output.format, baseline::list(args, context)),
                BaselineVerb::Clear(args) => (args.output.format, baseline::clear(args, context)),
            };
            Rendered::of_result(format, done, human::baseline, json::baseline)
        }
        Some(Verb::Compare(args)) => match compare::compare(&args, context) {
            Ok(compared) => Rendered::of(
                args.output.format,
                || human::compared(&compared),
                || json::compared(&compared),
                compared.status(),
            ),
            Err(failure) => Rendered::of_failure(args.output.format, &failure),
        },
        Some(Verb::Check(args)) => {
            let checked = check::check_runs(&args, context);
            show_check(args.output.format, &checked, context)
        }
        Some(Verb::History(args)) => Rendered::of_result(
            args.output.format,
            history::history(&args, context),
            human::histories,
            json::histories,
        ),
        Some(Verb::Gate(GateVerb::Backtest(args))) => Rendered::of_result(
            args.output.format,
            backtest::backtest(&args, context),
            human::backtested,
            json::backtested,
        ),
        Some(Verb::ChangePoint(verb)) => {
            use bench_model::rest::change_points::ChangePointState::{
                Accepted, Confirmed, Dismissed,
            };
            let (format, done) = match &verb {
                ChangePointVerb::List(args) => {
                    (args.output.format, change_point::list(args, context))
                }
                ChangePointVerb::Accept(args) => (
                    args.output.format,
                    change_point::set(args, Accepted, context),
                ),
                ChangePointVerb::Dismiss(args) => (
                    args.output.format,
                    change_point::set(args, Dismissed, context),
                ),
                ChangePointVerb::Confirm(args) => (
                    args.output.format,
                    change_point::set(args, Confirmed, context),
                ),
            };
            Rendered::of_result(format, done, human::change_point, json::change_point)
        }
        Some(Verb::Schema(SchemaVerb::Print)) => Rendered::out(bench_schema::script()),
        Some(Verb::Schema(SchemaVerb::Apply(args))) => Rendered::of_result(
            args.output.format,
            schema::apply(&args, context),
            human::applied,
            json::applied,
        ),
        Some(Verb::Completions { shell }) => Rendered::out(manual::completions(shell)),
        Some(Verb::Man { verb }) => match manual::page(verb.as_deref()) {
            Ok(page) => Rendered::out(page),
            Err(failure) => human::failure(&failure),
        },
    }
}

fn perform_push(args: &PushArgs, context: &Context) -> Rendered {
    let pushed = push::push(args, context);
    if let Err(error) = github::report(&pushed, context) {
        context.say(&format!("warning: {error}"));
    }
    let mut rendered = Rendered::of(
        args.output.format,
        || human::pushed(&pushed),
        || json::pushed(&pushed),
        pushed.status(),
    );
    if !args.check || args.dry_run || pushed.status() != exit::DONE {
        return rendered;
    }
    let checked = check::check_pushed(&pushed, args, context);
    let found = show_check(Format::Human, &checked, context);
    rendered.status = found.status;
    rendered.talk.push_str(&found.talk);
    match args.output.format {
        Format::Human => rendered.out.push_str(&found.out),
        Format::Json => {
            let mut object = json::pushed(&pushed);
            object["check"] = checked.map_or_else(
                |failure| json::failure(&failure),
                |checked| json::checked(&checked),
            );
            object["success"] = (found.status == exit::DONE).into();
            object["status"] = found.status.into();
            rendered.out = pretty(&object);
        }
    }
    rendered
}

/// What a check found, for the user and for the workflow.
fn show_check(
    format: Format,
    checked: &Result<check::Checked, Failure>,
    context: &Context,
) -> Rendered {
    match checked {
        Ok(checked) => {
            if let Err(error) = github::report_check(checked, context) {
                context.say(&format!("warning: {error}"));
            }
            Rendered::of(
                format,
                || human::checked(checked),
                || json::checked(checked),
                checked.status(),
            )
        }
        Err(failure) => Rendered::of_failure(format, failure),
    }
}
