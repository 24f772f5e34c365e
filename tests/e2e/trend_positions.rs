//! Where Trends draws what it draws, asked of the chart itself: pixels against the numbers that were pushed.

use bench_tests::{Browser, Stack, report, site};
use serde_json::{Value, json};

/// Keeps every chart that the page creates.
const KEEP_CHARTS: &str = "
    Object.defineProperty(globalThis, 'benchCharts', {
        configurable: true,
        set(benchCharts) {
            const create = benchCharts.create;
            benchCharts.create = (element) => globalThis.lastChart = create(element);
            Object.defineProperty(globalThis, 'benchCharts', { value: benchCharts });
        },
    });";

/// The baseline, which two decimals would move.
const BASELINE: f64 = 0.9015;
const THRESHOLD: f64 = 0.0125;

fn run(model: &str, day: u32, hour: u32, f1: f64) -> Value {
    let mut run = report(model, f1);
    run["created_at"] = json!(format!("2025-03-{day:02}T{hour:02}:00:00Z"));
    run["commit_sha"] = json!(format!("{:040x}", day * 24 + hour));
    run
}

/// `wavy` has a baseline and a run each morning and, on even days, each evening; `flat` is always the same.
fn stack_with_trends() -> Stack {
    let stack = Stack::start();
    let wavy = (1..=12).flat_map(|day| {
        let wave = f64::from(day % 4) * 0.004;
        let hours: &[u32] = if day % 2 == 0 { &[2, 22] } else { &[2] };
        hours
            .iter()
            .map(move |hour| run("wavy", day, *hour, BASELINE - wave))
    });
    let runs = site::store(&stack, wavy);
    let mark = ["baseline", "set", &runs[5], "--scope", "dataset"];
    stack.push().args(mark).run().success();
    // What arrives first ran last but one; the earliest run is a backfill.
    let flat = [9, 11, 6].map(|day| {
        let mut run = run("flat", day, 12, 0.93);
        run["dataset_version"] = json!("other-data");
        run
    });
    site::store(&stack, flat);
    stack
}

fn configuration(stack: &Stack, model: &str) -> String {
    stack.postgres().one(&format!(
        "select id from public.benchmark_configurations where model_version = '{model}'"
    ))
}

fn open(browser: &Browser, stack: &Stack, query: &str) {
    browser.open(&format!("{}/trends?range=all&{query}", stack.url()));
    browser.wait_until("document.querySelector('.trend-chart .canvas')?.dataset.drawn === 'true'");
}

fn numbers(browser: &Browser, script: &str) -> Vec<f64> {
    serde_json::from_value(browser.script(script)).expect("a list of numbers")
}

/// The pixel of a time and a value on the first axes.
fn pixel(browser: &Browser, time_ms: f64, value: f64) -> (f64, f64) {
    let found = numbers(
        browser,
        &format!(
            "return lastChart.convertToPixel({{xAxisIndex: 0, yAxisIndex: 0}}, [{time_ms}, {value}])"
        ),
    );
    (found[0], found[1])
}

#[test]
fn level_lines_stand_at_their_values_and_bars_at_their_days() {
    let stack = stack_with_trends();
    let browser = Browser::start();
    browser.before_each_page(KEEP_CHARTS);
    let wavy = configuration(&stack, "wavy");
    open(
        &browser,
        &stack,
        &format!("config={wavy}&metric=f1&threshold={THRESHOLD}"),
    );
    let march_first = 1_740_787_200_000.0;

    let mut drawn = numbers(
        &browser,
        "return lastChart.getZr().storage.getDisplayList(true)
             .filter(one => one.type === 'ec-line' && one.shape.y1 === one.shape.y2)
             .map(one => one.shape.y1)",
    );
    drawn.sort_by(f64::total_cmp);
    let of = |value: f64| pixel(&browser, march_first, value).1;
    assert_eq!(drawn.len(), 2, "{drawn:?}");
    for (drawn, value) in drawn.iter().zip([BASELINE, BASELINE - THRESHOLD]) {
        let wanted = of(value);
        // Lines are moved by half a pixel to be sharp.
        assert!(
            (drawn - wanted).abs() <= 1.0,
            "{value}: {drawn} instead of {wanted}"
        );
    }
    let rounded = (of(BASELINE) - of(0.9)).abs();
    assert!(rounded > 3.0, "two decimals would not be seen: {rounded}");

    let bars = browser.script(
        "const bars = lastChart.getModel().getSeriesByType('bar')[0].getData();
         return Array.from({ length: bars.count() }, (_, index) => {
             const { x, width, height } = bars.getItemLayout(index);
             return [bars.get(bars.dimensions[0], index), x, width, Math.abs(height)];
         })",
    );
    let bars: Vec<[f64; 4]> = serde_json::from_value(bars).expect("bars");
    assert_eq!(bars.len(), 12);
    let edges = browser.script(
        "return lastChart.getModel().queryComponents({ mainType: 'grid' }).map(one => {
             const { x, width } = one.coordinateSystem.getRect();
             return [x, width];
         })",
    );
    let edges: Vec<[f64; 2]> = serde_json::from_value(edges).expect("grids");
    assert_eq!(edges.len(), 3);
    assert_eq!(
        edges[1..],
        [edges[0]; 2],
        "runs, bars and signs share one axis"
    );
    let day = 86_400_000.0;
    for (number, [at_ms, x, width, height]) in (0_u32..).zip(bars) {
        let begins = march_first + f64::from(number) * day;
        assert!((at_ms - begins - day / 2.0).abs() < 1.0);
        let (left, right) = (
            pixel(&browser, begins, 0.9).0,
            pixel(&browser, begins + day, 0.9).0,
        );
        let middle = x + width / 2.0;
        assert!(
            (middle - f64::midpoint(left, right)).abs() <= 1.0,
            "day {number}: {middle} is not in the middle of {left} and {right}"
        );
        assert!(x >= left - 1.0 && x + width <= right + 1.0, "day {number}");
        assert!(height > 0.0);
    }
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn a_constant_line_has_a_narrow_axis_whole_and_zoomed() {
    let stack = stack_with_trends();
    let browser = Browser::start();
    browser.before_each_page(KEEP_CHARTS);
    let flat = configuration(&stack, "flat");
    let extent = "return lastChart.getModel().getComponent('yAxis', 0).axis.scale.getExtent()";

    for zoom in ["", "&zoom=1741694400000..1741780800000"] {
        open(&browser, &stack, &format!("config={flat}&metric=f1{zoom}"));
        let extent = numbers(&browser, extent);
        assert!(
            extent[0] < 0.93 && extent[0] > 0.85 && extent[1] > 0.93 && extent[1] < 1.0,
            "{zoom}: {extent:?}"
        );
    }
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn a_configuration_begins_with_its_earliest_run_also_when_that_arrived_last() {
    let stack = stack_with_trends();
    let browser = Browser::start();
    let (wavy, flat) = (configuration(&stack, "wavy"), configuration(&stack, "flat"));
    open(
        &browser,
        &stack,
        &format!("config={wavy}&config={flat}&metric=f1"),
    );

    browser.wait_for("Events");
    let rows = browser.script(
        "return [...document.querySelectorAll('[aria-labelledby=happened] tbody tr')].map(row => row.innerText)",
    );
    let rows: Vec<String> = serde_json::from_value(rows).expect("texts");
    let first: Vec<&String> = rows
        .iter()
        .filter(|row| row.contains("first run of"))
        .collect();
    assert_eq!(first.len(), 1, "{rows:#?}");
    assert!(first[0].contains("2025-03-06 12:00"), "{rows:#?}");
    assert_eq!(browser.console(), [""; 0]);
}

#[test]
fn changes_from_what_is_not_there_are_explained_and_not_drawn() {
    let stack = stack_with_trends();
    let zero = [0.0, 0.5].map(|f1| {
        let mut run = report("zero", f1);
        run["dataset_version"] = json!("other-data");
        run
    });
    site::store(&stack, zero);
    let browser = Browser::start();
    let (flat, zero) = (configuration(&stack, "flat"), configuration(&stack, "zero"));

    for (query, words) in [
        (
            format!("config={flat}&relative=baseline"),
            "has no baseline",
        ),
        (
            format!("config={zero}&relative=first"),
            "its first run is 0",
        ),
    ] {
        browser.open(&format!(
            "{}/trends?range=all&metric=f1&{query}",
            stack.url()
        ));
        browser.wait_for("Changes cannot be drawn");
        browser.wait_for(words);
        assert!(
            !browser.text().contains("could not be"),
            "{}",
            browser.text()
        );
        browser.script(
            "[...document.querySelectorAll('main button')].find(one => one.innerText === 'Draw values instead').click()",
        );
        browser
            .wait_until("document.querySelector('.trend-chart .canvas')?.dataset.drawn === 'true'");
        assert!(!browser.url().contains("relative="), "{}", browser.url());
    }

    // With a line that can be drawn, the other is left out with a note.
    let wavy = configuration(&stack, "wavy");
    open(
        &browser,
        &stack,
        &format!("config={wavy}&config={flat}&metric=f1&relative=baseline"),
    );
    browser.wait_for("has no baseline");
    assert_eq!(browser.console(), [""; 0]);
}
