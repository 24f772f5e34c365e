use std::{collections::BTreeMap, process::ExitCode};

use crate::{
    cli::{FolderArgs, KeyFormat, KeysArgs},
    data_folder::{DataFolder, Stack},
    failure::Failure,
    keys::Keys,
};

/// Prints the address and the keys, under the variable names of Supabase's clients.
pub(crate) fn run(args: &KeysArgs) -> Result<ExitCode, Failure> {
    let KeysArgs {
        folder: FolderArgs { data_dir },
        format,
    } = args;
    let folder = DataFolder::open(data_dir)?;
    let nothing = || Failure::NoStack {
        folder: data_dir.clone(),
    };
    let keys = folder.keys()?.ok_or_else(nothing)?;
    let stack = folder.read_stack().ok_or_else(nothing)?;

    print!("{}", render(&variables(&stack, &keys), *format));
    Ok(ExitCode::SUCCESS)
}

fn variables(stack: &Stack, keys: &Keys) -> Vec<(&'static str, String)> {
    let Keys {
        anon_key,
        service_role_key,
        publishable_key,
        secret_key,
        postgres_password,
        ..
    } = keys;
    let port = stack.postgres_port;
    vec![
        ("SUPABASE_URL", stack.url()),
        ("SUPABASE_ANON_KEY", anon_key.clone()),
        ("SUPABASE_SERVICE_ROLE_KEY", service_role_key.clone()),
        ("SUPABASE_PUBLISHABLE_KEY", publishable_key.clone()),
        ("SUPABASE_SECRET_KEY", secret_key.clone()),
        (
            "DATABASE_URL",
            format!("postgresql://postgres:{postgres_password}@127.0.0.1:{port}/postgres"),
        ),
    ]
}

/// No value contains a shell metacharacter, so none is quoted.
fn render(variables: &[(&'static str, String)], format: KeyFormat) -> String {
    match format {
        KeyFormat::Env => {
            let lines: Vec<String> = variables
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            lines.join(
                "
",
            ) + "
"
        }
        KeyFormat::Json => {
            let object: BTreeMap<_, _> = variables.iter().cloned().collect();
            let text = serde_json::to_string_pretty(&object).expect("plain strings serialise");
            format!("{text}\n")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_formats_carry_the_same() {
        let variables = [("SUPABASE_URL", "http://127.0.0.1:1".to_owned())];

        assert_eq!(
            render(&variables, KeyFormat::Env),
            "SUPABASE_URL=http://127.0.0.1:1\n"
        );
        assert_eq!(
            render(&variables, KeyFormat::Json),
            "{\n  \"SUPABASE_URL\": \"http://127.0.0.1:1\"\n}\n"
        );
    }
}
