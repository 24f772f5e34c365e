//! The facts recorded with a run that may explain a change.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::{Map, Value};

use crate::rest::rows::TransactionRow;

/// A possible cause of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Factor {
    /// The code that was measured.
    Commit,
    /// The model.
    Model,
    /// The model provider.
    Provider,
    /// The prompt.
    Prompt,
    /// The data.
    Dataset,
    /// The number of items in the data set.
    DatasetSize,
    /// The environment.
    Environment,
    /// A property of the machine, by its name in the run, such as `gpu`.
    Machine(String),
    /// A hyperparameter or setting, by its name in `params`, such as `temperature`.
    Parameter(String),
}

impl Factor {
    /// Whether it belongs to the measurement setup rather than the subject of the benchmark.
    pub fn is_of_measurement(&self) -> bool {
        matches!(
            self,
            Self::Dataset | Self::DatasetSize | Self::Environment | Self::Machine(_)
        )
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit => f.write_str("commit"),
            Self::Model => f.write_str("model"),
            Self::Provider => f.write_str("provider"),
            Self::Prompt => f.write_str("prompt"),
            Self::Dataset => f.write_str("dataset"),
            Self::DatasetSize => f.write_str("dataset's size"),
            Self::Environment => f.write_str("environment"),
            Self::Machine(name) => write!(f, "machine's {name}"),
            Self::Parameter(name) => write!(f, "parameter {name}"),
        }
    }
}

/// Words that identify a property of the machine by its name.
const MACHINE: [&str; 14] = [
    "hardware",
    "machine",
    "runner",
    "host",
    "hostname",
    "gpu",
    "gpus",
    "cpu",
    "cpus",
    "accelerator",
    "device",
    "instance",
    "node",
    "driver",
];

/// The entries of `details` and `links` that describe a machine. The list is fixed, so that a
/// caller can fetch only these entries of earlier runs, whose details may be large, and still get
/// the same facts as from whole runs.
pub const MACHINE_DETAILS: [&str; 9] = [
    "hardware", "machine", "runner", "host", "hostname", "gpu", "cpu", "device", "instance",
];

/// The facts of one run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<Factor, String>);

impl Facts {
    /// The facts of a stored run: configuration, commit, provider, every parameter, and the machine
    /// properties in `params`, `details` and `links`.
    pub fn of(run: &TransactionRow) -> Self {
        let mut facts = Self::default();
        facts.state(Factor::Commit, &run.commit_sha);
        facts.state(Factor::Model, &run.model_version);
        facts.state(Factor::Prompt, &run.prompt_version);
        facts.state(Factor::Environment, &run.environment);
        facts.state(Factor::Dataset, &run.dataset_version);
        if let Some(items) = run.dataset_size {
            facts.state(Factor::DatasetSize, items.to_string());
        }
        if let Some(provider) = &run.model_provider {
            facts.state(Factor::Provider, provider);
        }
        if let Some(params) = &run.params {
            facts.state_params(params);
        }
        if let Some(details) = &run.details {
            facts.state_machine(details);
        }
        if let Some(links) = &run.links {
            facts.state_machine(links);
        }
        facts
    }

    /// The facts without some parameters, each named as in `params`; a name stands for all that is
    /// nested in it.
    #[must_use]
    pub fn without_params(mut self, ignored: &[String]) -> Self {
        let is_ignored = |name: &str| {
            ignored.iter().any(|ignored| {
                let rest = name.strip_prefix(ignored.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        self.0.retain(|factor, _| match factor {
            Factor::Parameter(name) => !is_ignored(name),
            _ => true,
        });
        self
    }

    /// Every entry of `params`; nested ones by their path, such as `sampling.top_p`.
    pub(crate) fn state_params(&mut self, params: &Map<String, Value>) {
        for (name, value) in params {
            self.flatten(name, value, &|name| {
                if is_of_machine(&name) {
                    Factor::Machine(name)
                } else {
                    Factor::Parameter(name)
                }
            });
        }
    }

    /// The entries of `details` or `links` that are about the machine, see [`MACHINE_DETAILS`].
    pub(crate) fn state_machine(&mut self, details: &Map<String, Value>) {
        for (name, value) in details {
            if MACHINE_DETAILS.contains(&name.as_str()) {
                self.flatten(name, value, &Factor::Machine);
            }
        }
    }

    /// One fact.
    pub fn state(&mut self, factor: Factor, value: impl Into<String>) {
        self.0.insert(factor, value.into());
    }

    /// The value of `factor`.
    pub fn value(&self, factor: &Factor) -> Option<&str> {
        self.0.get(factor).map(String::as_str)
    }

    /// The recorded factors.
    pub fn factors(&self) -> impl Iterator<Item = &Factor> {
        self.0.keys()
    }

    fn flatten(&mut self, name: &str, value: &Value, factor: &dyn Fn(String) -> Factor) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    self.flatten(&format!("{name}.{field}"), value, factor);
                }
            }
            Value::Null => {}
            Value::String(text) => self.state(factor(name.to_owned()), text),
            other => self.state(factor(name.to_owned()), other.to_string()),
        }
    }
}

/// `gpu`, `gpu_name` and `runner.os`, but not `n_instances_tested` as one word.
fn is_of_machine(name: &str) -> bool {
    name.to_lowercase()
        .split(|character: char| !character.is_ascii_alphanumeric())
        .any(|word| MACHINE.contains(&word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_parameter_is_a_factor_and_a_machine_is_told_apart() {
        let params =
            json!({"temperature": 0.2, "sampling": {"top_p": 0.9, "seed": null}, "gpu": "H100"});
        let details = json!({"runner": {"os": "linux", "cpus": 4}, "by_class": {"a": 0.8}, "hostname": "ci-7"});
        let mut facts = Facts::default();
        facts.state_params(params.as_object().expect("an object"));
        facts.state_machine(details.as_object().expect("an object"));

        let stated: Vec<String> = facts
            .factors()
            .map(|factor| format!("{factor} = {}", facts.value(factor).unwrap_or("none")))
            .collect();
        insta::assert_snapshot!(stated.join("\n"), @r"
        machine's gpu = H100
        machine's hostname = ci-7
        machine's runner.cpus = 4
        machine's runner.os = linux
        parameter sampling.top_p = 0.9
        parameter temperature = 0.2
        ");
    }
}
