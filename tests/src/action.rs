//! Runs the steps of `action.yml` as a runner does: in a clean environment, each step with its
//! condition, variables, outputs and summary.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use crate::project;

/// The action of this project.
pub struct Action {
    yaml: Yaml,
}

/// What became of a call.
#[derive(Debug)]
pub struct ActionRun {
    /// Whether every step that ran succeeded.
    pub is_success: bool,
    /// The outputs of the action.
    pub outputs: BTreeMap<String, String>,
    /// What all steps printed.
    pub log: String,
    /// The summary.
    pub summary: String,
    /// The names of the steps that ran.
    pub ran: Vec<String>,
}

/// What expressions can name.
struct Values {
    names: BTreeMap<String, String>,
    has_failed: bool,
}

impl Action {
    /// Reads `action.yml`.
    ///
    /// # Panics
    ///
    /// If it can't be read, or is no YAML.
    pub fn read() -> Self {
        Self {
            yaml: yaml("action.yml"),
        }
    }

    /// The names of the inputs.
    pub fn inputs(&self) -> Vec<String> {
        keys(&self.yaml["inputs"])
    }

    /// The names of the outputs.
    pub fn outputs(&self) -> Vec<String> {
        keys(&self.yaml["outputs"])
    }

    /// Calls the action with these inputs and, of the runner's variables, these beside the usual
    /// ones. `folder` is the workspace.
    ///
    /// # Panics
    ///
    /// If a step can't be started, or an expression names something that does not exist.
    pub fn run(
        &self,
        folder: &Path,
        with: &[(&str, &str)],
        variables: &[(&str, &str)],
    ) -> ActionRun {
        let inputs = self.inputs();
        for (name, _) in with {
            assert!(
                inputs.iter().any(|input| input == name),
                "no input `{name}`"
            );
        }
        let mut values = Values {
            names: BTreeMap::new(),
            has_failed: false,
        };
        let token = variables.iter().find(|(name, _)| *name == "GITHUB_TOKEN");
        let token = token.map_or("", |(_, token)| token);
        values
            .names
            .insert("github.token".to_owned(), token.to_owned());
        for (name, value) in [
            ("github.action_ref", "v0"),
            ("github.action_repository", "team/benchmark-monitor"),
        ] {
            values.names.insert(name.to_owned(), value.to_owned());
        }
        let temp = folder.join("runner-temp");
        fs::create_dir_all(&temp).expect("the folder is ours");
        values
            .names
            .insert("runner.temp".to_owned(), temp.display().to_string());
        for input in &inputs {
            let given = with.iter().find(|(name, _)| name == input);
            let default = text(&self.yaml["inputs"][input.as_str()]["default"]);
            let value =
                given.map_or_else(|| values.fill(&default), |(_, value)| (*value).to_owned());
            values.names.insert(format!("inputs.{input}"), value);
        }
        let (output, summary) = (temp.join("output"), temp.join("summary.md"));
        let mut done = ActionRun {
            is_success: true,
            outputs: BTreeMap::new(),
            log: String::new(),
            summary: String::new(),
            ran: Vec::new(),
        };
        for step in self.yaml["runs"]["steps"].as_vec().expect("steps") {
            let id = text(&step["id"]);
            let condition = text(&step["if"]);
            if !values.holds(&condition) {
                continue;
            }
            fs::write(&output, "").expect("the folder is ours");
            let mut command = Command::new("bash");
            command
                .args(["--noprofile", "--norc", "-eo", "pipefail", "-c"])
                .arg(text(&step["run"]))
                .current_dir(folder)
                .env_clear()
                .env("PATH", "/usr/local/bin:/usr/bin:/bin")
                .env("HOME", folder)
                .env("CI", "true")
                .env("GITHUB_ACTIONS", "true")
                .env("GITHUB_ACTION_PATH", project())
                .env("GITHUB_OUTPUT", &output)
                .env("GITHUB_STEP_SUMMARY", &summary);
            // A runner gives a step its token only through the step's own variables.
            let usual = variables.iter().filter(|(name, _)| *name != "GITHUB_TOKEN");
            command.envs(usual.copied());
            for name in keys(&step["env"]) {
                command.env(&name, values.fill(&text(&step["env"][name.as_str()])));
            }
            let ended = command.output().expect("bash is there");
            let name = text(&step["name"]);
            for stream in [&ended.stdout, &ended.stderr] {
                done.log.push_str(&String::from_utf8_lossy(stream));
            }
            if !ended.status.success() {
                values.has_failed = true;
                done.is_success = false;
                let _ = writeln!(done.log, "step `{name}` failed");
            }
            done.ran.push(name);
            let written = fs::read_to_string(&output).unwrap_or_default();
            for (key, value) in written.lines().filter_map(|line| line.split_once('=')) {
                values
                    .names
                    .insert(format!("steps.{id}.outputs.{key}"), value.to_owned());
            }
        }
        for name in self.outputs() {
            let value = values.fill(&text(&self.yaml["outputs"][name.as_str()]["value"]));
            done.outputs.insert(name, value);
        }
        done.summary = fs::read_to_string(&summary).unwrap_or_default();
        done
    }
}

/// The inputs and outputs that `action-types.yml` gives a type.
///
/// # Panics
///
/// If it can't be read, or is no YAML.
pub fn typed() -> (Vec<String>, Vec<String>) {
    let types = yaml("action-types.yml");
    (keys(&types["inputs"]), keys(&types["outputs"]))
}

impl Values {
    /// Replaces every `${{ … }}`.
    fn fill(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${{") {
            let (expression, after) = after.split_once("}}").expect("an expression ends");
            filled.push_str(before);
            filled.push_str(&self.value(expression));
            rest = after;
        }
        filled + rest
    }

    fn holds(&self, condition: &str) -> bool {
        let condition = condition.trim();
        let is_always = condition.contains("always()");
        if self.has_failed && !is_always {
            return false;
        }
        condition.is_empty() || !matches!(self.value(condition).as_str(), "" | "false")
    }

    /// The value of an expression of names, texts, `==`, `!=`, `&&` and `||`.
    fn value(&self, expression: &str) -> String {
        let expression = expression.trim();
        let is_true = |text: &str| !matches!(text, "" | "false");
        if let Some((left, right)) = expression.split_once("||") {
            let left = self.value(left);
            return if is_true(&left) {
                left
            } else {
                self.value(right)
            };
        }
        if let Some((left, right)) = expression.split_once("&&") {
            let left = self.value(left);
            return if is_true(&left) {
                self.value(right)
            } else {
                left
            };
        }
        for (sign, wanted) in [("==", true), ("!=", false)] {
            if let Some((left, right)) = expression.split_once(sign) {
                return ((self.value(left) == self.value(right)) == wanted).to_string();
            }
        }
        if expression == "always()" {
            return "true".to_owned();
        }
        if let Some(text) = expression.strip_prefix('\'') {
            return text.trim_end_matches('\'').to_owned();
        }
        let known = self.names.get(expression).cloned();
        // The output of a step that did not run, or did not say it, is empty.
        let is_output = expression.starts_with("steps.");
        assert!(known.is_some() || is_output, "no value `{expression}`");
        known.unwrap_or_default()
    }
}

fn yaml(name: &str) -> Yaml {
    let file = fs::read_to_string(project().join(name)).expect("the file is there");
    let mut documents = YamlLoader::load_from_str(&file).expect("the file is YAML");
    documents.remove(0)
}

fn keys(yaml: &Yaml) -> Vec<String> {
    let fields = yaml.as_hash().into_iter().flatten();
    fields.map(|(name, _)| text(name)).collect()
}

fn text(yaml: &Yaml) -> String {
    match yaml {
        Yaml::String(text) => text.clone(),
        Yaml::Boolean(value) => value.to_string(),
        Yaml::Integer(value) => value.to_string(),
        _ => String::new(),
    }
}
