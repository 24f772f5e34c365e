//! The verb `doctor`: runs a series of checks and reports problems.

use bench_model::{
    rest::{
        errors::Meaning,
        functions::{Function as _, IngestRuns, Recount},
        rows::{self, DifferenceRow},
        tables,
    },
    words::{counted, short_commit},
};

use crate::{
    cli::{doctor::DoctorArgs, parse::twin},
    context::Context,
    exit,
    failure::Failure,
    runtime::block_on,
    server::{call_error::CallError, reader::not_understood, transport::Transport},
    settings::{
        error::SettingsError,
        project::Project,
        variables::{Access, URL},
    },
    spool::{REFUSED_HINT, RefusedRun, Spool},
};

/// All checks.
#[derive(Debug, Default)]
pub(crate) struct Diagnosis {
    /// In order.
    pub(crate) findings: Vec<Finding>,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// `address`, `key`, `server`, `schema`, `rights`, `recount`, `spool` or `context`.
    pub(crate) subject: &'static str,
    /// The finding.
    pub(crate) sentence: String,
    /// The problem, if any.
    pub(crate) trouble: Option<TroubleFound>,
}

/// The problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TroubleFound {
    /// The exit status of a push in this situation.
    pub(crate) status: u8,
    /// How to fix it.
    pub(crate) hint: Option<String>,
}

impl Diagnosis {
    /// The exit status of the first problem.
    pub(crate) fn status(&self) -> u8 {
        self.findings
            .iter()
            .find_map(|finding| finding.trouble.as_ref())
            .map_or(exit::DONE, |trouble| trouble.status)
    }

    fn good(&mut self, subject: &'static str, sentence: impl Into<String>) {
        self.findings.push(Finding {
            subject,
            sentence: sentence.into(),
            trouble: None,
        });
    }

    fn bad(&mut self, subject: &'static str, failure: &Failure) {
        let trouble = TroubleFound {
            status: failure.status(),
            hint: failure.hint(),
        };
        self.findings.push(Finding {
            subject,
            sentence: failure.to_string(),
            trouble: Some(trouble),
        });
    }
}

/// Checks address, key, server, schema, rights, spool and context, until a problem makes the next
/// check impossible.
pub(crate) fn examine(args: &DoctorArgs, context: &Context) -> Diagnosis {
    let mut diagnosis = Diagnosis::default();
    if let Err(failure) = examine_project(args, context, &mut diagnosis) {
        diagnosis.bad(subject_of(&failure), &failure);
    }
    examine_spool(args, context, &mut diagnosis);
    examine_context(context, &mut diagnosis);
    diagnosis
}

/// The check that `failure` belongs to.
fn subject_of(failure: &Failure) -> &'static str {
    match failure {
        Failure::Settings(
            SettingsError::NoKey { .. }
            | SettingsError::WrongKey { .. }
            | SettingsError::NotAKey { .. },
        ) => "key",
        Failure::Settings(SettingsError::Refused(refused)) if refused.name != URL => "key",
        Failure::Settings(_) => "address",
        Failure::Call(CallError::Refused(no)) => match no.meaning {
            Meaning::SchemaMissing | Meaning::SchemaOutdated => "schema",
            Meaning::KeyMissing
            | Meaning::KeyWrong
            | Meaning::KeyExpired
            | Meaning::SecretKeyInBrowser => "key",
            Meaning::Forbidden => "rights",
            _ => "server",
        },
        _ => "server",
    }
}

fn examine_project(
    args: &DoctorArgs,
    context: &Context,
    diagnosis: &mut Diagnosis,
) -> Result<(), Failure> {
    // A publishable key alone is a reader's setup: check the database anyway.
    let project = Project::strongest(&context.environment).map_err(|error| match error {
        SettingsError::NoKey { .. } => SettingsError::NoKey {
            access: Access::Write,
        },
        error => error,
    })?;
    diagnosis.good("address", format!("`{}`", project.url));
    examine_key(&project, context, diagnosis);

    let transport = Transport::to(project.clone(), &args.network, context)?;
    block_on(async {
        for (index, table) in tables::ALL.into_iter().enumerate() {
            let columns = rows::columns_of(table).join(",");
            let request = transport.table(table).select(columns).limit(1);
            match transport.send(request).await {
                Ok(_) if index == 0 => diagnosis.good("server", "it answers, and it takes the key"),
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
        }
        diagnosis.good(
            "schema",
            "tables and views are there, with every column that is needed",
        );
        if project.key.kind().is_public() {
            diagnosis.good(
                "rights",
                "this key may read; pushing needs a secret or service-role key",
            );
            if args.deep {
                let sentence = "left out: `--deep` needs a secret or service-role key";
                diagnosis.good("recount", sentence);
            }
            return Ok(());
        }
        // Storing zero runs changes nothing, and needs the same rights as storing one.
        transport
            .send(transport.call(&IngestRuns { p_runs: &[] }))
            .await?;
        diagnosis.good("rights", "this key may read and push");
        if args.deep {
            recount(&transport, diagnosis).await?;
        }
        Ok::<(), Failure>(())
    })?;

    Ok(())
}

/// Compares what the database keeps with its log.
async fn recount(transport: &Transport<'_>, diagnosis: &mut Diagnosis) -> Result<(), Failure> {
    let json = transport.send(transport.call(&Recount {})).await?;
    let found: Vec<DifferenceRow> =
        serde_json::from_slice(&json).map_err(|_| not_understood(Recount::NAME))?;
    let Some(difference) = found.into_iter().next() else {
        let sentence = "exact: versions, snapshots and daily sums are those of the stored runs";
        diagnosis.good("recount", sentence);
        return Ok(());
    };
    let DifferenceRow {
        kind,
        place,
        kept,
        recounted,
    } = difference;
    let said = |value: Option<serde_json::Value>| {
        value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
    };
    let hint = "someone wrote past the triggers, as only the database's owner can; the runs are the \
                truth: docs/BENCHMARK_PERSISTENCE_ARCHITECTURE.md";
    diagnosis.findings.push(Finding {
        subject: "recount",
        sentence: format!(
            "the {kind} of {place}: kept is {}, the runs say {}",
            said(kept),
            said(recounted)
        ),
        trouble: Some(TroubleFound {
            status: exit::REFUSED,
            hint: Some(hint.to_owned()),
        }),
    });
    Ok(())
}

/// Runs that wait, and runs that were refused.
fn examine_spool(args: &DoctorArgs, context: &Context, diagnosis: &mut Diagnosis) {
    // Without a project there is no spool, and that is reported already.
    let Ok(project) = Project::strongest(&context.environment) else {
        return;
    };
    let directory = args.spool.spool_dir.as_deref();
    let spool = Spool::of(&project.url, directory, &context.environment);
    match spool.files() {
        Ok(files) if files.is_empty() => diagnosis.good("spool", "empty"),
        Ok(files) => diagnosis.good(
            "spool",
            format!(
                "{} in `{}`; `bench-push flush` sends them",
                counted(files.len(), "run"),
                spool.folder().display()
            ),
        ),
        Err(cause) => diagnosis.bad(
            "spool",
            &Failure::Spool {
                folder: spool.folder().to_path_buf(),
                cause,
            },
        ),
    }
    let refused = spool.refused_runs().unwrap_or_default();
    if let Some(RefusedRun { reason, .. }) = refused.last() {
        diagnosis.findings.push(Finding {
            subject: "spool",
            sentence: format!(
                "{} refused in an earlier flush, in `{}`; the last one: {reason}",
                counted(refused.len(), "run"),
                spool.refused().display()
            ),
            trouble: Some(TroubleFound {
                status: exit::REFUSED,
                hint: Some(REFUSED_HINT.to_owned()),
            }),
        });
    }
}

fn examine_key(project: &Project, context: &Context, diagnosis: &mut Diagnosis) {
    let Project { key, variable, .. } = project;
    let sentence = format!("`{}` holds {}", variable, key.kind().name());
    match key.expires_at() {
        Some(end) if end <= context.now.as_second() => {
            let hint = "take the current key from Project Settings → API Keys".to_owned();
            let trouble = TroubleFound {
                status: exit::REFUSED,
                hint: Some(hint),
            };
            diagnosis.findings.push(Finding {
                subject: "key",
                sentence: format!("{sentence}, which has expired"),
                trouble: Some(trouble),
            });
        }
        _ => diagnosis.good("key", sentence),
    }
}

fn examine_context(context: &Context, diagnosis: &mut Diagnosis) {
    let detected = context.detect();
    // As `push` takes them: the variable of a flag wins over what is detected.
    let stated = |flag: &str, detected: Option<String>| {
        let stated = context.environment.get(&twin(flag)).map(str::to_owned);
        stated.or(detected)
    };
    let text = |label: Option<&str>| label.map(str::to_owned);
    let environment = stated("environment", text(detected.environment.as_deref()));
    let environment = environment.unwrap_or_else(|| "unknown".to_owned());
    let commit = stated("commit_sha", text(detected.commit_sha.as_deref()));
    let branch = stated("branch_name", text(detected.branch_name.as_deref()));
    let code = match (&commit, &branch) {
        (Some(commit), Some(branch)) => format!(", commit {} on {branch}", short_commit(commit)),
        (Some(commit), None) => format!(", commit {}", short_commit(commit)),
        (None, _) => {
            let why = detected.unreadable_commit;
            let why = why.unwrap_or("neither CI nor Git names one");
            format!(", and needs `--commit-sha`: {why}")
        }
    };
    let sentence = format!("a push from here is of environment {environment}{code}");
    diagnosis.good("context", sentence);
}
