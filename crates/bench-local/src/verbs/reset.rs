use std::process::ExitCode;

use super::down;
use crate::{cli::FolderArgs, data_folder::DataFolder, failure::Failure, postgres};

/// Deletes the database. The keys stay, so that configured clients keep working.
pub(crate) fn run(args: &FolderArgs) -> Result<ExitCode, Failure> {
    let folder = DataFolder::open(&args.data_dir)?;
    folder.refuse_foreign_database()?;
    down::stop(&folder)?;
    let Some(_lock) = folder.lock()? else {
        return Err(Failure::FolderBusy {
            folder: folder.path().to_owned(),
        });
    };
    postgres::discard(&folder)?;
    eprintln!("the data is gone, the keys are kept; `bench-local up` begins anew");
    Ok(ExitCode::SUCCESS)
}
