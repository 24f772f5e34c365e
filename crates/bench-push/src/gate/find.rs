//! Where the gate file lies.

use std::path::PathBuf;

use clap::{Args, builder::BoolishValueParser};

use crate::{
    context::Context,
    gate::{Gate, GateError},
    settings::repository::nearest,
};

/// The name of a gate file.
const NAME: &str = "bench.toml";

/// Which gate file.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct GateArgs {
    /// The gate file: margins, severities and required metrics [default: the nearest `bench.toml`
    /// between this folder and the root of the repository]
    #[arg(long, value_name = "FILE", conflicts_with = "no_gate")]
    pub(crate) gate: Option<PathBuf>,
    /// Read no gate file
    #[arg(long, value_parser = BoolishValueParser::new())]
    pub(crate) no_gate: bool,
}

impl GateArgs {
    /// The gate that holds.
    ///
    /// # Errors
    ///
    /// [`GateError`] for a named file that can't be read, and for a mistake in the file.
    pub(crate) fn open(&self, context: &Context) -> Result<Gate, GateError> {
        if self.no_gate {
            return Ok(Gate::default());
        }
        let (path, shown) = match &self.gate {
            Some(path) => (context.directory.join(path), path.display().to_string()),
            None => match nearest(&context.directory, NAME) {
                Some(path) => {
                    let shown = path.strip_prefix(&context.directory).unwrap_or(&path);
                    let shown = shown.display().to_string();
                    (path, shown)
                }
                None => return Ok(Gate::default()),
            },
        };
        let text = std::fs::read_to_string(&path).map_err(|cause| GateError::Unreadable {
            path: shown.clone(),
            cause: cause.to_string(),
        })?;
        Gate::parse(&shown, &text)
    }
}
