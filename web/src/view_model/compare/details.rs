//! Numbers in the nested objects of two runs, paired by path, such as breakdowns by category.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// Limits on depth and length; larger breakdowns don't fit a page.
const DEEPEST: usize = 12;
const MOST: usize = 5_000;

/// One number of both runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Detail {
    /// Its path: `by_category.cardiology.f1`, `folds[2]`.
    pub path: String,
    /// The last name of the path, which may be that of a metric.
    pub name: String,
    /// In the reference.
    pub before: Option<f64>,
    /// In the other run.
    pub after: Option<f64>,
}

impl Detail {
    /// After minus before.
    pub fn difference(&self) -> Option<f64> {
        Some(self.after? - self.before?)
    }

    /// The difference as a share of the value before; none if that is 0.
    pub fn relative(&self) -> Option<f64> {
        let before = self.before.filter(|before| *before != 0.0)?;
        Some(self.difference()? / before.abs())
    }

    /// The difference as a share of the larger value: 0 to 2, defined even for 0.
    fn distance(&self) -> Option<f64> {
        let larger = self.before?.abs().max(self.after?.abs());
        Some(if larger == 0.0 {
            0.0
        } else {
            self.difference()?.abs() / larger
        })
    }
}

/// Every number of either run: the largest differences first, numbers of only one run last.
pub fn details(
    before: Option<&Map<String, Value>>,
    after: Option<&Map<String, Value>>,
) -> Vec<Detail> {
    let (before, after) = (numbers(before), numbers(after));
    let mut all: BTreeMap<&String, Detail> = BTreeMap::new();
    for (is_after, (path, (name, number))) in before
        .iter()
        .map(|one| (false, one))
        .chain(after.iter().map(|one| (true, one)))
    {
        let detail = all.entry(path).or_insert_with(|| Detail {
            path: path.clone(),
            name: name.clone(),
            before: None,
            after: None,
        });
        *(if is_after {
            &mut detail.after
        } else {
            &mut detail.before
        }) = Some(*number);
    }
    let all: Vec<Detail> = all.into_values().collect();
    let order = crate::view_model::sort::sorted_positions(&all, |one, other| {
        let rank = |detail: &Detail| detail.distance().unwrap_or(-1.0);
        rank(other).total_cmp(&rank(one))
    });
    order.into_iter().map(|place| all[place].clone()).collect()
}

type Numbers = BTreeMap<String, (String, f64)>;

fn numbers(object: Option<&Map<String, Value>>) -> Numbers {
    let mut found = Numbers::new();
    for (name, value) in object.into_iter().flatten() {
        walk(name.clone(), name, value, 1, &mut found);
    }
    found
}

fn walk(path: String, name: &str, value: &Value, depth: usize, found: &mut Numbers) {
    if depth > DEEPEST || found.len() >= MOST {
        return;
    }
    match value {
        Value::Number(number) => {
            if let Some(number) = number.as_f64() {
                found.insert(path, (name.to_owned(), number));
            }
        }
        Value::Object(object) => {
            for (name, value) in object {
                walk(format!("{path}.{name}"), name, value, depth + 1, found);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                walk(format!("{path}[{index}]"), name, value, depth + 1, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pairs(before: &Value, after: &Value) -> Vec<(String, Option<f64>, Option<f64>)> {
        details(before.as_object(), after.as_object())
            .into_iter()
            .map(|detail| (detail.path, detail.before, detail.after))
            .collect()
    }

    #[test]
    fn numbers_are_paired_by_path_and_the_biggest_difference_comes_first() {
        let before = json!({"by_category": {"cardiology": {"f1": 0.9, "n": 40}, "oncology": {"f1": 0.8}}, "seed": 7, "note": "x"});
        let after = json!({"by_category": {"cardiology": {"f1": 0.6, "n": 40}, "oncology": {"f1": 0.81}}, "folds": [1, 2]});

        assert_eq!(
            pairs(&before, &after),
            [
                ("by_category.cardiology.f1".to_owned(), Some(0.9), Some(0.6)),
                ("by_category.oncology.f1".to_owned(), Some(0.8), Some(0.81)),
                (
                    "by_category.cardiology.n".to_owned(),
                    Some(40.0),
                    Some(40.0)
                ),
                ("folds[0]".to_owned(), None, Some(1.0)),
                ("folds[1]".to_owned(), None, Some(2.0)),
                ("seed".to_owned(), Some(7.0), None),
            ]
        );
    }

    #[test]
    fn what_appears_is_a_difference_without_a_share() {
        let found = details(
            json!({"errors": 0}).as_object(),
            json!({"errors": 4}).as_object(),
        );

        assert_eq!(
            (found[0].difference(), found[0].relative()),
            (Some(4.0), None)
        );
    }

    #[test]
    fn endless_nesting_ends() {
        let mut value = json!(1);
        for _ in 0..100 {
            value = json!({"a": value});
        }

        assert!(details(value.as_object(), None).is_empty());
        assert!(details(None, None).is_empty());
    }
}
