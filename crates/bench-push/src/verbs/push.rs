//! The verb `push`: reports → runs → the database or the spool.

use std::{collections::HashMap, path::PathBuf};

use bench_model::{
    rest::{payload::IngestRun, rows::IngestedRow, rows::TransactionRow, tables::TRANSACTIONS},
    verify::{self, Difference},
};

use crate::{
    cli::push::PushArgs,
    context::Context,
    exit,
    failure::Failure,
    report::gather::{self, FileWarning, Gathered, Place, Trouble},
    runtime::runtime,
    server::{
        answer::No,
        call_error::CallError,
        send::{OnRefusal, Sender, Sent},
        transport::Transport,
    },
    settings::{project::Project, variables::Access},
    spool::Spool,
    terminal::progress::Progress,
    verbs::remarks::{Remark, remarks},
};

/// The result of `push`.
#[derive(Debug)]
pub(crate) struct Pushed {
    /// Every valid run, in the order of files and reports.
    pub(crate) runs: Vec<PushedRun>,
    /// The reasons not to send files.
    pub(crate) troubles: Vec<Trouble>,
    /// The warnings about the reports.
    pub(crate) warnings: Vec<FileWarning>,
    /// Whether valid reports are sent even if others are invalid.
    pub(crate) keep_going: bool,
    /// Whether this is a dry run.
    pub(crate) dry_run: bool,
    /// The target project.
    pub(crate) project_url: Option<String>,
    /// The spool folder.
    pub(crate) spool: Option<PathBuf>,
    /// The result of reading back; none if not requested or nothing is stored.
    pub(crate) verified: Option<Verified>,
    /// Why what is stored could not be read back.
    pub(crate) unverified: Option<CallError>,
    /// Remarks on the stored runs.
    pub(crate) remarks: Vec<Remark>,
    /// Why it ended early.
    pub(crate) failure: Option<Failure>,
}

/// A run and its fate.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PushedRun {
    /// Its origin.
    pub(crate) place: Place,
    /// The run.
    pub(crate) run: IngestRun,
    /// Its fate.
    pub(crate) fate: Fate,
}

/// The fate of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fate {
    /// It is stored, now or before.
    Kept(IngestedRow),
    /// It is not stored: its key is that of another run, in this row.
    Conflict(IngestedRow),
    /// It is spooled.
    Spooled,
    /// It was not sent.
    NotSent,
}

/// The result of reading back.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Verified {
    /// The number of runs stored exactly as sent.
    pub(crate) agree: usize,
    /// Runs that differ, by id.
    pub(crate) differ: Vec<(String, Vec<Difference>)>,
    /// Runs stored before that differ only in fields outside their identity.
    pub(crate) older: Vec<(String, Vec<Difference>)>,
}

/// Pushes the reports in `args`.
pub(crate) fn push(args: &PushArgs, context: &Context) -> Pushed {
    let PushArgs {
        files,
        input,
        dry_run,
        keep_going,
        ..
    } = args;
    let mut detected = context.detect();
    match args.gate.open(context) {
        Ok(gate) => {
            if detected.side_run.is_none() {
                detected.side_run = gate.beside_main(&detected);
            }
        }
        Err(error) => context.say(&format!("warning: {error}")),
    }
    let names = input.iter().chain(files).map(String::as_str);
    let Gathered {
        runs,
        places,
        troubles,
        warnings,
    } = gather::gather(
        names,
        &gather::overrides(args),
        &detected,
        context.now,
        &context.scrubber,
    );
    let runs = places
        .into_iter()
        .zip(runs)
        .map(|(place, run)| PushedRun {
            place,
            run,
            fate: Fate::NotSent,
        })
        .collect();
    let mut pushed = Pushed {
        runs,
        troubles,
        warnings,
        keep_going: *keep_going,
        dry_run: *dry_run,
        project_url: None,
        spool: None,
        verified: None,
        unverified: None,
        remarks: Vec::new(),
        failure: None,
    };
    let is_held_back = !pushed.troubles.is_empty() && !keep_going;
    if *dry_run {
        pushed.project_url = Project::read(&context.environment, Access::Write)
            .ok()
            .map(|project| project.url.to_string());
    } else if !pushed.runs.is_empty() && !is_held_back {
        pushed.failure = deliver(&mut pushed, args, context).err();
    }
    pushed
}

/// Sends valid runs, spools those that could not be sent, and reads back the stored ones.
fn deliver(pushed: &mut Pushed, args: &PushArgs, context: &Context) -> Result<(), Failure> {
    let project = Project::read(&context.environment, Access::Write)?;
    pushed.project_url = Some(project.url.to_string());
    let prepared = runtime().and_then(|runtime| {
        let transport = Transport::to(project.clone(), &args.network, context)?;
        Ok((runtime, transport))
    });
    let (runtime, transport) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return Err(keep(pushed, |_| true, &project, args, context, error)),
    };
    runtime.block_on(async {
        let payload: Vec<&IngestRun> = pushed.runs.iter().map(|pushed| &pushed.run).collect();
        let progress = Progress::of(payload.len(), "runs sent");
        let mut sender = Sender::new(&transport, OnRefusal::Stop);
        let (sent, mut error) = sender.send(&payload, |_, _| progress.advance(1)).await;
        drop(progress);
        let is_stuck: Vec<bool> = sent
            .iter()
            .map(|sent| matches!(sent, Sent::Stuck(_)))
            .collect();
        for (pushed, sent) in pushed.runs.iter_mut().zip(sent) {
            match sent {
                Sent::Kept(row) if row.conflict().is_some() => pushed.fate = Fate::Conflict(row),
                Sent::Kept(row) => pushed.fate = Fate::Kept(row),
                Sent::Stuck(why) => error = error.or(Some(why)),
                Sent::Left | Sent::Unclear | Sent::Refused(_) => {}
            }
        }
        match error {
            Some(error @ CallError::NotReached { .. }) => {
                return Err(keep(pushed, |_| true, &project, args, context, error));
            }
            // The refusal is another run's: those that failed by themselves may be sent later.
            Some(error) if is_stuck.contains(&true) => {
                let is_kept = |index: usize| is_stuck[index];
                return Err(keep(pushed, is_kept, &project, args, context, error));
            }
            Some(error) => return Err(error.into()),
            None => {}
        }
        pushed.remarks = remarks(&transport, &pushed.runs).await;
        if args.verify {
            match read_back(&transport, &pushed.runs).await {
                Ok(verified) => pushed.verified = Some(verified),
                // All is stored, so there is nothing to send again.
                Err(why @ CallError::NotReached { .. }) => pushed.unverified = Some(why),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    })
}

/// Spools those runs of `is_kept` that were not stored; reports that, or why it failed too.
fn keep(
    pushed: &mut Pushed,
    is_kept: impl Fn(usize) -> bool,
    project: &Project,
    args: &PushArgs,
    context: &Context,
    error: CallError,
) -> Failure {
    let spool = Spool::of(
        &project.url,
        args.spool.spool_dir.as_deref(),
        &context.environment,
    );
    for (index, run) in pushed.runs.iter_mut().enumerate() {
        if run.fate != Fate::NotSent || !is_kept(index) {
            continue;
        }
        if let Err(cause) = spool.keep(&run.run, context.now) {
            let folder = spool.folder().to_path_buf();
            return Failure::NotSpooled {
                error,
                folder,
                cause,
            };
        }
        run.fate = Fate::Spooled;
    }
    pushed.spool = Some(spool.folder().to_path_buf());
    error.into()
}

/// The maximum number of runs read back at once: the URL contains their ids.
const READ_BACK: usize = 100;

async fn read_back(transport: &Transport<'_>, runs: &[PushedRun]) -> Result<Verified, CallError> {
    let kept: Vec<(&IngestRun, &IngestedRow)> = runs
        .iter()
        .filter_map(|run| match &run.fate {
            Fate::Kept(row) => Some((&run.run, row)),
            Fate::Conflict(_) | Fate::Spooled | Fate::NotSent => None,
        })
        .collect();
    let mut verified = Verified::default();
    for kept in kept.chunks(READ_BACK) {
        let ids = kept.iter().map(|(_, row)| row.id.as_str());
        let request = transport
            .table(TRANSACTIONS)
            .select(TransactionRow::COLUMNS.join(","))
            .in_("id", ids);
        let json = transport.send(request).await?;
        let rows: Vec<TransactionRow> = serde_json::from_slice(&json)
            .map_err(|_| CallError::Refused(No::not_understood(TRANSACTIONS.0)))?;
        let stored: HashMap<&str, &TransactionRow> =
            rows.iter().map(|row| (row.id.as_str(), row)).collect();
        for (run, kept) in kept {
            let id = &kept.id;
            let differences = match stored.get(id.as_str()) {
                Some(row) => verify::differences(run, row),
                None => vec![Difference {
                    path: "id".to_owned(),
                    sent: id.clone(),
                    stored: "nothing".to_owned(),
                }],
            };
            match (differences.is_empty(), kept.is_new()) {
                (true, _) => verified.agree += 1,
                (false, true) => verified.differ.push((id.clone(), differences)),
                (false, false) => verified.older.push((id.clone(), differences)),
            }
        }
    }
    Ok(verified)
}

impl Pushed {
    /// The numbers of runs stored now, stored before, and spooled.
    pub(crate) fn counts(&self) -> (usize, usize, usize) {
        let number =
            |wanted: fn(&Fate) -> bool| self.runs.iter().filter(|run| wanted(&run.fate)).count();
        (
            number(|fate| matches!(fate, Fate::Kept(row) if row.is_new())),
            number(|fate| matches!(fate, Fate::Kept(row) if !row.is_new())),
            number(|fate| matches!(fate, Fate::Spooled)),
        )
    }

    /// The number of runs that are not stored because their keys are those of other runs.
    pub(crate) fn conflicts(&self) -> usize {
        let is_conflict = |run: &&PushedRun| matches!(run.fate, Fate::Conflict(_));
        self.runs.iter().filter(is_conflict).count()
    }

    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        let is_verified = self
            .verified
            .as_ref()
            .is_none_or(|verified| verified.differ.is_empty());
        match &self.failure {
            Some(failure) => failure.status(),
            None if !is_verified || self.conflicts() > 0 => exit::REFUSED,
            None if self.troubles.iter().any(|trouble| !trouble.is_usage()) => exit::INVALID_REPORT,
            None if !self.troubles.is_empty() => exit::USAGE,
            None => exit::DONE,
        }
    }
}
