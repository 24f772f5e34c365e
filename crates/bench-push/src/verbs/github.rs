//! Tells a pull request: the comment and the check run of a check, and the verbs `github begin` and
//! `github end`.
//!
//! GitHub may refuse or be down: that is a warning, and no verdict changes by it.

use std::fmt::Write as _;

use bench_model::{stats::VerdictKind, words::counted};

use crate::{
    cli::{
        check::CheckArgs,
        github::{CheckRunArgs, GithubVerb},
    },
    context::Context,
    detect::github_event,
    failure::Failure,
    gate::Consequence,
    github::{
        api::{Api, ApiError},
        check_run::{self, Conclusion, Words},
        comment::{self, Commented},
        place::{NoPlace, Place},
    },
    printer::markdown::check::review,
    runtime::block_on,
    server::call_error::CallError,
    verbs::check::Checked,
};

/// The name of the comment of a check.
const COMMENT: &str = "check";

/// Why GitHub was not told.
#[derive(Debug, thiserror::Error)]
enum NotTold {
    #[error(transparent)]
    Place(#[from] NoPlace),
    #[error(transparent)]
    Api(#[from] ApiError),
    #[error(transparent)]
    Call(#[from] CallError),
}

impl NotTold {
    fn hint(&self) -> Option<&str> {
        match self {
            Self::Place(_) => None,
            Self::Api(error) => error.hint(),
            Self::Call(error) => error.hint(),
        }
    }
}

/// Writes what `args` ask for to GitHub, and says on standard error what became of it.
pub(crate) fn tell_of_check(
    checked: &Result<Checked, Failure>,
    args: &CheckArgs,
    context: &Context,
) {
    if args.github_comment
        && let Ok(checked) = checked
    {
        let told = block_on(write_comment(checked, context));
        say(context, "comment", told);
    }
    if let Some(name) = &args.github_check {
        let told = block_on(complete(name, checked, context));
        say(context, "check run", told);
    }
}

/// Begins a check run, or completes one that the benchmark left open. Returns the message.
pub(crate) fn check_run(verb: &GithubVerb, context: &Context) {
    let told = block_on(async {
        match verb {
            GithubVerb::Begin(CheckRunArgs { name }) => begin(name, context).await,
            GithubVerb::End(CheckRunArgs { name }) => end(name, context).await,
        }
    });
    say(context, "check run", told);
}

fn say(context: &Context, what: &str, told: Result<String, NotTold>) {
    match told {
        Ok(said) => context.say(&said),
        Err(error) => {
            context.say(&format!("warning: no {what} on GitHub: {error}"));
            if let Some(hint) = error.hint() {
                context.say(&format!("hint: {hint}"));
            }
        }
    }
}

fn place(context: &Context) -> Result<Place, NoPlace> {
    Place::read(&context.environment, &github_event(&context.environment))
}

async fn write_comment(checked: &Checked, context: &Context) -> Result<String, NotTold> {
    let (place, api) = (place(context)?, Api::open(context)?);
    // Bytes are never fewer than characters; the marker needs some of them.
    let body = review(checked, comment::MOST - 200, &context.scrubber);
    Ok(match comment::write(&api, &place, COMMENT, &body).await? {
        Commented::Written(link) => format!("commented: {link}"),
        Commented::Rewritten(link) => format!("comment brought up to date: {link}"),
        Commented::NoPullRequest => {
            "no comment: no open pull request ends with this commit".to_owned()
        }
    })
}

async fn complete(
    name: &str,
    checked: &Result<Checked, Failure>,
    context: &Context,
) -> Result<String, NotTold> {
    let (place, api) = (place(context)?, Api::open(context)?);
    let (conclusion, title, summary) = match checked {
        Ok(checked) => (
            conclusion(checked),
            title(checked),
            review(checked, check_run::MOST, &context.scrubber),
        ),
        Err(failure) => (
            Conclusion::Failure,
            "the runs could not be judged".to_owned(),
            format!(
                "```\n{}\n```\n",
                context.scrubber.scrub(fenced(&failure.to_string()))
            ),
        ),
    };
    let words = Words {
        title: &title,
        summary: &summary,
    };
    check_run::end(&api, &place, name, conclusion, &words).await?;
    Ok(format!("check run `{name}`: {title}"))
}

/// Text that can't end its block.
fn fenced(text: &str) -> String {
    text.replace("```", "\u{2019}\u{2019}\u{2019}")
}

fn conclusion(checked: &Checked) -> Conclusion {
    match checked.consequence() {
        Consequence::Fails => Conclusion::Failure,
        Consequence::Warns => Conclusion::Neutral,
        Consequence::Passes => Conclusion::Success,
    }
}

/// One line for the list of checks.
fn title(checked: &Checked) -> String {
    let regressed = checked.count(VerdictKind::Regressed);
    let missing = checked.required().count();
    let mut title = match regressed {
        0 => "nothing regressed".to_owned(),
        some => format!("{} regressed", counted(some, "metric")),
    };
    if missing > 0 {
        let _ = write!(title, ", {} missing", counted(missing, "required metric"));
    }
    title
}

async fn begin(name: &str, context: &Context) -> Result<String, NotTold> {
    let (place, api) = (place(context)?, Api::open(context)?);
    check_run::begin(&api, &place, name).await?;
    Ok(format!(
        "check run `{name}` is in progress on {}",
        place.commit
    ))
}

async fn end(name: &str, context: &Context) -> Result<String, NotTold> {
    let (place, api) = (place(context)?, Api::open(context)?);
    let words = Words {
        title: "the benchmark ended without a verdict",
        summary: "The job failed or was cancelled before `bench-push check` said anything. \
                  Its log says where.\n",
    };
    let was_open = check_run::end_if_open(&api, &place, name, &words).await?;
    Ok(if was_open {
        format!("check run `{name}`: {}", words.title)
    } else {
        format!("check run `{name}` is completed")
    })
}
