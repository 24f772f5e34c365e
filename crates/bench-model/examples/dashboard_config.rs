//! Writes `config.json` beside the built dashboard, so that the page knows its project:
//! `cargo run --package bench-model --example dashboard_config -- FOLDER`
//!
//! Takes `SUPABASE_URL`, `SUPABASE_PUBLISHABLE_KEY` (or the older anon key) and, optionally,
//! `REPOSITORY_URL` from the environment. Writes nothing if neither address nor key is set. Exits with
//! status 2 if one of them is missing or invalid, or if the key is private: what is published is public.

use std::{env, fs, path::Path, process::ExitCode};

use bench_model::{api_key::ApiKey, project_address::ProjectAddress};
use serde_json::{Map, Value};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        return refuse(
            "the folder of the built dashboard is missing",
            "pass it as the argument",
        );
    };
    let variable = |name| env::var(name).unwrap_or_default();
    let (url, key) = (
        variable("SUPABASE_URL"),
        variable("SUPABASE_PUBLISHABLE_KEY"),
    );
    if url.trim().is_empty() && key.trim().is_empty() {
        eprintln!(
            "SUPABASE_URL and SUPABASE_PUBLISHABLE_KEY are not set: the page asks each reader for its project"
        );
        return ExitCode::SUCCESS;
    }
    let url = match ProjectAddress::parse(&url) {
        Ok(url) => url,
        Err(error) => return refuse(&format!("`SUPABASE_URL` {error}"), error.hint()),
    };
    let key = match ApiKey::parse_public(&key) {
        Ok(key) => key,
        Err(error) => return refuse(&format!("`SUPABASE_PUBLISHABLE_KEY` {error}"), error.hint()),
    };
    let config: Map<String, Value> = [
        ("supabase_url", url.as_str()),
        ("publishable_key", key.expose()),
        ("repository_url", variable("REPOSITORY_URL").trim()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(name, value)| (name.to_owned(), value.into()))
    .collect();
    let file = Path::new(&folder).join("config.json");
    if let Err(error) = fs::write(&file, Value::Object(config).to_string()) {
        return refuse(
            &format!("`{}` cannot be written: {error}", file.display()),
            "build the dashboard first: `cargo xtask dashboard`",
        );
    }
    eprintln!("the page reads {url}");
    ExitCode::SUCCESS
}

fn refuse(error: &str, hint: &str) -> ExitCode {
    eprintln!("error: {error}\n\nhint: {hint}");
    ExitCode::from(2)
}
