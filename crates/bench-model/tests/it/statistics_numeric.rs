//! The distributions against `SciPy`: `tests/fixtures/statistics_numeric.json` was written with
//! it (`scipy.stats.t.sf`, `scipy.stats.norm.sf`) and is never edited by hand.

use bench_model::stats::distribution::{normal_two_sided, t_two_sided};
use serde_json::Value;

const FIXTURE: &str = include_str!("../fixtures/statistics_numeric.json");

fn rows(table: &str) -> Vec<Value> {
    let tables: Value = serde_json::from_str(FIXTURE).expect("the fixture is JSON");
    tables[table].as_array().expect("a table").clone()
}

fn number(row: &Value, name: &str) -> f64 {
    row[name].as_f64().expect("a number")
}

fn close(found: f64, wanted: f64) {
    assert!(
        (found - wanted).abs() <= 1e-9 * wanted.abs(),
        "found {found:e}, wanted {wanted:e}"
    );
}

#[test]
fn tails_of_student_are_those_of_scipy() {
    let rows = rows("t_two_sided");
    assert_eq!(rows.len(), 36);
    for row in rows {
        close(
            t_two_sided(number(&row, "t"), number(&row, "df")),
            number(&row, "p"),
        );
    }
}

#[test]
fn tails_of_the_normal_law_are_those_of_scipy() {
    for row in rows("norm_two_sided") {
        close(normal_two_sided(number(&row, "z")), number(&row, "p"));
    }
}
