//! Each verb → its outcome.

use bench_model::rest::change_points::ChangePointState::{Accepted, Confirmed, Dismissed};

use crate::{
    cli::{
        alert::AlertVerb,
        baseline::BaselineVerb,
        change_point::ChangePointVerb,
        gate::GateVerb,
        metric::MetricVerb,
        output::{Format, OutputArgs},
        push::PushArgs,
        schema::SchemaVerb,
        verb::{Cli, Verb},
    },
    context::Context,
    exit,
    failure::Failure,
    printer::{outcome::Outcome, rendered::Rendered},
    verbs::{
        backtest::backtest,
        check, compare, doctor, flush, gate, github, history, manual,
        picture::{Picture, draw_badge, draw_chart},
        push,
        retract::{restore, retract},
        schema::apply,
    },
};

/// Runs the verb.
pub(crate) fn perform(Cli { verb, push }: Cli, context: &Context) -> Rendered {
    let show = Show { context };
    match verb.unwrap_or_else(|| Verb::Push(Box::new(push))) {
        Verb::Push(args) => push_and_check(&args, show),
        Verb::Check(args) => {
            let checked = check::check_runs(&args, context);
            show.tell_workflow(&checked);
            github::tell_of_check(&checked, &args, context);
            Rendered::of_check(&checked, args.format, &context.scrubber)
        }
        Verb::History(args) => show.done(&history::history(&args, context), &args.output),
        Verb::ChangePoint(verb) => change_point(&verb, show),
        Verb::Gate(GateVerb::Backtest(args)) => show.done(&backtest(&args, context), &args.output),
        Verb::Gate(GateVerb::Explain(args)) => {
            show.done(&gate::explain(&args, context), &args.output)
        }
        Verb::Github(verb) => {
            github::check_run(&verb, context);
            Rendered::default()
        }
        Verb::Alert(verb) => alert(&verb, show),
        Verb::Baseline(verb) => baseline(&verb, show),
        Verb::Retract(args) => show.done(&retract(&args, context), &args.output),
        Verb::Restore(args) => show.done(&restore(&args, context), &args.output),
        Verb::Metric(verb) => metric(&verb, show),
        Verb::Compare(args) => show.done(&compare::compare(&args, context), &args.output),
        Verb::Badge(args) => drawn(draw_badge(&args, context), context),
        Verb::Chart(args) => drawn(draw_chart(&args, context), context),
        Verb::Flush(args) => show.done(&flush::flush(&args, context), &args.output),
        Verb::Doctor(args) => show.done(&doctor::examine(&args, context), &args.output),
        Verb::Schema(SchemaVerb::Print) => Rendered::out(bench_schema::script()),
        Verb::Schema(SchemaVerb::Apply(args)) => show.done(&apply(&args, context), &args.output),
        Verb::Completions { shell } => Rendered::out(manual::completions(shell)),
        Verb::Man { verb } => print(manual::page(&verb)),
    }
}

fn alert(verb: &AlertVerb, show: Show<'_>) -> Rendered {
    use crate::verbs::alert::{
        accept, ack, backtest, digest, evaluate, list, merge, mute, resolve, run, send, test,
    };
    let context = show.context;
    match verb {
        AlertVerb::Run(args) => show.done(&run(args, context), &args.output),
        AlertVerb::Evaluate(args) => show.done(&evaluate(args, context), &args.output),
        AlertVerb::Send(args) => show.done(&send(args, context), &args.output),
        AlertVerb::List(args) => show.done(&list(args, context), &args.output),
        AlertVerb::Ack(args) => show.done(&ack(args, context), &args.output),
        AlertVerb::Mute(args) => show.done(&mute(args, context), &args.incidents.output),
        AlertVerb::Accept(args) => show.done(&accept(args, context), &args.output),
        AlertVerb::Resolve(args) => show.done(&resolve(args, context), &args.output),
        AlertVerb::Merge(args) => show.done(&merge(args, context), &args.incidents.output),
        AlertVerb::Test(args) => show.done(&test(args, context), &args.output),
        AlertVerb::Backtest(args) => show.done(&backtest(args, context), &args.output),
        AlertVerb::Digest(args) => show.done(&digest(args, context), &args.output),
    }
}

fn baseline(verb: &BaselineVerb, show: Show<'_>) -> Rendered {
    use crate::verbs::baseline::{clear, list, set};
    match verb {
        BaselineVerb::Set(args) => show.done(&set(args, show.context), &args.output),
        BaselineVerb::List(args) => show.done(&list(args, show.context), &args.output),
        BaselineVerb::Clear(args) => show.done(&clear(args, show.context), &args.output),
    }
}

fn metric(verb: &MetricVerb, show: Show<'_>) -> Rendered {
    use crate::verbs::metric::{list, set};
    match verb {
        MetricVerb::Set(args) => show.done(&set(args, show.context), &args.output),
        MetricVerb::List(args) => show.done(&list(args, show.context), &args.output),
    }
}

fn change_point(verb: &ChangePointVerb, show: Show<'_>) -> Rendered {
    use crate::verbs::change_point::{list, set};
    let context = show.context;
    match verb {
        ChangePointVerb::List(args) => show.done(&list(args, context), &args.output),
        ChangePointVerb::Accept(args) => show.done(&set(args, Accepted, context), &args.output),
        ChangePointVerb::Dismiss(args) => show.done(&set(args, Dismissed, context), &args.output),
        ChangePointVerb::Confirm(args) => show.done(&set(args, Confirmed, context), &args.output),
    }
}

/// Stores runs, and judges them if requested.
fn push_and_check(args: &PushArgs, show: Show<'_>) -> Rendered {
    let pushed = push::push(args, show.context);
    if !args.check || args.dry_run || pushed.status() != exit::DONE {
        return show.done(&pushed, &args.output);
    }
    // Before the check, so that later steps of the workflow get the run ids even if it is
    // interrupted.
    show.tell_workflow(&pushed);
    let checked = check::check_pushed(pushed, args, show.context);
    show.done(&checked, &args.output)
}

/// A picture on standard output, or in the file that was named.
fn drawn(picture: Result<Picture, Failure>, context: &Context) -> Rendered {
    match picture {
        Ok(Picture {
            file: Some(file), ..
        }) => {
            context.say(&format!("{} is written", file.display()));
            Rendered::default()
        }
        Ok(Picture { svg, file: None }) => Rendered::out(svg),
        Err(failure) => Rendered::of(&failure, Format::Human),
    }
}

/// Text that has no other format.
fn print(text: Result<String, Failure>) -> Rendered {
    match text {
        Ok(text) => Rendered::out(text),
        Err(failure) => Rendered::of(&failure, Format::Human),
    }
}

/// Reports outcomes to the user and to the workflow.
#[derive(Clone, Copy)]
struct Show<'a> {
    context: &'a Context,
}

impl Show<'_> {
    fn done(self, outcome: &impl Outcome, output: &OutputArgs) -> Rendered {
        self.tell_workflow(outcome);
        Rendered::of(outcome, output.format)
    }

    fn tell_workflow(self, outcome: &impl Outcome) {
        if let Err(error) = outcome.tell_workflow(self.context) {
            self.context.say(&format!("warning: {error}"));
        }
    }
}
