//! Frames per second while zooming and panning in a chart of 100,000 runs.

use bench_tests::{Browser, Stack};

use crate::bar::{Bar, Promise::AtLeast};

const RUNS: u32 = 100_000;

/// Turns the wheel, then drags, once per frame.
pub(crate) fn of_a_long_chart(browser: &Browser, stack: &Stack) -> Vec<Bar> {
    let configuration = store(stack);
    browser.open(&format!(
        "{}/trends?config={configuration}&metric=f1&range=all",
        stack.url()
    ));
    browser.settle();
    browser.wait_until("document.querySelector('main canvas')");
    let gesture = |what, script: &str| {
        let frames = browser.script(&format!(
            "return new Promise(done => {{
                 const canvas = document.querySelector('main canvas');
                 canvas.scrollIntoView({{block: 'center'}});
                 const box = canvas.getBoundingClientRect();
                 const send = (Kind, name, x, more) => canvas.dispatchEvent(new Kind(name, {{
                     bubbles: true, cancelable: true, view: window,
                     clientX: box.left + box.width * x, clientY: box.top + box.height / 2, ...more }}));
                 const gesture = turn => {{ {script} }};
                 const TURNS = 180;
                 let turn = 0, start;
                 const frame = now => {{
                     start ??= now;
                     if (turn === TURNS) return done(1e3 * TURNS / (now - start));
                     gesture(turn++);
                     requestAnimationFrame(frame);
                 }};
                 requestAnimationFrame(frame);
             }})"
        ));
        Bar::new(
            what,
            frames.as_f64().unwrap_or(f64::NAN),
            "frames/s",
            AtLeast(50.0),
        )
        .detail(format!("a gesture in every frame, {RUNS} runs"))
    };
    vec![
        gesture(
            "zooming in a long chart",
            "send(WheelEvent, 'wheel', 0.5, {ctrlKey: true, deltaY: turn % 60 < 30 ? -40 : 40});",
        ),
        gesture(
            "panning in a long chart",
            "if (turn < 8) send(WheelEvent, 'wheel', 0.5, {ctrlKey: true, deltaY: -120});
             else if (turn === 8) { send(MouseEvent, 'mousedown', 0.5, {button: 0, buttons: 1}); }
             else send(MouseEvent, 'mousemove', 0.5 + 0.2 * Math.sin(turn / 15), {button: 0, buttons: 1});",
        ),
    ]
}

/// One configuration with 100,000 runs, a quarter of an hour apart. Inserted by the database's
/// owner, because pushing them one by one would take most of this benchmark's time; the triggers
/// still run.
fn store(stack: &Stack) -> String {
    let postgres = stack.postgres();
    postgres
        .execute(&format!(
            "insert into public.benchmark_transactions
                 (commit_sha, model_version, dataset_version, prompt_version, environment, metrics, created_at, idempotency_key)
             select md5(n::text), 'long', 'bills-v1', 'prompt-v1', 'local',
                    jsonb_build_object('f1', round((0.9 + 0.02 * sin(n / 500.0) + 0.01 * random())::numeric, 4)),
                    now() - n * interval '15 minutes', 'long-' || n
             from generate_series({RUNS}, 1, -1) as n"
        ))
        .expect("the owner may");
    let found = postgres
        .rows(
            "select configuration_id from public.benchmark_snapshots where model_version = 'long'",
        )
        .expect("the owner may");
    found[0][0].clone().expect("a configuration")
}
