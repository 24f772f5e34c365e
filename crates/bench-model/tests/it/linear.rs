//! Eight times as much text takes about eight times as long, whatever it holds.

use std::time::{Duration, Instant};

use bench_model::report;

use crate::support::report_with;

/// The time to read `text`, the best of five.
fn time(text: &str) -> Duration {
    let read = || {
        let start = Instant::now();
        let _ = report::parse(text.as_bytes());
        start.elapsed()
    };
    (0..5).map(|_| read()).min().unwrap_or_default()
}

fn list(number: usize, item: impl Fn(usize) -> String) -> String {
    (0..number).map(item).collect::<Vec<_>>().join(",")
}

#[test]
fn no_report_takes_quadratic_time() {
    type Shape = fn(usize) -> String;
    let shapes: [(&str, Shape); 7] = [
        ("tags", |n| {
            report_with(&format!(
                r#""tags": [{}]"#,
                list(n, |i| format!(r#""tag-{i}""#))
            ))
        }),
        ("tags in one string", |n| {
            report_with(&format!(r#""tags": "{}""#, list(n, |i| format!("tag-{i}"))))
        }),
        ("unknown fields", |n| {
            report_with(&list(n, |i| format!(r#""field{i}": 1"#)))
        }),
        ("names taken in details", |n| {
            // Every underscore more is a longer name: the square root keeps the text linear.
            let names = n.isqrt() * 2;
            let name = |i| format!(r#""a{}": 1"#, "_".repeat(i));
            let details = list(names, name);
            report_with(&format!(
                r#""details": {{{details}}}, {}"#,
                list(names, name)
            ))
        }),
        ("repeated keys", |n| {
            format!(
                "[{}]",
                list(n, |_| report_with(r#""notes": "a", "notes": "b""#))
            )
        }),
        ("numbers that are not finite", |n| {
            report_with(&format!(
                r#""details": {{"a": [{}]}}"#,
                list(n, |_| "NaN".to_owned())
            ))
        }),
        ("items that are no reports", |n| {
            format!("[{}]", list(n, |_| "0".to_owned()))
        }),
    ];
    for (name, shape) in shapes {
        let (one, eight) = (shape(2_500), shape(20_000));
        let ratio = || time(&eight).as_secs_f64() / time(&one).as_secs_f64();
        // On a busy machine one measurement says little; quadratic time shows in all of them.
        let ratio = (0..4).map(|_| ratio()).fold(f64::INFINITY, f64::min);
        // Quadratic time is 64 times as long.
        assert!(
            ratio < 32.0,
            "{name}: eight times as much takes {ratio:.1} times as long"
        );
    }
}

#[test]
fn too_many_tags_are_counted_and_a_tag_twice_is_one() {
    let tags = |number: usize| {
        let text = report_with(&format!(
            r#""tags": [{}]"#,
            list(number, |i| format!(r#"" t-{}""#, i / 2))
        ));
        let reports = report::parse(text.as_bytes()).expect("a report");
        let tags = reports.into_iter().next().map(|report| report.tags);
        tags.expect("one")
            .map(|tags| tags.map_or(0, |tags| tags.len()))
    };
    assert_eq!(tags(100), Ok(50));
    let problem = tags(40_000).expect_err("too many");
    assert_eq!(
        problem.to_string(),
        "tags: must have at most 50 tags, found 20000"
    );
}
